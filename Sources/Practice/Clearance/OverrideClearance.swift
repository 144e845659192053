import PracticeEvents

/// Lets a visit go ahead past blocks of the gate.
public struct OverrideClearance: Command {
  public static let name = "override-clearance"
  public static let summary =
    "Lets a visit go ahead past named blocks; a supervisor's to answer for."
  public static let help = [
    "blocks": "B1 to B10, but not B5: a lapsed licence cannot be overridden"
  ]
  public static let roles: Set<Role> = [.supervisor]

  public var appointment: EntityID
  public var blocks: [ClearanceBlock.Code]

  public init(appointment: EntityID, blocks: [ClearanceBlock.Code]) {
    self.appointment = appointment
    self.blocks = blocks
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, known) = try facts.appointment(appointment)
    let named = ClearanceBlock.Code.allCases.filter(blocks.contains)
    guard !named.isEmpty else {
      throw Refusal(
        rule: "override.blocks", field: "blocks", problem: "no block is named",
        remedy: "name each block to be overridden, B1 to B10")
    }
    if let firm = named.first(where: { !$0.isOverridable }) {
      throw Refusal(
        rule: firm.rawValue, field: "blocks", problem: "a lapsed licence cannot be overridden",
        remedy: "record the licence or its renewal, or move the visit to another therapist")
    }
    guard known.takesTime, known.status != .completed else {
      throw Refusal(
        rule: "appointment.state", field: "appointment",
        problem: "the appointment is \(known.status.text)",
        remedy: "only a visit that is still to come can be let through")
    }
    _ = try context.requiredReason()
    var fact = TreatmentClearanceOverridden()
    fact.appointment = known.appointment
    fact.blocks = named.map(\.rawValue)
    fact.dateOn = known.dateOn
    fact.practitioner = known.practitioner
    let standing = try Set(facts.clearance(of: patient, for: known.visit()).blocks.map(\.code))
    let idle = named.filter { !standing.contains($0) }.map(\.rawValue)
    return Decision(
      [ProposedFact(patient, .treatmentClearanceOverridden(fact))],
      warnings: idle.isEmpty
        ? [] : ["not in the way now: \(idle.joined(separator: ", "))"])
  }
}
