import Practice

extension Eligibility {
  /// X12 service type of massage therapy. (`BD` is cognitive therapy.)
  public static let massage = "BE"

  /// In the clinic's terms: only what was said of massage or of a procedure code is a benefit of a
  /// massage; what was not said is unknown.
  ///
  /// - Parameter inNetwork: whether the clinic is in the plan's network, to choose between
  ///   statements that differ by it; where nobody knows, such statements are left out.
  public func answer(payer: SubjectReference? = nil, inNetwork: Bool? = nil) -> EligibilityAnswer {
    let isDependent = dependent != nil
    var answer = EligibilityAnswer(
      payer: payer ?? SubjectReference(payerID),
      memberID: patient.memberID.isEmpty ? subscriber.memberID : patient.memberID,
      familyName: patient.familyName, givenName: patient.givenName, bornOn: patient.bornOn,
      active: .unknown)
    answer.isDependent = isDependent
    answer.answeredOn = answeredOn
    answer.asOf = (dates["472"] ?? dates["307"] ?? dates["291"])?.from
    answer.referenceNumber = traces.first
    answer.planBeginsOn = dates["346"]?.from
    if let rejection = rejections.last {
      answer.rejectReason = rejection.reason
      answer.rejectLevel = rejection.level.rawValue
      answer.followUp = rejection.followUp.isEmpty ? "N" : rejection.followUp
      return answer
    }
    let stated = benefits.filter(\.rejections.isEmpty)
    answer.active = activity(stated)
    answer.inactiveFrom = dates["347"]?.from ?? dates["357"]?.from
    let ofMassage = stated.filter { $0.serviceTypes.contains(Self.massage) && $0.procedure.isEmpty }
    let codes = stated.filter { !$0.procedure.isEmpty }
    if ofMassage.contains(where: \.isAuthorizationRequired) {
      answer.authorizationRequired = .yes
    } else if ofMassage.contains(where: { $0.authorization == .no }) {
      answer.authorizationRequired = .no
    }
    if inNetwork != nil { answer.inNetwork = inNetwork == true ? .yes : .no }
    var benefits: [VerifyInsurance.Benefit] = []
    if !ofMassage.isEmpty {
      benefits.append(
        BenefitStatements(ofMassage, inNetwork: inNetwork).benefit(serviceType: Self.massage))
    }
    for code in Set(codes.map(\.procedure)).sorted() {
      guard let cpt = try? ProcedureCode(code) else { continue }
      var benefit = BenefitStatements(codes.filter { $0.procedure == code }, inNetwork: inNetwork)
        .benefit(serviceType: codes.first { $0.procedure == code }?.serviceTypes.first ?? "")
      benefit.cpt = cpt
      benefits.append(benefit)
    }
    answer.benefits = benefits
    return answer
  }

  /// Of the plan as a whole (service type 30, or none): active and inactive at once is unknown.
  private func activity(_ stated: [Benefit]) -> AnswerChoice {
    let plan = stated.filter { $0.serviceTypes.isEmpty || $0.serviceTypes.contains("30") }
    let massage = stated.filter { $0.serviceTypes.contains(Self.massage) }
    let isInactive = plan.contains(where: \.isInactive)
    let isActive = (plan + massage).contains(where: \.isActive)
    switch (isActive, isInactive) {
    case (true, false): return .yes
    case (false, true): return .no
    default: return .unknown
    }
  }
}

extension Eligibility.Benefit {
  public var isActive: Bool { ["1", "2", "3", "4", "5"].contains(kind) }
  public var isInactive: Bool { ["6", "7", "8"].contains(kind) }
  fileprivate var isAuthorizationRequired: Bool { authorization == .yes }
}

/// What a payer said about one kind of service, put together.
private struct BenefitStatements {
  private let statements: [Eligibility.Benefit]

  /// Statements for the family are left out: what is left of its deductible is not the patient's.
  init(_ statements: [Eligibility.Benefit], inNetwork: Bool?) {
    self.statements = statements.filter { statement in
      statement.level != "FAM"
        && (statement.isInNetwork == nil || inNetwork == nil || statement.isInNetwork == inNetwork)
    }
  }

  func benefit(serviceType: String) -> VerifyInsurance.Benefit {
    var benefit = VerifyInsurance.Benefit(serviceType: serviceType)
    benefit.covered = covered
    benefit.copay = agreed("B", \.amount)
    benefit.coinsurance = agreed("A", \.share)
    benefit.deductibleLeft = agreed("C", \.amount) { $0.period == "29" }
    benefit.outOfPocketLeft = agreed("G", \.amount) { $0.period == "29" }
    benefit.visitsRemaining = agreed(visits.filter { $0.period == "29" }.map(\.count))
    let limits = visits.filter { $0.period != "29" && $0.choice != nil }
    benefit.visitLimit = agreed(limits.map(\.count))
    benefit.visitLimitPeriod = benefit.visitLimit.flatMap { limit in
      limits.first { $0.count == limit }?.choice
    }
    return benefit
  }

  /// Exclusions and non-coverage win over coverage.
  private var covered: AnswerChoice {
    if statements.contains(where: { ["I", "E"].contains($0.kind) || $0.isInactive }) { return .no }
    return statements.contains(where: \.isActive) ? .yes : .unknown
  }

  private struct Visits {
    var count: Int
    var period: String
    var choice: BenefitPeriodChoice? {
      switch period {
      case "22", "23": .calendarYear
      case "21", "25": .contract
      case "26": .episode
      case "32": .lifetime
      default: nil
      }
    }
  }

  /// EB F with EB09 VS, or its HSD segments.
  private var visits: [Visits] {
    statements.filter { $0.kind == "F" }.flatMap { statement -> [Visits] in
      var found: [Visits] = []
      if statement.quantityKind == "VS", let count = statement.quantity, count >= 0 {
        found.append(Visits(count: count, period: statement.period))
      }
      for delivery in statement.deliveries where delivery.kind == "VS" {
        guard let count = delivery.quantity, count >= 0 else { continue }
        let period = delivery.period.isEmpty ? statement.period : delivery.period
        found.append(Visits(count: count, period: period))
      }
      return found
    }
  }

  /// The value on which all statements of a kind agree; nil when none states one, or they differ.
  private func agreed<Value: Hashable>(
    _ kind: String, _ value: (Eligibility.Benefit) -> Value?,
    where holds: (Eligibility.Benefit) -> Bool = { _ in true }
  ) -> Value? {
    agreed(statements.filter { $0.kind == kind && holds($0) }.compactMap(value))
  }

  private func agreed<Value: Hashable>(_ values: [Value]) -> Value? {
    Set(values).count == 1 ? values.first : nil
  }
}
