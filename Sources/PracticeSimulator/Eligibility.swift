import Practice
import PracticeEvents

extension World {
  /// Asks the payer; the answer comes some minutes later.
  mutating func askPayer(_ index: Int, attempt: Int, inMinutes minutes: ClosedRange<Int>) throws {
    guard let coverage = patients[index].coverage else { return }
    let request = id(.verification)
    try give(
      RequestVerification(coverage: coverage, serviceTypes: ["BE", "PT"], verification: request),
      by: .frontDesk)
    plan(.eligibility(index, request: request, attempt: attempt), inMinutes: minutes)
  }

  /// Asks by phone and writes the answer down at once.
  mutating func verifyNow(_ index: Int) throws {
    guard let coverage = patients[index].coverage else { return }
    let request = id(.verification)
    try give(
      RequestVerification(coverage: coverage, verification: request), by: .secondDesk)
    try answerEligibility(index, request, attempt: 1)
  }

  mutating func answerEligibility(_ index: Int, _ request: EntityID, attempt: Int) throws {
    let patient = patients[index]
    guard let number = patient.payer, let coverage = patient.coverage else { return }
    let payer = SimulatedPayer.all[number]
    let isFirst = attempt == 0 && patient.verifiedOn == nil
    switch isFirst ? patient.firstAnswer : random.chance(0.006) ? .inactive : .active {
    case .notFound:
      try give(
        RecordVerificationFailure(
          coverage: coverage, verification: request, rejectReason: random.pick(["72", "73", "75"]),
          followUp: .correctAndResubmit), by: .frontDesk)
      try askPayer(index, attempt: 1, inMinutes: 60...400)
    case .inactive:
      try give(
        VerifyInsurance(coverage: coverage, active: .no, verification: request), by: .frontDesk)
      if random.chance(0.6) {
        try give(TerminateCoverage(coverage: coverage), by: .frontDesk)
      }
      try payAlone(index, why: .notCovered)
    case .active, .unknownTherapist:
      let isUnknown =
        isFirst && patient.firstAnswer == .unknownTherapist && payer.acceptsTherapists != .no
      try verify(
        index, payer, coverage, request,
        therapists: isUnknown ? .unknown : payer.isMedicare ? .no : payer.acceptsTherapists)
    }
  }

  private mutating func verify(
    _ index: Int, _ payer: SimulatedPayer, _ coverage: EntityID, _ request: EntityID,
    therapists: AnswerChoice
  ) throws {
    let isFirst = patients[index].verifiedOn == nil
    try give(
      VerifyInsurance(
        coverage: coverage, active: .yes, verification: request, referenceNumber: random.digits(9),
        representative: random.pick(Names.women), inNetwork: therapists == .no ? .no : .yes,
        authorizationRequired: payer.needsAuthorization ? .yes : .no, referralRequired: .yes,
        lmtCovered: therapists,
        benefits: [
          .init(
            serviceType: "BE", covered: therapists == .no ? .no : .yes,
            copay: Money(cents: payer.copayCents),
            coinsurance: Rate(basisPoints: Int64(payer.coinsurancePercent) * 100),
            deductibleLeft: Money(cents: patients[index].deductibleLeft),
            visitLimit: payer.isPip || payer.isCompensation ? 60 : 40,
            visitsUsed: min(
              payer.isPip || payer.isCompensation ? 60 : 40,
              sessionsOfYear(index) + random.int(0...2)),
            combinedWith: payer.needsAuthorization ? ["PT"] : nil)
        ]), by: .frontDesk)
    patients[index].verifiedOn = today
    guard therapists != .no else {
      try payAlone(index, why: .notCovered)
      return
    }
    if isFirst {
      try give(
        ChooseCoverageRoute(
          patient: SubjectReference(patients[index].mrn),
          route: payer.isPip
            ? .autoPip : payer.isCompensation ? .workersCompensation : .inNetworkClaim,
          coverage: coverage), by: .frontDesk)
    }
    if payer.needsAuthorization, isFirst { try requestAuthorization(index) }
  }

  /// What the payer has paid for since 1 January.
  func sessionsOfYear(_ index: Int) -> Int {
    memory.patient(patients[index].subject).care.sessions.values.count {
      !$0.voided && !$0.delivered.selfPay
        && $0.delivered.deliveredOn >= today.startOfYear.compact
    }
  }

  mutating func requestAuthorization(_ index: Int) throws {
    guard let coverage = patients[index].coverage, !patients[index].authorizationIsUnderWay else {
      return
    }
    patients[index].authorizationIsUnderWay = true
    let request = id(.authorization)
    try give(
      RequestAuthorization(
        coverage: coverage, cpt: [ProcedureCode("97140"), ProcedureCode("97124")], visits: 12,
        from: today, through: today.adding(days: 90), authorization: request), by: .biller)
    try plan(.authorization(index, request: request), inDays: 0...3)
  }

  mutating func answerAuthorization(_ index: Int, _ request: EntityID) throws {
    guard let coverage = patients[index].coverage else { return }
    patients[index].authorizationIsUnderWay = false
    guard random.chance(0.93) else {
      try give(
        DenyAuthorization(authorization: request), by: .biller)
      if random.chance(0.6) {
        try requestAuthorization(index)
      } else {
        try payAlone(index, why: .benefitsExhausted)
      }
      return
    }
    let countsUnits = random.chance(0.3)
    try give(
      ApproveAuthorization(
        coverage: coverage, authorization: request, authorizationNumber: "A\(random.digits(8))",
        cpt: [ProcedureCode("97140"), ProcedureCode("97124")], visits: random.pick([6, 8, 12, 12]),
        units: countsUnits ? 48 : nil, from: today,
        through: today.adding(days: random.pick([45, 60, 90]))), by: .biller)
  }
}
