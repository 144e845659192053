import PracticeEvents

/// A step to the plan's next phase that is due.
public struct TaperDue: Hashable, Sendable {
  public enum Criterion: String, Sendable { case goal, pain, date }
  public let criterion: Criterion
  /// Indexes into the plan's phases, from 0.
  public let phase: Int
  public let nextPhase: Int
  /// When it became so: the day of the score, or the day by the plan.
  public let on: CivilDate
  /// What was reached, e.g. `NPRS 7 to 4: better by 3, 42 %`; no patient's name.
  public let finding: String
}

extension CareState {
  /// Whether the phase that runs on a day has reached what ends it: half the way to a goal, pain
  /// down by 2 points or 30 % (rules `frequency/taper-…`), each since the phase began; or the plan's
  /// weeks end within some days.
  ///
  /// - Returns: nil without a next phase, and for an episode that is over.
  public func taperDue(
    episode id: String, on date: CivilDate, aheadDays: Int = 0, by clinic: ClinicState
  ) -> TaperDue? {
    guard let episode = episodes[id], !episode.isDischarged,
      let plan = plan(episode: id, on: date), let phase = currentStretch(episode: id, on: date),
      phase.index + 1 < plan.phases.count
    else { return nil }
    func due(_ criterion: TaperDue.Criterion, _ on: CivilDate, _ finding: String) -> TaperDue {
      TaperDue(
        criterion: criterion, phase: phase.index, nextPhase: phase.index + 1, on: on,
        finding: finding)
    }
    if let (on, finding) = goalReached(episode: id, since: phase.from, on: date, clinic) {
      return due(.goal, on, finding)
    }
    if let (on, finding) = painReached(episode: id, since: phase.from, on: date, clinic) {
      return due(.pain, on, finding)
    }
    if let end = phase.end, date.days(until: end) <= aheadDays {
      return due(.date, end, "\(plan.phases[phase.index].weeks) weeks by the plan")
    }
    return nil
  }

  private func goalReached(
    episode: String, since start: CivilDate, on date: CivilDate, _ clinic: ClinicState
  ) -> (CivilDate, String)? {
    let share = Int64(clinic.rule("frequency", "taper-goal-rate", on: date))
    let open = goals.values.filter { $0.set.episode == episode && $0.status == .open }
      .sorted { $0.set.goal < $1.set.goal }
    for goal in open {
      guard let course = course(goal.set.instrument, episode: episode),
        let form = clinic.instrument(goal.set.instrument, on: date)?.form,
        let then = course.score(asOf: start),
        let now = course.scores.last(where: { $0.on <= date }),
        now.on > start
      else { continue }
      let way = Int64(goal.set.targetHundredths) - Int64(then.hundredths)
      let gone = Int64(now.hundredths) - Int64(then.hundredths)
      guard way != 0, (way > 0) == form.isHigherBetter,
        abs(gone) * 100_000 >= abs(way) * share, (gone > 0) == (way > 0)
      else { continue }
      return (
        now.on,
        "\(form.name) \(Hundredths.text(then.hundredths)) to \(Hundredths.text(now.hundredths)) "
          + "\(form.unit), goal \(Hundredths.text(goal.set.targetHundredths)): "
          + "\(min(100, abs(gone) * 100 / abs(way))) % of the way"
      )
    }
    return nil
  }

  private func painReached(
    episode: String, since start: CivilDate, on date: CivilDate, _ clinic: ClinicState
  ) -> (CivilDate, String)? {
    guard let course = course(.nprs, episode: episode), let then = course.score(asOf: start),
      let now = course.scores.last(where: { $0.on <= date }), now.on > start
    else { return nil }
    let better = Int64(then.hundredths) - Int64(now.hundredths)
    let points = Int64(clinic.rule("frequency", "taper-pain-hundredths", on: date))
    let share = Int64(clinic.rule("frequency", "taper-pain-rate", on: date))
    guard better > 0,
      better >= points || better * 100_000 >= Int64(then.hundredths) * share
    else { return nil }
    return (
      now.on,
      "NPRS \(Hundredths.text(then.hundredths)) to \(Hundredths.text(now.hundredths)): better by "
        + "\(Hundredths.text(Int32(clamping: better))), "
        + "\(better * 100 / Int64(max(1, then.hundredths))) %"
    )
  }
}
