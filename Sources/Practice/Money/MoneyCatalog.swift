extension CommandCatalog {
  static let money: [any Command.Type] = [
    TakePayment.self, ApplyPayment.self, UnapplyPayment.self, ReversePayment.self,
    RefundPayment.self, WriteOffCharge.self, ReverseWriteOff.self, SellPackage.self,
    RedeemPackage.self, ReverseRedemption.self, AgreePaymentPlan.self, PayInstalment.self,
    RecordMissedInstalment.self, ApproveSlidingScale.self, ChargeNoShowFee.self, WaiveFee.self,
    IssueEstimate.self, DefinePackage.self, ExtendPackage.self, RefundPackage.self,
    RecognizeBreakage.self, TransferPackage.self, AmendPaymentPlan.self, ApplySlidingScale.self,
    DeliverEstimate.self, DisputeEstimate.self, IssueStatement.self, IssueReceipt.self,
    IssueTaxStatement.self, RecordIssuedDocument.self, DenySlidingScale.self, EndSlidingScale.self,
    TransferCredit.self, RecordOpeningBalance.self, OpenTill.self, CountTill.self, CloseTill.self,
    MakeDeposit.self, ReverseDeposit.self, RecordJournalExport.self,
  ]
}
