import Practice
import PracticeEvents

/// How an episode went, as the summary report and the letter to the doctor tell it.
struct EpisodeSummary {
  let id: String
  let episode: CareState.Episode
  let care: CareState
  let clinic: ClinicState
  let today: CivilDate

  /// Delivered and not voided, in order of time.
  let sessions: [CareState.Session]
  /// Function first, then pain.
  let courses: [OutcomeCourse]
  let motions: [MotionCourse]

  init(_ care: CareState, episode id: String, _ clinic: ClinicState, today: CivilDate) {
    self.id = id
    self.care = care
    self.clinic = clinic
    self.today = today
    episode = care.episodes[id] ?? CareState.Episode()
    sessions = care.sessions(ofEpisode: id)
    courses = care.courses(episode: id)
    motions = care.motionCourses(episode: id)
  }

  /// Whether it is discharged.
  var isOver: Bool { episode.isDischarged }

  /// The episode that is meant: the named one, else the open one that began last, else the last.
  ///
  /// - Returns: nil for a patient without episodes.
  static func chosen(_ care: CareState, named: String?) throws -> String? {
    if let named {
      guard care.episodes[named] != nil else {
        throw ReportError.notFound(
          parameter: "episode", problem: "the patient has no episode \(named)")
      }
      return named
    }
    let latest = care.episodes.values.max { left, right in
      (left.isDischarged ? 0 : 1, left.begun, left.opened.episode)
        < (right.isDischarged ? 0 : 1, right.begun, right.opened.episode)
    }
    return latest?.opened.episode
  }

  /// The instrument as a score of that day is judged.
  func instrument(_ course: OutcomeCourse, on date: CivilDate) -> OutcomeInstrument? {
    clinic.instrument(course.instrument, on: date)
  }

  /// The goal that is set by the instrument: the open one that is due first, else the last of all.
  func goal(by instrument: Instrument) -> CareState.Goal? {
    let goals = care.goals.values.filter {
      $0.set.episode == id && $0.set.instrument == instrument
    }.sorted { ($0.set.dueOn, $0.set.goal) < ($1.set.dueOn, $1.set.goal) }
    return goals.first { $0.status == .open } ?? goals.last
  }

  /// Goals of the episode, scores before words, then by due date.
  var goals: [CareState.Goal] {
    care.goals.values.filter { $0.set.episode == id }.sorted {
      ($0.set.instrument == .unspecified ? 1 : 0, $0.set.dueOn, $0.set.goal)
        < ($1.set.instrument == .unspecified ? 1 : 0, $1.set.dueOn, $1.set.goal)
    }
  }

  /// The way from baseline to target that a score has gone.
  static func reached(_ goal: GoalSet, by score: Int32) -> Cell {
    let way = Int(goal.targetHundredths) - Int(goal.baselineHundredths)
    let gone = Int(score) - Int(goal.baselineHundredths)
    guard way != 0 else { return .none }
    // Going the wrong way is not a negative part of the way.
    return .share(max(0, way < 0 ? -gone : gone), of: abs(way))
  }

  /// One instrument's scores with the baseline, what matters, the goal and the plan's phases.
  func plot(_ course: OutcomeCourse) -> Plot? {
    guard let instrument = instrument(course, on: course.latest.on) else { return nil }
    let range = Int(instrument.scores.lowerBound)...Int(instrument.scores.upperBound)
    let baseline = Int(course.baseline.hundredths)
    let step = Int(instrument.important.hundredths)
    let threshold = instrument.isHigherBetter ? baseline + step : baseline - step
    let goal = goal(by: course.instrument)?.set
    return Plot(
      title: "\(instrument.name), \(episode.opened.problem.isEmpty ? id : episode.opened.problem)",
      unit: instrument.unit,
      points: course.scores.map { Plot.Point(on: $0.on, hundredths: Int($0.hundredths)) },
      range: range, baseline: baseline, importantAt: range.contains(threshold) ? threshold : nil,
      importantSource: instrument.important.source,
      goal: goal.map {
        Plot.Goal(hundredths: Int($0.targetHundredths), due: $0.dueOn.civilDate)
      }, phases: phases(through: course.latest.on), lowerIsBetter: !instrument.isHigherBetter)
  }

  /// Where class or frequency of the care change, up to a day.
  private func phases(through last: CivilDate) -> [Plot.Phase] {
    var days: [Int32] = episode.plans.map(\.adoptedOn)
    days += episode.taperSteps.map(\.fromDateOn) + episode.phaseChanges.map(\.fromDateOn)
    for advice in episode.frequencyAdvice.map(\.advice) {
      days.append(advice.fromDateOn)
      if let through = advice.throughDateOn.civilDate {
        days.append(through.adding(days: 1).compact)
      }
    }
    for plan in episode.plans {
      guard var day = plan.adoptedOn.civilDate else { continue }
      for phase in plan.phases where phase.weeks > 0 {
        day = day.adding(days: 7 * Int(phase.weeks))
        days.append(day.compact)
      }
    }
    var phases: [Plot.Phase] = []
    for date in Set(days).sorted().compactMap(\.civilDate) where date <= last {
      let label = phaseLabel(on: date)
      if label != phases.last?.label, !label.isEmpty {
        phases.append(Plot.Phase(from: date, label: label))
      }
    }
    return phases
  }

  private func phaseLabel(on date: CivilDate) -> String {
    let condition =
      care.currentPhase(episode: id, on: date)?.conditionClass
      ?? care.conditionClass(episode: id, on: date)
    guard let frequency = care.frequency(episode: id, on: date, by: clinic) else {
      return condition.text
    }
    return "\(condition.text) \(frequency.perWeekText)"
  }
}

extension CareState.Episode {
  /// When its care began, as far as that is known: assessed, else onset; CCYYMMDD.
  var begun: Int32 { assessments.map(\.assessedOn).min() ?? opened.onsetOn }
}

extension VisitFrequency {
  /// E.g. `2-3/wk`, `up to 3/wk`.
  var perWeekText: String {
    let most = Hundredths.text(highestPerWeekHundredths)
    if lowestPerWeekHundredths == 0 { return "up to \(most)/wk" }
    if lowestPerWeekHundredths == highestPerWeekHundredths { return "\(most)/wk" }
    return "\(Hundredths.text(lowestPerWeekHundredths))-\(most)/wk"
  }

  /// As people say it: `2 to 3 visits a week`, `a visit every 4 to 5 weeks`, `a visit every 1 to 2
  /// weeks`; visits a week where the weeks between are no whole number.
  var inWords: String {
    let (least, most) = (lowestPerWeekHundredths, highestPerWeekHundredths)
    if most < 200, let apart = Self.weeksApart(least), let near = Self.weeksApart(most) {
      if apart == near { return near == 1 ? "a visit a week" : "a visit every \(near) weeks" }
      return "a visit every \(near) to \(apart) weeks"
    }
    let (low, high) = (Hundredths.text(least), Hundredths.text(most))
    let visits = most == 100 ? "visit" : "visits"
    if least == 0 { return "up to \(high) \(visits) a week" }
    return least == most ? "\(high) \(visits) a week" : "\(low) to \(high) \(visits) a week"
  }

  /// 50 a hundred weeks is every 2; 33 is taken for every 3.
  private static func weeksApart(_ perHundredWeeks: Int32) -> Int32? {
    guard perHundredWeeks > 0 else { return nil }
    let weeks = (100 + perHundredWeeks / 2) / perHundredWeeks
    return abs(weeks * perHundredWeeks - 100) <= 2 ? weeks : nil
  }

  /// Who says so, e.g. `plan, phase 2 of 3`.
  var sourceText: String {
    switch source {
    case .guideline(let source): "guideline (\(source))"
    case .plan(let phase, let count): "plan, phase \(phase) of \(count)"
    case .advice(let author, let reason, let until):
      "advice of \(author)" + (until.map { " until \($0)" } ?? "") + ": \(reason)"
    }
  }
}

extension EpisodeSummary {
  /// What is not known of the measures that were taken, by the rules of their last scores' days.
  var unknowns: [String] {
    courses.compactMap { instrument($0, on: $0.latest.on)?.unknownText }
  }
}

extension OutcomeChange {
  /// What the change means, in words for a letter or a table.
  var text: String {
    switch size {
    case .important: "important"
    case .detectable: isThirtyPercent ? "important (30 % rule)" : "detectable"
    case .none: isThirtyPercent ? "important (30 % rule)" : "none"
    case .worse: "worse"
    }
  }
}

extension ConditionClass {
  var text: String {
    switch self {
    case .acute: "acute"
    case .chronic: "chronic"
    case .maintenance: "maintenance"
    case .stress: "stress"
    case .unspecified, .UNRECOGNIZED: ""
    }
  }
}

extension DischargeReason {
  /// As people say it.
  var text: String {
    switch self {
    case .goalsMet: "the goals are met"
    case .plateau: "no further change is to be expected (plateau)"
    case .benefitsExhausted: "the benefits are exhausted"
    case .noShow: "the patient no longer came"
    case .patientChoice: "the patient chose to end it"
    case .referredOut: "the patient was referred elsewhere"
    case .unspecified, .UNRECOGNIZED: "no reason is recorded"
    }
  }
}
