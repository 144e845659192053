import PracticeEvents

extension Fact {
  /// Whether it belongs to the books of the clinic, which are closed month by month.
  var isOfTheBooks: Bool { (450...549).contains(fieldNumber) }
}

extension Decision {
  /// Nothing counts in a month whose books are closed. What is dated there counts on the day on which
  /// it is recorded, and keeps its own date in its fields; so no report of a closed month changes.
  ///
  /// Every command passes here, so none can forget it.
  ///
  /// - Throws: `Refusal` when the books of the day of recording are closed too.
  func countedInOpenBooks(_ facts: some Facts, _ context: DecisionContext) throws -> Decision {
    guard self.facts.contains(where: \.fact.isOfTheBooks) else { return self }
    let clinic = try facts.clinic()
    guard let closed = clinic.closedThrough else { return self }
    let recorded = context.zone.date(of: context.now)
    var moved = self
    var dates: Set<CivilDate> = []
    for index in moved.facts.indices where moved.facts[index].fact.isOfTheBooks {
      let date = moved.facts[index].effectiveOn ?? context.today
      guard date.compact / 100 <= closed else { continue }
      try clinic.requireOpenPeriod(recorded, field: "occurredAt")
      moved.facts[index].effectiveOn = recorded
      dates.insert(date)
    }
    moved.warnings += dates.sorted().map {
      "the books are closed through \(closed): what is dated \($0) counts on \(recorded)"
    }
    return moved
  }
}
