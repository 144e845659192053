import PracticeEvents

/// What somebody wants: a value that a decision turns into facts or a refusal.
///
/// A command's stored properties are its fields; the CLI reads its flags, its JSON form and its
/// help from the `Codable` conformance, so adding a command touches its own file and
/// `CommandCatalog` only. Field names are camelCase in JSON and kebab-case as flags.
public protocol Command: Codable, Sendable {
  /// Imperative and kebab-case, e.g. `receive-referral`.
  static var name: String { get }
  /// One sentence in the present tense.
  static var summary: String { get }
  /// A few words for each field whose name does not say it all, by property name.
  static var help: [String: String] { get }
  /// Who may give it. A supervisor may give every command; the system only those that name it.
  static var roles: Set<Role> { get }

  /// Pure: the same facts and context give the same decision or refusal.
  ///
  /// - Throws: `Refusal` when a rule forbids it, `ValueError` for a malformed value, or whatever
  ///   `facts` throws when the log cannot be read.
  func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision
}

extension Command {
  public static var help: [String: String] { [:] }

  private static var permittedRoles: [String] {
    roles.union([.supervisor]).map(\.text).sorted()
  }

  /// Checks the role, decides, and checks what every decision must hold.
  public func checkedDecision(
    _ facts: some Facts, _ context: inout DecisionContext
  ) throws
    -> Decision
  {
    let role = context.actor.role
    guard role == .supervisor || Self.roles.contains(role) else {
      throw Refusal(
        rule: "role", field: "by",
        problem: "a \(role.text) may not \(Self.name)",
        remedy: "ask one of: \(Self.permittedRoles.joined(separator: ", "))")
    }
    try context.requirePlausibleTimes(facts)
    return try decide(facts, &context).countedInOpenBooks(facts, context)
  }
}

/// What a command leads to: facts to append together, and what the person should know.
public struct Decision: Sendable {
  public var facts: [ProposedFact]
  /// What stood in the way without forbidding it, e.g. gate warnings; shown, not stored.
  public var warnings: [String]

  public init(_ facts: [ProposedFact], warnings: [String] = []) {
    self.facts = facts
    self.warnings = warnings
  }
}

/// One fact on its way to becoming an event of a subject.
public struct ProposedFact: Sendable {
  public var subject: SubjectID
  public var fact: Fact
  /// The civil date on which it counts; nil takes the context's.
  public var effectiveOn: CivilDate?
  /// The UUID text of the event that this one corrects.
  public var corrects: String?

  public init(
    _ subject: SubjectID, _ fact: Fact, effectiveOn: CivilDate? = nil, corrects: String? = nil
  ) {
    self.subject = subject
    self.fact = fact
    self.effectiveOn = effectiveOn
    self.corrects = corrects
  }
}

extension Role {
  /// How people write it: `front-desk`, `therapist`, `supervisor`, `biller`, `patient`, `system`,
  /// `auditor`.
  public var text: String {
    switch self {
    case .frontDesk: "front-desk"
    case .therapist: "therapist"
    case .supervisor: "supervisor"
    case .biller: "biller"
    case .patient: "patient"
    case .system: "system"
    case .auditor: "auditor"
    case .unspecified, .UNRECOGNIZED: "unspecified"
    }
  }

  /// `owner` is another word for supervisor.
  public init?(text: String) {
    if text == "owner" {
      self = .supervisor
      return
    }
    guard let role = Role.allCases.first(where: { $0.text == text }), role != .unspecified else {
      return nil
    }
    self = role
  }
}
