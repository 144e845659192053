import PracticeEvents

/// Lets a visit go ahead past blocks of the gate.
public struct OverrideClearance: Command {
  public static let name = "override-clearance"
  public static let summary =
    "Lets a visit go ahead past named blocks; a supervisor's to answer for."
  public static let help = [
    "blocks": "B1 to B12, but not B5: a lapsed licence cannot be overridden",
    "units": "with B4: billable units that may go unauthorized; any number by default",
  ]
  public static let roles: Set<Role> = [.supervisor]

  public var appointment: EntityID
  public var blocks: [ClearanceBlock.Code]
  public var units: Int?

  public init(appointment: EntityID, blocks: [ClearanceBlock.Code], units: Int? = nil) {
    self.appointment = appointment
    self.blocks = blocks
    self.units = units
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, known) = try facts.appointment(appointment)
    let named = ClearanceBlock.Code.allCases.filter(blocks.contains)
    guard !named.isEmpty else {
      throw Refusal(
        rule: "override.blocks", field: "blocks", problem: "no block is named",
        remedy: "name each block to be overridden, B1 to B12")
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
    guard units == nil || (named.contains(.authorization) && (1...96).contains(units ?? 0)) else {
      throw Refusal(
        rule: "override.units", field: "units",
        problem: "units go with B4, and are 1 to 96",
        remedy: "leave them out, or name B4, the authorization that lacks them")
    }
    _ = try context.requiredReason()
    var fact = TreatmentClearanceOverridden()
    fact.appointment = known.appointment
    fact.blocks = named.map(\.rawValue)
    fact.dateOn = known.dateOn
    fact.practitioner = known.practitioner
    fact.units = Int32(units ?? 0)
    let visit = try known.visit(units: units ?? 0)
    let standing = try Set(facts.clearance(of: patient, for: visit).blocks.map(\.code))
    let idle = named.filter { !standing.contains($0) }.map(\.rawValue)
    return Decision(
      [ProposedFact(patient, .treatmentClearanceOverridden(fact))],
      warnings: idle.isEmpty
        ? [] : ["not in the way now: \(idle.joined(separator: ", "))"])
  }
}
