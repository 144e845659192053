import PracticeEvents

/// How often to treat: visits per week times 100, lowest and highest, and who says so.
public struct VisitFrequency: Hashable, Sendable {
  public enum Source: Hashable, Sendable {
    /// The clinic's rule for the class, with where that comes from.
    case guideline(String)
    /// A phase of the plan, from 1.
    case plan(phase: Int, of: Int)
    /// Somebody's individual advice: the initials, the reason, and the last day if there is one.
    case advice(by: String, reason: String, until: CivilDate?)
  }

  public let lowestPerWeekHundredths: Int32
  public let highestPerWeekHundredths: Int32
  public let source: Source

  public init(
    lowestPerWeekHundredths: Int32, highestPerWeekHundredths: Int32, source: Source
  ) {
    self.lowestPerWeekHundredths = lowestPerWeekHundredths
    self.highestPerWeekHundredths = highestPerWeekHundredths
    self.source = source
  }
}

extension ClinicState {
  /// What the clinic recommends for a class of condition when no plan says otherwise: the rules
  /// `frequency/<class>-least-…` and `-most-per-week-hundredths` of the date.
  ///
  /// - Returns: nil for a class this program does not know.
  public func frequencyGuideline(
    for condition: ConditionClass, on date: CivilDate
  ) -> VisitFrequency? {
    let name: String
    switch condition {
    case .acute: name = "acute"
    case .chronic: name = "chronic"
    case .maintenance: name = "maintenance"
    case .stress: name = "stress"
    case .unspecified, .UNRECOGNIZED: return nil
    }
    func number(_ bound: String) -> RuleNumber? {
      ruleNumber("frequency", "\(name)-\(bound)-per-week-hundredths", on: date)
    }
    guard let least = number("least"), let most = number("most") else { return nil }
    return VisitFrequency(
      lowestPerWeekHundredths: Int32(clamping: least.value),
      highestPerWeekHundredths: Int32(clamping: most.value), source: .guideline(most.source))
  }
}

extension CareState {
  /// The individual advice on the frequency that holds on a day.
  func frequencyAdvice(episode id: String, on date: CivilDate) -> FrequencyAdvice? {
    episodes[id]?.frequencyAdvice
      .filter { $0.advice.throughDateOn == 0 || date.compact <= $0.advice.throughDateOn }
      .inForce(on: date, from: \.advice.fromDateOn)
  }

  /// How often the patient should come on a day: individual advice for that day, else the plan's
  /// phase, else the guideline of the condition's class.
  ///
  /// - Parameter clinic: whose guideline holds; the bundled one by default.
  public func frequency(
    episode id: String, on date: CivilDate, by clinic: ClinicState = ClinicState()
  ) -> VisitFrequency? {
    if let given = frequencyAdvice(episode: id, on: date) {
      return VisitFrequency(
        lowestPerWeekHundredths: given.advice.visitsPerWeekMinHundredths,
        highestPerWeekHundredths: given.advice.visitsPerWeekMaxHundredths,
        source: .advice(
          by: given.initials.isEmpty ? given.user : given.initials, reason: given.reason,
          until: given.advice.throughDateOn.civilDate))
    }
    if let plan = plan(episode: id, on: date),
      let index = currentPhaseIndex(episode: id, on: date),
      plan.phases[index].visitsPerWeekMaxHundredths > 0
    {
      return VisitFrequency(
        lowestPerWeekHundredths: plan.phases[index].visitsPerWeekMinHundredths,
        highestPerWeekHundredths: plan.phases[index].visitsPerWeekMaxHundredths,
        source: .plan(phase: index + 1, of: plan.phases.count))
    }
    let phase = currentPhase(episode: id, on: date)?.conditionClass ?? .unspecified
    return clinic.frequencyGuideline(
      for: phase == .unspecified ? conditionClass(episode: id, on: date) : phase, on: date)
  }

  /// Whether care on a day is upkeep, by the condition's class or the plan's phase.
  public func isMaintenance(episode: String, on date: CivilDate) -> Bool {
    conditionClass(episode: episode, on: date) == .maintenance
      || currentPhase(episode: episode, on: date)?.conditionClass == .maintenance
  }
}
