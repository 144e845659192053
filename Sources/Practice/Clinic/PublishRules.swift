import PracticeEvents

/// Publishes rules of several tables at once, all or none: what a file of rules becomes.
///
/// A table is one of the rule tables, or `payer/ID` for what a payer asks for.
public struct PublishRules: Command {
  public static let name = "publish-rules"
  public static let summary = "Publishes rules of several tables, and of payers; all or none."
  public static let help = [
    "version": "names this publication, e.g. 2026-07",
    "rules": "in the order of the file; a refusal names the first that is wrong, from 1",
  ]
  public static let roles: Set<Role> = [.supervisor]

  public struct Rule: Codable, Sendable, Hashable {
    /// clearance, ncci, … or `payer/` and a payer's id.
    public var table: String
    public var key: String
    public var value: Int
    public var effectiveFrom: CivilDate
    public var source: String

    public init(
      table: String, key: String, value: Int, effectiveFrom: CivilDate, source: String
    ) {
      self.table = table
      self.key = key
      self.value = value
      self.effectiveFrom = effectiveFrom
      self.source = source
    }
  }

  /// Rules that become one event.
  private struct Group: Hashable {
    var table: String
    var effectiveFrom: CivilDate
    var source: String
  }

  public var version: String
  public var rules: [Rule]

  public init(version: String, rules: [Rule]) {
    self.version = version
    self.rules = rules
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    guard !rules.isEmpty else {
      throw Refusal(
        rule: "rules.entries", field: "rules", problem: "there is no rule in it",
        remedy: "give at least one")
    }
    var groups: [Group] = []
    var numbers: [Group: [Int]] = [:]
    for (index, rule) in rules.enumerated() {
      let group = Group(table: rule.table, effectiveFrom: rule.effectiveFrom, source: rule.source)
      if numbers[group] == nil { groups.append(group) }
      numbers[group, default: []].append(index)
    }
    try checkEach(facts, &context)
    var decision = Decision([])
    var versions: [String: Int] = [:]
    for group in groups {
      versions[group.table, default: 0] += 1
      let count = versions[group.table] ?? 1
      let part = try decided(
        group, numbers[group] ?? [], version: count == 1 ? version : "\(version)/\(count)", facts,
        &context)
      decision.facts += part.facts
      decision.warnings += part.warnings
    }
    return decision
  }

  /// Each rule alone, so that a refusal can say which one is wrong.
  private func checkEach(_ facts: some Facts, _ context: inout DecisionContext) throws {
    var seen: Set<[String]> = []
    for (index, rule) in rules.enumerated() {
      let group = Group(table: rule.table, effectiveFrom: rule.effectiveFrom, source: rule.source)
      do {
        guard seen.insert([rule.table, rule.key, "\(rule.effectiveFrom)"]).inserted else {
          throw Refusal(
            rule: "rules.entries", problem: "\(rule.key) stands in it twice for that day",
            remedy: "give each key that changes once")
        }
        _ = try decided(group, [index], version: version, facts, &context)
      } catch var refusal as Refusal {
        // A payer may ask for the same as before; with other rules it may yet be a change.
        guard refusal.rule != "payer.policy.unchanged" else { continue }
        refusal.field = "rules"
        refusal.problem = "rule \(index + 1), \(rule.table) \(rule.key): \(refusal.problem)"
        throw refusal
      }
    }
  }

  private func decided(
    _ group: Group, _ indices: [Int], version: String, _ facts: some Facts,
    _ context: inout DecisionContext
  ) throws -> Decision {
    let rules = indices.map { self.rules[$0] }
    guard group.table.hasPrefix("payer/") else {
      return try PublishRuleTable(
        table: group.table, version: version, effectiveFrom: group.effectiveFrom,
        source: group.source, entries: rules.map { .init(key: $0.key, value: $0.value) }
      ).decide(facts, &context)
    }
    try require(group.source, in: "source", atMost: 200)
    var change = ChangePayerPolicy(
      payer: SubjectReference(String(group.table.dropFirst("payer/".count))),
      effectiveFrom: group.effectiveFrom)
    for rule in rules { try change.set(rule.key, to: rule.value) }
    return try change.decide(facts, &context)
  }
}

extension ChangePayerPolicy {
  /// Sets what a payer asks for by the name of the field.
  ///
  /// - Throws: `Refusal` for a field that is not a number or a yes or no, and for another value than
  ///   0 or 1 of the latter.
  fileprivate mutating func set(_ key: String, to value: Int) throws {
    func flag() throws -> Bool {
      guard value == 0 || value == 1 else {
        throw Refusal(
          rule: "rules.value", problem: "it is neither 0, no, nor 1, yes", remedy: "give 0 or 1")
      }
      return value == 1
    }
    switch key {
    case "maxUnitsPerDay": maxUnitsPerDay = value
    case "timelyFilingDays": timelyFilingDays = value
    case "prescriptionMaxDays": prescriptionMaxDays = value
    case "requiresAuthorization": requiresAuthorization = try flag()
    case "requiresPrescription": requiresPrescription = try flag()
    case "appliesNCCI": appliesNCCI = try flag()
    case "acceptsMassageTherapists": acceptsMassageTherapists = try flag() ? .yes : .no
    case "paysBeyondVisitLimit": paysBeyondVisitLimit = try flag()
    case "amaMidpoint": unitRule = try flag() ? .amaMidpoint : .cmsEightMinute
    default:
      throw Refusal(
        rule: "rules.key", problem: "a payer has no rule \(key)",
        remedy: "use one of: maxUnitsPerDay, timelyFilingDays, prescriptionMaxDays, "
          + "requiresAuthorization, requiresPrescription, appliesNCCI, acceptsMassageTherapists, "
          + "paysBeyondVisitLimit, amaMidpoint")
    }
  }
}
