extension CommandCatalog {
  static let session: [any Command.Type] = [
    DeliverSession.self, SignNote.self, AmendNote.self, AddNoteAddendum.self, VoidSession.self,
    AllocateUnits.self, ResolveCodingEdit.self,
  ]
}
