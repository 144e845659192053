import Practice
import PracticeEvents
import Projection

public enum PlateauExplainReport: Report {
  public static let name = "plateau.explain"
  public static let title = "Whether scores still change"
  public static let summary =
    "Each measure's scores with what the change means, and whether the last ones are a plateau."
  public static let roles: Set<Role> = [.therapist]
  public static let parameters: [Parameter] = [.required("patient", .patient, "MRN or id")]
  public static let columns = ExplainStep.columns
  public static let key = ExplainStep.key
  public static let projectors: [any Projector.Type] = []

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let patient = try ExplainedPatient(arguments.requiredSubject("patient"), source)
    let found = patient.episodes(asOf: .latest).flatMap { episode in
      (episode.isOver ? [patient.discharge(of: episode.id)].compactMap { $0 } : [])
        + patient.state.care.courses(episode: episode.id)
        .flatMap { steps($0, patient, source) }
    }
    return ReportBody(
      subject: try source.subject(patient.id), rows: found.map(\.cells),
      notes: [
        "A change of less than the MDC may be error of measurement; one of the MCID or more matters "
          + "to patients. Where no MDC is published, the MCID stands for it in a plateau. A change "
          + "for the worse is no plateau."
      ])
  }

  private static func steps(
    _ course: OutcomeCourse, _ patient: ExplainedPatient, _ source: ReportSource
  ) -> [ExplainStep] {
    guard let form = source.clinic.instrument(course.instrument, on: course.latest.on) else {
      return []
    }
    let count = source.clinic.rule("outcomes", "plateau-measures", on: course.latest.on)
    let flat = course.plateau(of: count, by: source.clinic)
    let scores = course.scores.map { score -> ExplainStep in
      let change = course.change(to: score, by: source.clinic)
      let better = change.map { Hundredths.text($0.improvementHundredths) } ?? ""
      return ExplainStep(
        topic: "score", code: form.name,
        what: "\(score.on): \(Hundredths.text(score.hundredths)) \(form.unit)"
          + (arithmetic(of: score, form, patient).map { " = \($0)" } ?? "")
          + (score == course.baseline
            ? ", the baseline" : ", better by \(better): \(change?.text ?? "")"),
        rule: form.thresholdText, event: event(of: score, patient))
    }
    let last = course.scores.suffix(count).map { Hundredths.text($0.hundredths) }
    let text: String
    if !form.hasThreshold {
      text = "not judged: neither MDC nor MCID is in force"
    } else if course.scores.count < count {
      text = "not judged: \(course.scores.count) of \(count) scores"
    } else {
      text =
        "the last \(count), \(last.joined(separator: ", ")), "
        + (flat == nil ? "differ detectably: no plateau" : "differ by less: a plateau")
    }
    return scores + [
      ExplainStep(
        topic: "plateau", code: form.name, what: text,
        rule: source.clinic.ruleText("outcomes/plateau-measures", on: course.latest.on))
    ]
  }

  /// From the answers, when there are any and they give the score.
  private static func arithmetic(
    of score: OutcomeCourse.Score, _ form: OutcomeInstrument, _ patient: ExplainedPatient
  ) -> String? {
    let measure = patient.state.care.measures.last { $0.measure == score.measure }
    guard let items = measure?.items, items.count > 1,
      let scored = try? form.scored(items.map(Int.init)), scored.hundredths == score.hundredths
    else { return nil }
    return scored.arithmetic
  }

  private static func event(
    of score: OutcomeCourse.Score, _ patient: ExplainedPatient
  ) -> RecordedFact? {
    guard !score.measure.isEmpty else { return nil }
    return patient.history.last {
      guard case .outcomeMeasureScored(let fact) = $0.event.fact else { return false }
      return fact.measure == score.measure
    }
  }
}

extension OutcomeInstrument {
  /// The sizes of change that mean something, with who found them; what nobody published is said.
  var thresholdText: String {
    let size = { (threshold: Threshold) in
      "\(Hundredths.text(threshold.hundredths)) \(self.unit) (\(threshold.source))"
    }
    let mdc = detectable.map { "MDC \(size($0))" } ?? "MDC unknown"
    return "\(mdc); \(hasImportant ? "MCID \(size(important))" : "MCID unknown")"
      + (importantShare.map { " or \($0.value / 1_000) % (\($0.source))" } ?? "")
  }
}
