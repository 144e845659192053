/// A rule forbids what was asked. Nothing is appended.
public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// The rule's short name, e.g. `B1`, `payment.overapplied`; stable, for programs.
  public var rule: String
  /// The command's field at fault, in camelCase, when there is one.
  public var field: String?
  /// What is wrong, without patient data.
  public var problem: String
  /// What would satisfy the rule.
  public var remedy: String
  /// The events that broke it: UUID texts of event ids.
  public var evidence: [String]
  /// All that is wrong when there is more than one thing, e.g. every block of the gate.
  public var details: [String]

  public init(
    rule: String, field: String? = nil, problem: String, remedy: String, evidence: [String] = [],
    details: [String] = []
  ) {
    self.rule = rule
    self.field = field
    self.problem = problem
    self.remedy = remedy
    self.evidence = evidence
    self.details = details
  }

  public var description: String { "\(problem); \(remedy)" }
}
