import PracticeEvents

extension CoverageState {
  /// The authorization that a visit uses: approved for the coverage and the date, for every code
  /// planned when it names codes, with a visit and the visit's units left; of several the one that
  /// ends first.
  ///
  /// - Parameters:
  ///   - units: what the visit needs; 0, when nobody knows, asks for one.
  ///   - sessions: sessions that do not count, e.g. the visit's own.
  public func usableAuthorization(
    of coverage: String, on date: CivilDate, cpt: [ProcedureCode] = [], units: Int = 0,
    excluding sessions: Set<String> = []
  ) -> Authorization? {
    authorizations.values.filter {
      $0.approved.coverage == coverage && $0.holds(on: date) && $0.covers(cpt)
        && $0.visitsLeft(excluding: sessions) != 0
        && $0.unitsLeft(excluding: sessions) ?? .max >= max(1, units)
    }.min {
      ($0.approved.throughDateOn, $0.approved.authorization)
        < ($1.approved.throughDateOn, $1.approved.authorization)
    }
  }
}

extension CoverageState.Authorization {
  public func holds(on date: CivilDate) -> Bool {
    hasApproved && !denied && approved.fromDateOn <= date.compact
      && date.compact <= approved.throughDateOn
  }

  /// Whether every code is authorized. An authorization without codes is for any.
  public func covers(_ cpt: [ProcedureCode]) -> Bool {
    approved.cpt.isEmpty || cpt.allSatisfy { approved.cpt.contains($0.description) }
  }

  /// Nil when visits are not counted.
  public func visitsLeft(excluding sessions: Set<String> = []) -> Int? {
    guard approved.visits > 0 else { return nil }
    return max(0, Int(approved.visits) - unitsBySession.keys.count { !sessions.contains($0) })
  }

  /// Nil when units are not counted.
  public func unitsLeft(excluding sessions: Set<String> = []) -> Int? {
    guard approved.units > 0 else { return nil }
    let used = unitsBySession.reduce(0) { sessions.contains($1.key) ? $0 : $0 + Int($1.value) }
    return max(0, Int(approved.units) - used)
  }
}

extension CoverageState.Authorization {
  /// Whether the visits or units used through a session, in order of time, are more than approved.
  func isExceeded(by session: CareState.Session, among care: CareState) -> Bool {
    func order(_ session: CareState.Session) -> (Int32, Int64, String) {
      let delivered = session.delivered
      return (delivered.deliveredOn, delivered.startedAt.seconds, delivered.session)
    }
    let through = unitsBySession.filter { id, _ in
      care.sessions[id].map { order($0) <= order(session) } ?? false
    }
    let units = through.values.reduce(0) { $0 + Int($1) }
    return approved.units > 0 && units > Int(approved.units)
      || approved.visits > 0 && through.count > Int(approved.visits)
  }
}

extension PatientState {
  /// Visits that the plan still pays for before a visit on the date, by the payer's last answer
  /// that stated benefits and what was delivered since; nil when no limit was stated. Of several benefits the tightest.
  ///
  /// The answer counts visits at every provider up to its own day; ours after it are taken off. In a
  /// later benefit period the limit begins anew.
  ///
  /// - Parameter sessions: sessions that do not count, e.g. the visit's own.
  public func benefitVisitsLeft(
    of id: String, on date: CivilDate, excluding sessions: Set<String> = []
  ) -> Int? {
    guard let coverage = coverage.coverages[id],
      let answer = coverage.latestAnswer(on: date, stating: { !$0.benefits.isEmpty })
    else { return nil }
    let delivered = insuredVisits(under: id, excluding: sessions).filter { $0 <= date }
    return answer.verified.benefits.compactMap { benefit in
      visitsLeft(benefit, answer.verified, on: date, delivered: delivered)
    }.min()
  }

  private func visitsLeft(
    _ benefit: InsuranceVerified.Benefit, _ answer: InsuranceVerified, on date: CivilDate,
    delivered: [CivilDate]
  ) -> Int? {
    guard let verifiedOn = answer.verifiedOn.civilDate else { return nil }
    let periodStart = benefit.visitLimitPeriod.start(
      on: date, planBegan: answer.planBeginsOn.civilDate)
    if let periodStart, periodStart > verifiedOn, benefit.visitLimit > 0 {
      return max(0, Int(benefit.visitLimit) - delivered.count { $0 >= periodStart })
    }
    let stated: Int
    if benefit.visitsRemainingKnown {
      stated = Int(benefit.visitsRemaining)
    } else if benefit.visitLimit > 0 {
      stated = Int(benefit.visitLimit) - Int(benefit.visitsUsed)
    } else {
      return nil
    }
    return max(0, stated - delivered.count { $0 > verifiedOn })
  }

  /// Days of delivered sessions that were not paid by the patient, under the coverage as far as
  /// their verification tells.
  private func insuredVisits(under coverageID: String, excluding: Set<String>) -> [CivilDate] {
    care.sessions.values.compactMap { session in
      let delivered = session.delivered
      let verified = coverage.coverageOfVerification[delivered.verification]
      guard !session.voided, !delivered.selfPay, !excluding.contains(delivered.session),
        verified == coverageID || delivered.verification.isEmpty
      else { return nil }
      return delivered.deliveredOn.civilDate
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
