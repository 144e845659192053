import Practice
import PracticeEvents
import Projection
import ReadModels

/// The letter that tells the referring doctor how the treatment goes, by measures.
public enum ProgressLetter: DocumentKind {
  public static let name = "progress-letter"
  public static let summary =
    "A letter to the referring provider: visits, measures with what their change means, goals, plan."
  public static let roles: Set<Role> = [.therapist]
  public static let parameters: [Parameter] = [
    .required("patient", .patient, "MRN or id"),
    .optional("episode", .text, "by default the open one that began last, else the last"),
  ]
  public static let projectors: [any Projector.Type] = [ReadinessProjector.self]

  public static func compose(_ arguments: Arguments, _ source: ReportSource) throws -> Document {
    let patient = try arguments.requiredSubject("patient")
    let readiness = try source.readiness()
    let state = try readiness.patient(patient)
    guard let id = try EpisodeSummary.chosen(state.care, named: arguments.text("episode")) else {
      throw ReportError.notFound(
        parameter: "patient", problem: "the patient has no episode of care")
    }
    let letter = Letter(
      state: state,
      summary: EpisodeSummary(state.care, episode: id, source.clinic, today: source.today),
      source: source)
    let provider = try state.referringProvider(ofEpisode: id).flatMap { try? SubjectID($0) }
      .map(readiness.referringProvider)?.current
    return Document(
      title: (letter.summary.isOver ? "Discharge report: " : "Progress report: ")
        + state.profile.current.legalName.full,
      letterhead: source.clinic.profile.letterhead, date: source.today,
      recipient: provider.map(recipient) ?? [],
      blocks: try letter.blocks(greeting: provider),
      signature: try signature(letter.summary, readiness, source), footer: [])
  }

  private static func recipient(_ provider: ReferringProviderRegistered) -> [String] {
    let name = [provider.name.full, provider.credential].filter { !$0.isEmpty }
    return [
      name.joined(separator: ", "),
      provider.fax.isEmpty ? "" : "Fax \(provider.fax.asPhoneNumber)",
      provider.npi.isEmpty ? "" : "NPI \(provider.npi)",
    ].filter { !$0.isEmpty }
  }

  /// Whoever treated last.
  private static func signature(
    _ summary: EpisodeSummary, _ readiness: ReadinessQueries, _ source: ReportSource
  ) throws -> [String] {
    let named =
      summary.sessions.last?.delivered.practitioner
      ?? summary.episode.assessments.last?.practitioner
    guard let id = named.flatMap({ try? SubjectID($0) }) else { return [] }
    let therapist = try readiness.practitioner(id)
    let license = therapist.license(on: source.today, in: source.clinic.profile.address.state)
    return ["Sincerely,", "\(therapist.current.name.full), LMT"]
      + (license.map { ["\($0.recorded.state) licence \($0.recorded.number)"] } ?? [])
  }
}

/// The text of one letter.
private struct Letter {
  let state: PatientState
  let summary: EpisodeSummary
  let source: ReportSource

  func blocks(greeting provider: ReferringProviderRegistered?) throws -> [Document.Block] {
    let name = provider.map { "Dr. \($0.name.family)" }
    var blocks: [Document.Block] = [
      .paragraph("Dear \(name ?? "Colleague"),"), .paragraph(opening), .facts(try facts()),
    ]
    blocks.append(.heading("Outcome"))
    blocks += outcome.map(Document.Block.paragraph)
    if let table = measures { blocks.append(.table(table)) }
    blocks.append(.heading(summary.isOver ? "Discharge" : "Plan"))
    blocks += plan.map(Document.Block.paragraph)
    if let table = goals { blocks += [.heading("Goals"), .table(table)] }
    if let table = motion { blocks += [.heading("Range of motion"), .table(table)] }
    // Last, so that on paper the words are together on the first page.
    if let course = summary.courses.first, course.scores.count > 1, let plot = summary.plot(course)
    {
      blocks.append(
        .figure(
          .init(
            caption: "Scores over time, with the frequency of each phase.", plot: plot)))
    }
    return blocks
  }

  private var opening: String {
    let problem = summary.episode.opened.problem
    let what = problem.isEmpty ? "" : " of \(problem.prefix(1).lowercased() + problem.dropFirst())"
    let ended = state.care.dischargedOn(episode: summary.id)
    return "Thank you for referring this patient for medical massage. Here is how the treatment"
      + (ended.map { "\(what) went. It ended on \($0.inWords)." }
        ?? "\(what) stands on \(source.today.inWords).")
  }

  /// Codes with what they stand for, as far as the lists of the day tell.
  private func diagnoses() throws -> String {
    try summary.episode.diagnoses.map { diagnosis in
      guard let code = try? ICD10CM(diagnosis.icd10Cm),
        let label = try source.facts.diagnosisCodes(code, at: source.today).label(of: code)
      else { return diagnosis.icd10Cm }
      return "\(code) \(label.prefix(1).lowercased() + label.dropFirst())"
    }.joined(separator: "; ")
  }

  private func facts() throws -> [Document.Fact] {
    let profile = state.profile.current
    let visits = summary.sessions.map(\.delivered.deliveredOn).compactMap(\.civilDate)
    let period =
      visits.first.map { first in
        ", \(first.inWords) to \((visits.last ?? first).inWords)"
      } ?? ""
    let frequency = state.care.frequency(
      episode: summary.id, on: source.today, by: source.clinic)
    var facts = [
      Document.Fact("Patient", profile.legalName.full),
      Document.Fact("Born", profile.bornOn.civilDate?.inWords ?? ""),
      Document.Fact("Diagnoses", try diagnoses()),
      Document.Fact("Visits", "\(visits.count)\(period)"),
    ]
    if let prescription { facts.append(Document.Fact("Prescription", use(of: prescription))) }
    if !summary.isOver, let frequency {
      facts.append(
        Document.Fact("Frequency", "\(frequency.inWords) (\(frequency.sourceText))"))
    }
    return facts.filter { !$0.value.isEmpty }
  }

  private var prescription: ReferralState.Prescription? {
    state.referral.usablePrescription(on: source.today)
      ?? state.referral.prescriptions.values.max {
        ($0.accepted.writtenOn, $0.accepted.prescription)
          < ($1.accepted.writtenOn, $1.accepted.prescription)
      }
  }

  private func use(of prescription: ReferralState.Prescription) -> String {
    let ordered = Int(prescription.accepted.visitsOrdered)
    let written = prescription.accepted.writtenOn.civilDate.map { "of \($0.inWords), " } ?? ""
    let used = prescription.visitsUsed()
    return "\(written)good through \(prescription.lastDay().inWords), "
      + (ordered > 0 ? "\(used) of \(ordered) visits used" : "\(used) visits used")
  }

  /// A sentence for each measure.
  private var outcome: [String] {
    let sentences = summary.courses.compactMap { course -> String? in
      guard course.scores.count > 1,
        let instrument = summary.instrument(course, on: course.latest.on),
        let change = course.change(to: course.latest, by: summary.clinic)
      else { return nil }
      let by = Hundredths.text(Int32(clamping: change.improvementHundredths.magnitude))
      let way =
        change.improvementHundredths == 0
        ? "is unchanged"
        : "\(change.improvementHundredths > 0 ? "improved" : "worsened") by \(by) "
          + instrument.changeUnit
      return "\(instrument.name) \(way): \(meaning(change, instrument))."
    }
    return sentences.isEmpty
      ? ["There is no second score yet to compare with the baseline."]
      : [sentences.joined(separator: " ")]
  }

  private func meaning(_ change: OutcomeChange, _ instrument: OutcomeInstrument) -> String {
    let important =
      "\(Hundredths.text(instrument.important.hundredths)) \(instrument.changeUnit) or more; "
      + instrument.important.source
    guard instrument.hasThreshold else { return "what such a change means is not known" }
    switch change.size {
    case .important: return "a change that matters to patients (\(important))"
    case .worse:
      return instrument.detectable == nil
        ? "worse by what would matter to patients (\(important))"
        : "worse by more than measurement error"
    case .detectable, .none:
      if change.isThirtyPercent {
        return "by more than 30 % of the baseline, if less than \(important)"
      }
      guard instrument.hasImportant else {
        return change.size == .detectable
          ? "more than measurement error" : "within measurement error"
      }
      guard instrument.detectable != nil else {
        return "less than what matters to patients (\(important)); whether it is more than "
          + "measurement error is not known"
      }
      return change.size == .detectable
        ? "more than measurement error, less than what matters to patients (\(important))"
        : "within measurement error or less than what matters to patients (\(important))"
    }
  }

  private var measures: Document.Table? {
    let rows = summary.courses.compactMap { course -> [String]? in
      guard let instrument = summary.instrument(course, on: course.latest.on),
        let change = course.change(to: course.latest, by: summary.clinic)
      else { return nil }
      let goal = summary.goal(by: course.instrument)?.set.targetHundredths
      return [
        "\(instrument.name) (\(instrument.unit), \(instrument.isHigherBetter ? "higher" : "lower") "
          + "is better)", Hundredths.text(course.baseline.hundredths),
        short(course.baseline.on.compact), Hundredths.text(course.latest.hundredths),
        short(course.latest.on.compact),
        Hundredths.text(change.improvementHundredths),
        course.scores.count > 1 ? change.text : "", goal.map(Hundredths.text) ?? "",
      ]
    }
    guard !rows.isEmpty else { return nil }
    return Document.Table(
      columns: [
        .init("Measure"), .init("Baseline", isNumber: true), .init("on"),
        .init("Now", isNumber: true), .init("on"), .init("Better by", isNumber: true),
        .init("Change"), .init("Goal", isNumber: true),
      ], rows: rows)
  }

  private var motion: Document.Table? {
    guard !summary.motions.isEmpty else { return nil }
    return Document.Table(
      columns: [
        .init("Movement"), .init("First", isNumber: true), .init("Now", isNumber: true),
        .init("Normal", isNumber: true), .init("Change"),
      ],
      rows: summary.motions.map { course in
        let last = course.measurements.count - 1
        let now = course.measurements[last]
        return [
          course.name, "\(course.measurements[0].degrees)°", "\(now.degrees)°",
          now.normalDegrees > 0 ? "\(now.normalDegrees)°" : "",
          course.size(at: last, by: summary.clinic) == .detectable
            ? "nearer to normal" : last == 0 ? "" : "within the reading error",
        ]
      })
  }

  private var goals: Document.Table? {
    guard !summary.goals.isEmpty else { return nil }
    return Document.Table(
      columns: [.init("Goal"), .init("Due"), .init("Status")],
      rows: summary.goals.map { goal in
        let closed = goal.status == .open ? "" : short(goal.closedOn)
        return [
          goal.set.description_p, short(goal.set.dueOn),
          [goal.status.text, closed].filter { !$0.isEmpty }.joined(separator: " "),
        ]
      })
  }

  private var plan: [String] {
    var sentences: [String] = []
    if let last = summary.episode.reevaluations.last, let on = last.reevaluatedOn.civilDate {
      let findings = last.findings.isEmpty ? "" : " \(last.findings)"
      sentences.append(
        "At the re-evaluation of \(on.inWords) we recommended to \(last.recommendation.text)."
          + findings)
    }
    guard !summary.isOver else {
      let discharge = summary.episode.discharged
      let on = discharge.dischargedOn.civilDate.map { " on \($0.inWords)" } ?? ""
      let text = discharge.outcomeSummary.isEmpty ? "" : " \(discharge.outcomeSummary)"
      return sentences + ["The episode ended\(on): \(discharge.why.text).\(text)"]
    }
    if let plan = state.care.plan(episode: summary.id, on: source.today),
      !plan.homeCare.isEmpty
    {
      sentences.append("Home care: \(plan.homeCare).")
    }
    if let request = renewal { sentences.append(request) }
    return sentences.isEmpty ? ["The treatment goes on as prescribed."] : sentences
  }

  /// What we ask for when the prescription ends soon, by the numbers of the gate's warning.
  private var renewal: String? {
    guard let prescription else { return nil }
    func rule(_ key: String) -> Int { source.clinic.rule("clearance", key, on: source.today) }
    let end = prescription.lastDay()
    let left = prescription.visitsLeft()
    guard
      source.today.days(until: end) <= rule("prescription-warning-days")
        || left.map({ $0 <= rule("prescription-warning-visits") }) == true
    else { return nil }
    let fax = source.clinic.profile.fax
    return "The prescription ends on \(end.inWords)"
      + (left.map { ", with \($0) visit\($0 == 1 ? "" : "s") left" } ?? "")
      + ". If you agree that treatment goes on, please send a renewal"
      + (fax.isEmpty ? "." : " by fax to \(fax.asPhoneNumber).")
  }
}

extension OutcomeInstrument {
  /// Of a difference: 44 % to 12 % is 32 percentage points.
  fileprivate var changeUnit: String { form.unit == "%" ? "percentage points" : form.unit }
}

extension Recommendation {
  fileprivate var text: String {
    switch self {
    case .continue: "continue"
    case .taper: "reduce the frequency"
    case .revise: "revise the plan"
    case .discharge: "discharge"
    case .refer: "refer the patient back"
    case .unspecified, .UNRECOGNIZED: "see below"
    }
  }
}
