extension CommandCatalog {
  static let referral: [any Command.Type] = [
    ReceiveDocument.self, MatchDocument.self, ReceiveReferral.self, AcceptPrescription.self,
    RejectPrescription.self, RevokePrescription.self,
  ]
}
