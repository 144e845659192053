import Practice
import PracticeEvents
import Projection

public enum CoverageExplainReport: Report {
  public static let name = "coverage.explain"
  public static let title = "What is left of authorizations, visit limits and deductible"
  public static let summary =
    "Each authorization and each visit limit of the plan, counted down session by session, and what "
    + "is left of the deductible."
  public static let roles: Set<Role> = [.frontDesk, .therapist, .biller]
  public static let parameters: [Parameter] = [
    .required("patient", .patient, "MRN or id"),
    .optional("date", .date, "the day of a visit", default: "today"),
  ]
  public static let columns = ExplainStep.columns
  public static let key = ExplainStep.key
  public static let projectors: [any Projector.Type] = []

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let date = try arguments.requiredDate("date")
    let patient = try ExplainedPatient(arguments.requiredSubject("patient"), source)
    let state = patient.state.coverage
    let authorizations = state.authorizations.values
      .filter { $0.hasApproved }
      .sorted { $0.approved.authorization < $1.approved.authorization }
    let steps =
      authorizations.flatMap { authorization($0, patient, date) }
      + state.coverages.keys.sorted().flatMap { limits(of: $0, patient, date) }
      + state.coverages.keys.sorted().flatMap { amounts(of: $0, patient, date) }
    return ReportBody(
      subject: try source.subject(patient.id), rows: steps.map(\.cells),
      notes: [
        "Three counters, each for itself: visits and units of an authorization, and visits of the "
          + "plan. All first and last days are included.",
        "A plan's limit: left = limit - here - elsewhere. Elsewhere is what the payer counted beyond "
          + "ours when it answered, or what was reported since (`adjust-benefit-use`).",
        "Deductible and out-of-pocket maximum: the payer's last word less what its answers to our "
          + "claims took since. What other providers billed since is not in it.",
      ])
  }

  private static func authorization(
    _ authorization: CoverageState.Authorization, _ patient: ExplainedPatient, _ date: CivilDate
  ) -> [ExplainStep] {
    let approved = authorization.approved
    let id = approved.authorization
    func limit(_ count: Int32, _ unit: String) -> String {
      count > 0 ? "\(count) \(unit)" : "\(unit) not counted"
    }
    let span = [approved.fromDateOn, approved.throughDateOn].compactMap(\.civilDate)
    var steps = [
      ExplainStep(
        topic: "authorization", code: id,
        what: "number \(approved.authorizationNumber): \(limit(approved.visits, "visits")), "
          + "\(limit(approved.units, "units")), "
          + span.map(\.description).joined(separator: " through ")
          + (approved.cpt.isEmpty ? "" : ", for \(approved.cpt.joined(separator: ", "))"),
        event: patient.event(authorization.event))
    ]
    var (visits, units) = (0, 0)
    for recorded in patient.history {
      let (session, word): (String, String)
      switch recorded.event.fact {
      case .authorizationConsumed(let fact) where fact.authorization == id:
        (visits, units) = (visits + 1, units + Int(fact.units))
        (session, word) = (fact.session, "used \(fact.units) units")
      case .authorizationReleased(let fact) where fact.authorization == id:
        (visits, units) = (visits - 1, units - Int(fact.units))
        (session, word) = (fact.session, "gave back \(fact.units) units")
      default: continue
      }
      let day = patient.session(session)?.delivered.deliveredOn.civilDate
      steps.append(
        ExplainStep(
          topic: "authorization", code: id,
          what: "\(session)" + (day.map { " of \($0)" } ?? "") + " \(word): "
            + count(visits, approved.visits, "visits") + ", "
            + count(units, approved.units, "units"),
          event: recorded))
    }
    steps.append(
      ExplainStep(
        topic: "on \(date)", code: id,
        what: authorization.holds(on: date)
          ? "holds; " + left(authorization.visitsLeft(), "visits") + ", "
            + left(authorization.unitsLeft(), "units")
          : "does not hold"))
    return steps
  }

  private static func count(_ used: Int, _ limit: Int32, _ unit: String) -> String {
    "\(used)" + (limit > 0 ? " of \(limit)" : "") + " \(unit)"
  }

  private static func left(_ count: Int?, _ unit: String) -> String {
    count.map { "\($0) \(unit) left" } ?? "\(unit) not counted"
  }

  private static func amounts(
    of coverage: String, _ patient: ExplainedPatient, _ date: CivilDate
  ) -> [ExplainStep] {
    patient.state.benefitAmounts(of: coverage, on: date, patient.history).flatMap { amount in
      let code = "\(coverage) \(amount.serviceType)"
      let events = amount.evidence.compactMap(patient.event)
      return events.map { event in
        ExplainStep(
          topic: amount.kind.rawValue, code: code,
          what: event.event.kind == .insuranceVerified
            ? "\(amount.stated) left, the payer said on \(amount.statedOn)"
            : event.event.kind == .claimReversed
              ? "the payer took an answer back" : "the payer answered a claim",
          event: event)
      } + [
        ExplainStep(
          topic: "on \(date)", code: code, what: "\(amount.kind.rawValue): \(amount.arithmetic)")
      ]
    }
  }

  private static func limits(
    of coverage: String, _ patient: ExplainedPatient, _ date: CivilDate
  ) -> [ExplainStep] {
    let open = patient.state.care.episodes.values.filter { !$0.isDischarged }
    let episode = open.count == 1 ? open.first?.opened.episode : nil
    return patient.state.benefitCounters(of: coverage, on: date, episode: episode)
      .flatMap { counter -> [ExplainStep] in
        let code = "\(coverage) \(counter.serviceType)"
        let from = counter.periodFrom.map { " from \($0)" } ?? ""
        let counted = counter.ours.enumerated().map { index, session -> ExplainStep in
          let found = patient.session(session)
          let day = found?.delivered.deliveredOn.civilDate
          return ExplainStep(
            topic: "visit limit", code: code,
            what: "here \(index + 1): \(session)" + (day.map { " of \($0)" } ?? ""),
            event: found.flatMap { patient.event($0.event) })
        }
        return patient.steps(
          "visit limit", code,
          (counter.limit.map { "limit \($0)" } ?? "limit not stated")
            + " by the \(counter.period.text)\(from)"
            + (counter.combinedWith.isEmpty
              ? "" : ", shared with " + counter.combinedWith.joined(separator: ", "))
            + "; elsewhere \(counter.elsewhere)", counter.evidence)
          + counted
          + [ExplainStep(topic: "on \(date)", code: code, what: counter.arithmetic)]
      }
  }
}
