import PracticeEvents

/// What is left of a plan's visit limit before a visit.
///
/// The payer's answer counts the visits at every provider up to its own day, as far as it knows of
/// them. What it counted beyond ours was used elsewhere and stays so; ours are counted from the log,
/// so that a visit which the payer had not heard of counts, and a voided one no more:
/// left = limit - ours - elsewhere.
public struct BenefitCounter: Sendable, Hashable {
  /// X12 service type of the limit.
  public let serviceType: String
  /// Other kinds of therapy that share it. Visits of those after the answer are known only when
  /// somebody reports them (`adjust-benefit-use`).
  public let combinedWith: [String]
  public let period: BenefitPeriod
  /// First day of the period; nil when it never begins anew, or the plan's first day is unknown.
  public let periodFrom: CivilDate?
  /// Nil when the payer said only what remained.
  public let limit: Int?
  /// Sessions of ours that count, in order of time.
  public let ours: [String]
  /// Used at other providers, or before the clinic kept this log.
  public let elsewhere: Int
  /// Visits left, 0 and up.
  public let left: Int
  /// E.g. `20 - 6 here - 3 elsewhere = 11`.
  public let arithmetic: String
  /// UUID texts of the answer and of what was reported since.
  public let evidence: [String]

  /// E.g. `20 - 17 here - 3 elsewhere = 0 of the calendar year, shared with PT`.
  public var text: String {
    let shared =
      combinedWith.isEmpty ? "" : ", shared with \(combinedWith.joined(separator: ", "))"
    return "\(arithmetic) of the \(period.text)\(shared)"
  }
}

extension PatientState {
  /// The plan's visit limits that a visit on a date counts against, by the payer's last answer that
  /// stated benefits; none when no limit was stated.
  ///
  /// - Parameters:
  ///   - id: the coverage.
  ///   - cpt: the procedures planned; limits on other codes do not count. Empty is any.
  ///   - episode: the visit's; a limit by the episode counts the visits of this one.
  ///   - sessions: sessions that do not count, e.g. the visit's own.
  public func benefitCounters(
    of id: String, on date: CivilDate, cpt: [ProcedureCode] = [], episode: String? = nil,
    excluding sessions: Set<String> = []
  ) -> [BenefitCounter] {
    guard let coverage = coverage.coverages[id],
      let answer = coverage.latestAnswer(on: date, stating: { !$0.benefits.isEmpty })
    else { return [] }
    return answer.verified.limits(of: cpt).compactMap { benefit in
      BenefitTally(
        benefit: benefit, answer: answer, coverage: coverage, date: date, episode: episode,
        excluded: sessions, patient: self
      ).counter
    }
  }

  /// Visits that the plan still pays for before a visit on the date; of several limits the tightest,
  /// nil when no limit was stated.
  public func benefitVisitsLeft(
    of id: String, on date: CivilDate, cpt: [ProcedureCode] = [], episode: String? = nil,
    excluding sessions: Set<String> = []
  ) -> Int? {
    benefitCounters(of: id, on: date, cpt: cpt, episode: episode, excluding: sessions)
      .map(\.left).min()
  }
}

extension InsuranceVerified {
  /// Benefits with a visit limit that massage counts against: those of massage (BE), their own or
  /// shared; where the payer spoke of none, every one, because it files massage under another type.
  /// A limit on a code counts for that code.
  fileprivate func limits(of cpt: [ProcedureCode]) -> [Benefit] {
    let limited = benefits.filter {
      $0.covered != .no && ($0.visitLimit > 0 || $0.visitsRemainingKnown)
    }
    let ofCode = limited.filter { benefit in
      !benefit.cpt.isEmpty && cpt.contains { $0.description == benefit.cpt }
    }
    let general = limited.filter { $0.cpt.isEmpty || cpt.isEmpty }
    let ofMassage = general.filter { $0.serviceType == "BE" || $0.combinedWith.contains("BE") }
    let isMassageNamed = benefits.contains {
      $0.cpt.isEmpty && ($0.serviceType == "BE" || $0.combinedWith.contains("BE"))
    }
    return ofCode + (isMassageNamed ? ofMassage : general)
  }
}

/// One limit, counted.
private struct BenefitTally {
  let benefit: InsuranceVerified.Benefit
  let answer: CoverageState.Verification
  let coverage: CoverageState.Coverage
  let date: CivilDate
  let episode: String?
  let excluded: Set<String>
  let patient: PatientState

  /// Nil when nothing is known of the period that the date lies in.
  var counter: BenefitCounter? {
    let limit = benefit.visitLimit > 0 ? Int(benefit.visitLimit) : nil
    let ours = sessions.filter { !$0.voided && !excluded.contains($0.delivered.session) }
    if let limit {
      let (elsewhere, evidence) = visitsElsewhere(limit)
      let left = max(0, limit - ours.count - elsewhere)
      return counter(
        limit, ours, elsewhere, left,
        "\(limit) - \(ours.count) here - \(elsewhere) elsewhere = \(left)", evidence)
    }
    guard !isNewPeriod else { return nil }
    let stated = Int(benefit.visitsRemaining)
    let since = ours.count { !isKnown($0) }
    let released = sessions.count { isKnown($0) && ($0.voided || isExcluded($0)) }
    let left = max(0, stated - since + released)
    let text = "\(stated) stated - \(since) since" + (released > 0 ? " + \(released) voided" : "")
    return counter(nil, ours, 0, left, "\(text) = \(left)", [answer.event])
  }

  private func counter(
    _ limit: Int?, _ ours: [CareState.Session], _ elsewhere: Int, _ left: Int, _ text: String,
    _ evidence: [String]
  ) -> BenefitCounter {
    BenefitCounter(
      serviceType: benefit.serviceType, combinedWith: benefit.combinedWith,
      period: benefit.visitLimitPeriod, periodFrom: periodStart, limit: limit,
      ours: ours.map(\.delivered.session), elsewhere: elsewhere, left: left, arithmetic: text,
      evidence: evidence)
  }

  private func isExcluded(_ session: CareState.Session) -> Bool {
    excluded.contains(session.delivered.session)
  }

  private var periodStart: CivilDate? {
    benefit.visitLimitPeriod.start(on: date, planBegan: answer.verified.planBeginsOn.civilDate)
  }

  /// Whether the period began after the day that the answer speaks of, so that nothing of what it
  /// counted is used up.
  private var isNewPeriod: Bool {
    if benefit.visitLimitPeriod == .episode, let episode {
      return (patient.care.episodes[episode]?.position ?? 0) > answer.position
    }
    let spoken = max(answer.verified.verifiedOn, answer.verified.asOfOn)
    return periodStart.map { $0.compact > spoken } ?? false
  }

  /// What the answer counted beyond ours, or what was reported of the same period since.
  private func visitsElsewhere(_ limit: Int) -> (Int, [String]) {
    let reported = coverage.accumulators.last { accumulator in
      let adjusted = accumulator.adjusted
      let isLater =
        (adjusted.asOfOn, accumulator.position) > (answer.verified.verifiedOn, answer.position)
      return adjusted.serviceType == benefit.serviceType && adjusted.asOfOn <= date.compact
        && isLater && (periodStart.map { $0.compact <= adjusted.asOfOn } ?? true)
    }
    if let reported {
      return (Int(reported.adjusted.visitsElsewhere), [answer.event, reported.event])
    }
    guard !isNewPeriod else { return (0, [answer.event]) }
    let used =
      benefit.visitsRemainingKnown
      ? limit - Int(benefit.visitsRemaining) : Int(benefit.visitsUsed)
    return (max(0, used - sessions.count(where: isKnown)), [answer.event])
  }

  /// Whether the payer could have counted it: of a day up to the answer's, recorded and standing
  /// when it came.
  private func isKnown(_ session: CareState.Session) -> Bool {
    session.delivered.deliveredOn <= answer.verified.verifiedOn
      && session.position < answer.position
      && (session.voidedPosition == 0 || session.voidedPosition > answer.position)
  }

  /// Sessions of the period up to the date that the patient did not pay, under the coverage as far
  /// as their verification tells, voided ones too.
  private var sessions: [CareState.Session] {
    let start = periodStart ?? .earliest
    return patient.care.sessions.values.filter { session in
      let delivered = session.delivered
      guard let day = delivered.deliveredOn.civilDate, start <= day, day <= date,
        !delivered.selfPay,
        patient.coverage.selfPayElection(on: day) == nil
      else { return false }
      if benefit.visitLimitPeriod == .episode, let episode, delivered.episode != episode {
        return false
      }
      let verified = patient.coverage.coverageOfVerification[delivered.verification]
      return verified == coverage.id || delivered.verification.isEmpty
    }
    .sorted {
      ($0.delivered.deliveredOn, $0.position) < ($1.delivered.deliveredOn, $1.position)
    }
  }
}

extension BenefitPeriod {
  /// As people say it.
  public var text: String {
    switch self {
    case .calendarYear, .unspecified, .UNRECOGNIZED: "calendar year"
    case .contract: "plan year"
    case .episode: "episode"
    case .lifetime: "lifetime"
    }
  }
}

extension BenefitPeriod {
  /// First day of the period that the date lies in; nil for a period that never begins anew, or when
  /// the plan's first day is unknown.
  func start(on date: CivilDate, planBegan: CivilDate?) -> CivilDate? {
    switch self {
    case .calendarYear, .unspecified, .UNRECOGNIZED: return date.startOfYear
    case .contract:
      guard let planBegan else { return nil }
      let anniversary = planBegan.adding(years: date.year - planBegan.year)
      return anniversary <= date
        ? anniversary : planBegan.adding(years: date.year - planBegan.year - 1)
    case .episode, .lifetime: return nil
    }
  }
}
