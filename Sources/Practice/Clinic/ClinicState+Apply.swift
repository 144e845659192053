import PracticeEvents

extension ClinicState: FoldedState {
  public mutating func apply(_ recorded: RecordedFact) {
    switch recorded.event.fact {
    case .sitePracticeProfileSet(let fact):
      profile = fact
      established = true
    case .serviceCatalogItemDefined(let fact):
      services[fact.service] = fact
    case .feeScheduleVersionPublished(let fact):
      feeSchedules.append(fact)
    case .ruleTablePublished(let fact):
      ruleTables.append(fact)
    case .periodClosed(let fact):
      if !closedMonths.contains(fact.month) { closedMonths.append(fact.month) }
    case .periodReopened(let fact):
      closedMonths.removeAll { $0 == fact.month }
    case .packageDefined(let fact):
      packages.append(fact)
    case .roomBlocked(let fact):
      roomBlocks.append(TimeBlock(fact, recorded))
    case .roomUnblocked(let fact):
      roomBlocks.removeAll { $0.block == fact.block }
    default:
      break
    }
  }
}

extension ClinicState {
  /// The number that a rule sets on a date: from the latest published table that has the key and
  /// has come into effect, or the bundled default (`DefaultRules`); 0 for a rule nobody knows.
  public func rule(_ table: String, _ key: String, on date: CivilDate) -> Int {
    ruleNumber(table, key, on: date)?.value ?? 0
  }

  /// The same with where it comes from; nil for a rule nobody knows.
  public func ruleNumber(_ table: String, _ key: String, on date: CivilDate) -> RuleNumber? {
    let bundled = RuleNumber(bundled: table, key)
    let published =
      ruleTables.lazy
      .filter { $0.name == table && $0.entries.contains { $0.key == key } }
      .inForce(on: date, from: \.effectiveFrom)
    guard let published, let entry = published.entries.last(where: { $0.key == key }) else {
      return bundled
    }
    let value = Int(entry.value)
    if !entry.source.isEmpty { return RuleNumber(value: value, source: entry.source) }
    // Older logs have the bundled numbers without their sources.
    let source = bundled?.value == value && published.version == "default" ? bundled?.source : nil
    return RuleNumber(value: value, source: source ?? published.source)
  }

  /// Every key of a table that is published by a date or bundled, sorted.
  public func ruleKeys(_ table: String, on date: CivilDate) -> [String] {
    let published = ruleTables.filter { $0.name == table && $0.effectiveFrom <= date.compact }
      .flatMap { $0.entries.map(\.key) }
    return Set(published + (DefaultRules.table(table)?.rules.map(\.key) ?? [])).sorted()
  }

  /// The version of the published table that sets a rule on a date; empty for a bundled number.
  public func ruleVersion(_ table: String, _ key: String, on date: CivilDate) -> String {
    ruleTables.lazy.filter { $0.name == table && $0.entries.contains { $0.key == key } }
      .inForce(on: date, from: \.effectiveFrom)?.version ?? ""
  }

  /// The catalogue's entry for a service code, as last defined.
  public func service(_ code: String) -> ServiceCatalogItemDefined? { services[code] }

  /// A package that is offered on a date; nil when it is not, or no longer.
  public func package(_ offer: String, on date: CivilDate) -> PackageDefined? {
    let found = packages.filter { $0.offer == offer }.inForce(on: date, from: \.effectiveFrom)
    return found?.withdrawn == false ? found : nil
  }

  /// The fee of one unit on a date, and the version of the schedule it stands in.
  ///
  /// A payer's own schedule comes first, the clinic's second; in a schedule a fee with one of the
  /// modifiers comes before the fee without. A version replaces the one before it as a whole.
  public func fee(
    cpt: ProcedureCode, modifiers: [Modifier], payer: SubjectID?, on date: CivilDate
  ) -> (cents: Int64, version: String)? {
    if let payer,
      let fee = fee(cpt: cpt, modifiers: modifiers, schedulesOf: payer.description, on: date)
    {
      return fee
    }
    return fee(cpt: cpt, modifiers: modifiers, schedulesOf: "", on: date)
  }

  private func fee(
    cpt: ProcedureCode, modifiers: [Modifier], schedulesOf payer: String, on date: CivilDate
  ) -> (cents: Int64, version: String)? {
    let schedule = feeSchedules.lazy.filter { $0.payer == payer }
      .inForce(on: date, from: \.effectiveFrom)
    guard let schedule else { return nil }
    let fees = schedule.fees.filter { $0.cpt == cpt.description }
    let wanted = modifiers.map(\.description)
    let fee = fees.first { wanted.contains($0.modifier) } ?? fees.first { $0.modifier.isEmpty }
    return fee.map { ($0.centsPerUnit, schedule.version) }
  }

  /// The last month that is closed, CCYYMM; nil while all are open.
  public var closedThrough: Int32? { closedMonths.max() }

  /// Refuses a date in the closed books: in the last closed month or before it.
  public func requireOpenPeriod(_ date: CivilDate, field: String) throws {
    guard let closedThrough, date.compact / 100 <= closedThrough else { return }
    throw Refusal(
      rule: "period.closed", field: field,
      problem: "the books are closed through \(closedThrough)",
      remedy: "date it in an open month, or have a supervisor reopen the period")
  }
}
