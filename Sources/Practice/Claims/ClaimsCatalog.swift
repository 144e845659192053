extension CommandCatalog {
  static let claims: [any Command.Type] = [
    PostCharge.self, VoidCharge.self, SubmitClaim.self, AcknowledgeClaim.self, RejectClaim.self,
    ReceiveRemittance.self, AdjudicateClaim.self, ReverseAdjudication.self, IssueSuperbill.self,
    VoidSuperbill.self, ReportReimbursement.self,
    PostRemittance.self, ResolveRemittanceException.self,
  ]
}
