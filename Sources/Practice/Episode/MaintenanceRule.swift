import PracticeEvents

/// Payers exclude upkeep as not medically necessary (eviCore, BCBSKS policies), so a clinic that
/// bills it makes a claim that it should not. A supervisor may, with a reason: a payer's own word.
enum MaintenanceRule {
  /// Refuses a route that files claims for a patient in upkeep.
  static func checkRoute(
    _ care: CareState, on date: CivilDate, _ context: DecisionContext
  ) throws {
    let open = care.episodes.values.filter { !$0.isDischarged }.map(\.opened.episode)
    guard !open.isEmpty, open.allSatisfy({ care.isMaintenance(episode: $0, on: date) }) else {
      return
    }
    try refuse("route", "route", "the patient is in maintenance care on \(date)", [], context)
  }

  /// Refuses a claim for a visit in upkeep.
  static func checkClaim(
    _ care: CareState, session: CareState.Session, on date: CivilDate, _ context: DecisionContext
  ) throws {
    let episode = session.delivered.episode
    guard care.isMaintenance(episode: episode, on: date) else { return }
    try refuse(
      "claim", "charges", "the visit of \(date) was maintenance care", [session.event], context)
  }

  private static func refuse(
    _ rule: String, _ field: String, _ problem: String, _ evidence: [String],
    _ context: DecisionContext
  ) throws {
    guard !context.isExplainedBySupervisor else { return }
    throw Refusal(
      rule: "\(rule).maintenance", field: field,
      problem: "\(problem), which payers exclude",
      remedy: "have the patient choose to pay, with `elect-self-pay --why maintenance`; a "
        + "supervisor may go on with --reason", evidence: evidence)
  }
}
