import PracticeEvents

/// Puts a service into the clinic's catalogue, or changes it.
public struct DefineService: Command {
  public static let name = "define-service"
  public static let summary = "Defines a service of the clinic: its class, length, code and price."
  public static let help = [
    "service": "short code that people type, e.g. med60",
    "minutes": "hands-on time that is booked",
    "defaultCPT": "needed for a medical service",
    "selfPay": "the price for whoever pays out of pocket",
  ]
  public static let roles: Set<Role> = [.supervisor]

  public var service: String
  public var serviceName: String
  public var serviceClass: ServiceClassChoice
  public var minutes: Int
  public var defaultCPT: ProcedureCode?
  public var selfPay: Money

  public init(
    service: String, serviceName: String, serviceClass: ServiceClassChoice, minutes: Int,
    defaultCPT: ProcedureCode? = nil, selfPay: Money
  ) {
    self.service = service
    self.serviceName = serviceName
    self.serviceClass = serviceClass
    self.minutes = minutes
    self.defaultCPT = defaultCPT
    self.selfPay = selfPay
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    guard service.wholeMatch(of: /[a-z][a-z0-9-]{0,23}/) != nil else {
      throw Refusal(
        rule: "service.code", field: "service",
        problem: "a service code has 1 to 24 small letters, digits and hyphens",
        remedy: "choose one like med60")
    }
    try require(serviceName, in: "serviceName", atMost: 80)
    guard (5...480).contains(minutes) else {
      throw Refusal(
        rule: "service.minutes", field: "minutes", problem: "\(minutes) minutes are no visit",
        remedy: "give 5 to 480")
    }
    guard selfPay >= .zero else { throw Refusal.negative("selfPay") }
    guard serviceClass == .relaxation || defaultCPT != nil else {
      throw Refusal(
        rule: "service.cpt", field: "defaultCPT", problem: "a medical service needs its CPT code",
        remedy: "give the code it is billed under, e.g. 97140")
    }
    if let defaultCPT, ProcedureFacts.of(defaultCPT)?.use == .notForMassageTherapists {
      throw Refusal(
        rule: "service.cpt.scope", field: "defaultCPT",
        problem: "\(defaultCPT) is not a massage therapist's to bill",
        remedy: "bill massage as 97124, manual therapy as 97140")
    }
    var fact = ServiceCatalogItemDefined()
    fact.service = service
    fact.name = serviceName
    fact.serviceClass = serviceClass.serviceClass
    fact.minutes = Int32(minutes)
    fact.defaultCpt = defaultCPT?.description ?? ""
    fact.selfPayCents = selfPay.cents
    return Decision([ProposedFact(.site, .serviceCatalogItemDefined(fact))])
  }
}

/// Publishes fees per unit from a day on.
public struct PublishFeeSchedule: Command {
  public static let name = "publish-fee-schedule"
  public static let summary = "Publishes the clinic's fees, or a payer's, from a day on."
  public static let help = [
    "version": "names this schedule, e.g. 2026",
    "payer": "payer id or stream; leave out for the clinic's own fees",
    "fees": "all codes with the fee of one unit; a version replaces the one before as a whole",
  ]
  public static let roles: Set<Role> = [.biller]

  public struct Fee: Codable, Sendable {
    public var cpt: ProcedureCode
    public var modifier: Modifier?
    public var perUnit: Money

    public init(
      cpt: ProcedureCode, modifier: Modifier? = nil, perUnit: Money
    ) {
      self.cpt = cpt
      self.modifier = modifier
      self.perUnit = perUnit
    }
  }

  public var version: String
  public var payer: SubjectReference?
  public var fees: [Fee]
  public var effectiveFrom: CivilDate?

  public init(
    version: String, payer: SubjectReference? = nil, fees: [Fee], effectiveFrom: CivilDate? = nil
  ) {
    self.version = version
    self.payer = payer
    self.fees = fees
    self.effectiveFrom = effectiveFrom
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    try require(version, in: "version", atMost: 32)
    var fact = FeeScheduleVersionPublished()
    fact.version = version
    fact.payer = try payer.map { try facts.payerID($0).description } ?? ""
    fact.effectiveFrom = (effectiveFrom ?? context.today).compact
    guard
      try !facts.clinic().feeSchedules.contains(where: {
        $0.payer == fact.payer && $0.version == version
      })
    else {
      throw Refusal(
        rule: "fees.version", field: "version", problem: "version \(version) is published",
        remedy: "give the new schedule a version of its own")
    }
    guard !fees.isEmpty else {
      throw Refusal(
        rule: "fees.empty", field: "fees", problem: "there is no fee in it",
        remedy: "give every code with its fee")
    }
    var seen: Set<String> = []
    for fee in fees {
      let name = [fee.cpt.description, fee.modifier?.description ?? ""].joined(separator: " ")
      guard seen.insert(name).inserted else {
        throw Refusal(
          rule: "fees.duplicate", field: "fees", problem: "\(name) has two fees",
          remedy: "keep one")
      }
      guard fee.perUnit >= .zero else { throw Refusal.negative("fees") }
      var entry = FeeScheduleVersionPublished.Fee()
      entry.cpt = fee.cpt.description
      entry.modifier = fee.modifier?.description ?? ""
      entry.centsPerUnit = fee.perUnit.cents
      fact.fees.append(entry)
    }
    return Decision([
      ProposedFact(
        .site, .feeScheduleVersionPublished(fact), effectiveOn: effectiveFrom)
    ])
  }
}

/// Publishes rules from a day on.
public struct PublishRuleTable: Command {
  public static let name = "publish-rule-table"
  public static let summary = "Publishes numbers that rules go by, from a day on."
  public static let help = [
    "table": "clearance, records, prescription, scheduling, billing, …",
    "version": "names this publication, e.g. 2026-07",
    "source": "the regulation, contract or decision that it comes from",
    "entries": "the keys that change; the others stay",
  ]
  public static let roles: Set<Role> = [.supervisor]

  public struct Entry: Codable, Sendable {
    public var key: String
    public var value: Int
    /// Where this number comes from; the table's source by default.
    public var source: String?

    public init(
      key: String, value: Int, source: String? = nil
    ) {
      self.key = key
      self.value = value
      self.source = source
    }
  }

  public var table: String
  public var version: String
  public var effectiveFrom: CivilDate
  public var source: String
  public var entries: [Entry]

  public init(
    table: String, version: String, effectiveFrom: CivilDate, source: String, entries: [Entry]
  ) {
    self.table = table
    self.version = version
    self.effectiveFrom = effectiveFrom
    self.source = source
    self.entries = entries
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    try require(table, in: "table", atMost: 40)
    try require(version, in: "version", atMost: 32)
    try require(source, in: "source", atMost: 200)
    guard
      try !facts.clinic().ruleTables.contains(where: { $0.name == table && $0.version == version })
    else {
      throw Refusal(
        rule: "rules.version", field: "version", problem: "version \(version) is published",
        remedy: "give the new table a version of its own")
    }
    guard !entries.isEmpty, Set(entries.map(\.key)).count == entries.count else {
      throw Refusal(
        rule: "rules.entries", field: "entries",
        problem: entries.isEmpty ? "there is no rule in it" : "a key stands in it twice",
        remedy: "give each key that changes once")
    }
    let known = DefaultRules.table(table)
    for entry in entries {
      guard known.map({ $0.isOpen || $0.rules.contains { $0.key == entry.key } }) ?? true else {
        throw Refusal(
          rule: "rules.key", field: "entries", problem: "\(table) has no rule \(entry.key)",
          remedy: "use one of: " + (known?.rules.map(\.key) ?? []).joined(separator: ", "))
      }
      guard (0...Int(Int32.max)).contains(entry.value) else {
        throw Refusal(
          rule: "rules.value", field: "entries",
          problem: "\(entry.key) is not between 0 and \(Int32.max)",
          remedy: "give whole days, minutes, visits, cents or parts per 100 000")
      }
      if let problem = known?.problem(of: entry.key, entry.value) {
        throw Refusal(
          rule: "rules.entry", field: "entries", problem: problem,
          remedy: "correct it; nothing of the table was published")
      }
    }
    var fact = RuleTablePublished()
    fact.name = table
    fact.version = version
    fact.effectiveFrom = effectiveFrom.compact
    fact.source = source
    fact.entries = entries.map { given in
      var entry = RuleTablePublished.Entry()
      entry.key = given.key
      entry.value = Int64(given.value)
      entry.source = given.source ?? ""
      return entry
    }
    return Decision(
      [ProposedFact(.site, .ruleTablePublished(fact), effectiveOn: effectiveFrom)],
      warnings: known == nil
        ? ["no rule of this program reads a table named \(table); check the spelling"] : [])
  }
}

extension Refusal {
  fileprivate static func negative(_ field: String) -> Refusal {
    Refusal(
      rule: "amount.negative", field: field, problem: "a price is below zero",
      remedy: "give 0 or more")
  }
}
