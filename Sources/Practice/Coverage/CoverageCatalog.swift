extension CommandCatalog {
  static let coverage: [any Command.Type] = [
    AddCoverage.self, TerminateCoverage.self, RequestVerification.self, VerifyInsurance.self,
    RecordEligibility.self, RecordVerificationFailure.self, VoidVerification.self,
    AdjustBenefitUse.self,
    RequestAuthorization.self,
    ApproveAuthorization.self, DenyAuthorization.self, ElectSelfPay.self,
    ChooseCoverageRoute.self, OverrideClearance.self,
  ]
}
