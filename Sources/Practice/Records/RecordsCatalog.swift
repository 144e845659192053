extension CommandCatalog {
  static let records: [any Command.Type] = [
    ReceiveRecordsRequest.self, FulfillRecordsRequest.self, RequestAmendment.self,
    DecideAmendment.self,
  ]
}
