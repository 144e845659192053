extension CommandCatalog {
  static let claims: [any Command.Type] = [
    PostCharge.self, VoidCharge.self, HoldClaim.self, ReleaseClaim.self, SubmitClaim.self,
    SendClaimBatch.self, AcknowledgeClaim.self, RejectClaim.self, RecordAcknowledgements.self,
    RecordClaimStatus.self, ReceiveRemittance.self, AdjudicateClaim.self,
    RecordExplanationOfBenefits.self, ReverseAdjudication.self, BillNextPayer.self,
    TransferBalance.self, FileAppeal.self, DecideAppeal.self, CloseClaim.self,
    PostRemittance.self, PostRemittanceException.self, ResolveRemittanceException.self,
    ResolveProviderAdjustment.self, RefundPayer.self, IssueSuperbill.self, VoidSuperbill.self,
    ReportReimbursement.self,
  ]
}
