import PracticeEvents

/// A step to the plan's next phase that is due.
public struct TaperDue: Hashable, Sendable {
  public enum Criterion: String, Sendable { case score, goal, pain, visits, date }
  public let criterion: Criterion
  /// Indexes into the plan's phases, from 0.
  public let phase: Int
  public let nextPhase: Int
  /// When it became so: the day of the score or visit, or the day by the plan.
  public let on: CivilDate
  /// What was reached, e.g. `NPRS 7 to 4: better by 3, 42 %`; no patient's name.
  public let finding: String
  /// What asked for it: the plan's own criterion, e.g. `NDI<=20`, or the clinic's rule.
  public let rule: String
}

extension CareState {
  /// Whether the phase that runs on a day has reached what ends it, each counted since the phase
  /// began: the plan's own criteria; where it has none, the clinic's, half the way to a goal or pain
  /// down by 2 points or 30 % (rules `frequency/taper-…`); or the plan's weeks end within some days.
  ///
  /// - Returns: nil without a next phase, and for an episode that is over.
  public func taperDue(
    episode id: String, on date: CivilDate, aheadDays: Int = 0, by clinic: ClinicState
  ) -> TaperDue? {
    guard let watch = TaperWatch(self, episode: id, on: date, clinic) else { return nil }
    if let due = watch.exits.lazy.compactMap(watch.due).first { return due }
    guard let end = watch.end, date.days(until: end) <= aheadDays else { return nil }
    return watch.due(
      .date, end, "\(watch.plan.phases[watch.phase].weeks) weeks by the plan", "the plan's weeks")
  }

  /// What ends the phase that runs on a day, in words, with where each comes from; empty without a
  /// next phase.
  public func taperRules(
    episode id: String, on date: CivilDate, by clinic: ClinicState
  ) -> [(text: String, source: String)] {
    guard let watch = TaperWatch(self, episode: id, on: date, clinic) else { return [] }
    let ends = watch.end.map { [("on \($0)", "the plan's weeks")] } ?? []
    return watch.exits.map { ($0.exit.text, $0.source) } + ends
  }
}

/// The phase that runs on a day, and what ends it.
private struct TaperWatch {
  struct Exit {
    var exit: TreatmentPlanAdopted.Exit
    /// Says where it comes from: the plan, or a rule of the clinic.
    var source: String
  }

  let care: CareState
  let episode: String
  let date: CivilDate
  let clinic: ClinicState
  let plan: TreatmentPlanAdopted
  let phase: Int
  let start: CivilDate
  let end: CivilDate?

  init?(_ care: CareState, episode id: String, on date: CivilDate, _ clinic: ClinicState) {
    guard let episode = care.episodes[id], !episode.isDischarged,
      let plan = care.plan(episode: id, on: date),
      let stretch = care.currentStretch(episode: id, on: date),
      stretch.index + 1 < plan.phases.count
    else { return nil }
    self.care = care
    self.episode = id
    self.date = date
    self.clinic = clinic
    self.plan = plan
    phase = stretch.index
    start = stretch.from
    end = stretch.end
  }

  /// The plan's own, or else the clinic's.
  var exits: [Exit] {
    let own = plan.phases[phase].exits
    guard own.isEmpty else { return own.map { Exit(exit: $0, source: "the plan") } }
    func rule(_ key: String, _ make: (inout TreatmentPlanAdopted.Exit, Int32) -> Void) -> Exit? {
      guard let number = clinic.ruleNumber("frequency", key, on: date), number.value > 0 else {
        return nil
      }
      var exit = TreatmentPlanAdopted.Exit()
      make(&exit, Int32(clamping: number.value))
      return Exit(exit: exit, source: "frequency/\(key): \(number.source)")
    }
    return [
      rule("taper-goal-rate") { $0.goalRate = $1 },
      rule("taper-pain-hundredths") { ($0.instrument, $0.improvementHundredths) = (.nprs, $1) },
      rule("taper-pain-rate") { ($0.instrument, $0.improvementRate) = (.nprs, $1) },
    ].compactMap { $0 }
  }

  func due(
    _ criterion: TaperDue.Criterion, _ on: CivilDate, _ finding: String, _ rule: String
  ) -> TaperDue {
    TaperDue(
      criterion: criterion, phase: phase, nextPhase: phase + 1, on: on, finding: finding,
      rule: rule)
  }

  /// Nil while it is not reached.
  func due(_ exit: Exit) -> TaperDue? {
    let rule = exit.source == "the plan" ? "\(exit.exit.text), the plan" : exit.source
    switch exit.exit.reached {
    case .visits(let count):
      let visits = care.sessions(ofEpisode: episode).filter {
        (start.compact...date.compact).contains($0.delivered.deliveredOn)
      }
      guard count > 0, visits.count >= Int(count),
        let on = visits[Int(count) - 1].delivered.deliveredOn.civilDate
      else { return nil }
      return due(.visits, on, "\(visits.count) visits since \(start)", rule)
    case .goalRate(let share): return goalReached(Int64(share), rule)
    case nil: return nil
    case .scoreHundredths, .improvementHundredths, .improvementRate:
      return scoreReached(exit.exit, rule)
    }
  }

  /// The score at the start of the phase, and the last one after it.
  private func scores(
    _ instrument: Instrument
  ) -> (form: OutcomeForm, then: OutcomeCourse.Score, now: OutcomeCourse.Score)? {
    guard let course = care.course(instrument, episode: episode),
      let form = clinic.instrument(instrument, on: date)?.form,
      let then = course.score(asOf: start),
      let now = course.scores.last(where: { $0.on <= date }), now.on > start
    else { return nil }
    return (form, then, now)
  }

  private func scoreReached(_ exit: TreatmentPlanAdopted.Exit, _ rule: String) -> TaperDue? {
    guard let (form, then, now) = scores(exit.instrument) else { return nil }
    let sign: Int64 = form.isHigherBetter ? 1 : -1
    let better = sign * (Int64(now.hundredths) - Int64(then.hundredths))
    let isReached =
      switch exit.reached {
      case .scoreHundredths(let score): sign * (Int64(now.hundredths) - Int64(score)) >= 0
      case .improvementHundredths(let points): better > 0 && better >= Int64(points)
      case .improvementRate(let share):
        better > 0 && better * 100_000 >= Int64(then.hundredths) * Int64(share)
      default: false
      }
    guard isReached else { return nil }
    let change =
      better > 0
      ? ": better by \(Hundredths.text(Int32(clamping: better))), "
        + "\(better * 100 / Int64(max(1, then.hundredths))) %" : ""
    return due(
      form.isPain ? .pain : .score, now.on,
      "\(form.name) \(Hundredths.text(then.hundredths)) to \(Hundredths.text(now.hundredths))"
        + change, rule)
  }

  private func goalReached(_ share: Int64, _ rule: String) -> TaperDue? {
    let open = care.goals.values.filter { $0.set.episode == episode && $0.status == .open }
      .sorted { $0.set.goal < $1.set.goal }
    for goal in open {
      guard let (form, then, now) = scores(goal.set.instrument) else { continue }
      let way = Int64(goal.set.targetHundredths) - Int64(then.hundredths)
      let gone = Int64(now.hundredths) - Int64(then.hundredths)
      guard way != 0, (way > 0) == form.isHigherBetter,
        abs(gone) * 100_000 >= abs(way) * share, (gone > 0) == (way > 0)
      else { continue }
      return due(
        .goal, now.on,
        "\(form.name) \(Hundredths.text(then.hundredths)) to \(Hundredths.text(now.hundredths)) "
          + "\(form.unit), goal \(Hundredths.text(goal.set.targetHundredths)): "
          + "\(min(100, abs(gone) * 100 / abs(way))) % of the way", rule)
    }
    return nil
  }
}
