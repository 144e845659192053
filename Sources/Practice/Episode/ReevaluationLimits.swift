import PracticeEvents

/// After how many visits or days an episode must be evaluated again, whichever comes first.
public struct ReevaluationLimits: Hashable, Sendable {
  /// Nil when visits do not count.
  public let visits: Int?
  /// Nil when days do not count.
  public let days: Int?

  /// Whether so many visits or days since the last evaluation reach one of them.
  public func isReached(visits: Int, days: Int) -> Bool {
    self.visits.map { visits >= $0 } == true || self.days.map { days >= $0 } == true
  }

  /// E.g. `6 visits or 30 days`; nil when nothing asks for one.
  public var text: String? {
    let parts = [visits.map { "\($0) visits" }, days.map { "\($0) days" }].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: " or ")
  }
}

extension CareState {
  /// The plan's own numbers; else the clinic's for the class of the care on the day, the rules
  /// `clearance/…reevaluate-every-visits` and `…-days`: upkeep is reviewed once a quarter, care
  /// against stress not at all. A rule of 0 counts nothing.
  public func reevaluationLimits(
    episode id: String, on date: CivilDate, by clinic: ClinicState
  ) -> ReevaluationLimits {
    let plan = plan(episode: id, on: date)
    let phase = currentPhase(episode: id, on: date)?.conditionClass ?? .unspecified
    let prefix =
      switch phase == .unspecified ? conditionClass(episode: id, on: date) : phase {
      case .maintenance: "maintenance-"
      case .stress: "stress-"
      case .acute, .chronic, .unspecified, .UNRECOGNIZED: ""
      }
    func limit(_ planned: Int32?, _ key: String) -> Int? {
      if let planned, planned > 0 { return Int(planned) }
      let number = clinic.rule("clearance", prefix + key, on: date)
      return number > 0 ? number : nil
    }
    return ReevaluationLimits(
      visits: limit(plan?.reevaluateEveryVisits, "reevaluate-every-visits"),
      days: limit(plan?.reevaluateEveryDays, "reevaluate-every-days"))
  }
}
