import PracticeEvents

/// Who pays for a session, and what its lines cost.
struct SessionBill {
  let date: CivilDate
  private let session: CareState.Session
  private let clinic: ClinicState
  private let listed: ServiceCatalogItemDefined?
  /// Empty when the patient pays.
  private let coverage: String
  /// Nil when the patient pays.
  let payer: SubjectID?
  private let discount: Rate
  private let referral: ReferralState

  init(
    _ session: CareState.Session, of state: PatientState, coverage given: EntityID?,
    _ facts: some Facts
  ) throws {
    self.session = session
    referral = state.referral
    date = try CivilDate(compact: session.delivered.deliveredOn)
    clinic = try facts.clinic()
    let appointment = state.schedule.appointments[session.delivered.appointment]
    listed = appointment.flatMap { [clinic] in clinic.service($0.service) }
    let patientPays =
      session.delivered.serviceClass == .relaxation || session.delivered.selfPay
      || state.coverage.selfPayElection(on: date) != nil
    if patientPays {
      guard given == nil else {
        throw Refusal(
          rule: "charge.selfPay", field: "coverage", problem: "the patient pays for this session",
          remedy: "leave coverage out")
      }
      coverage = ""
      payer = nil
      discount = state.account.slidingScaleDiscount(on: date)
    } else {
      coverage = try Self.coverage(of: session.delivered, state.coverage, given, on: date)
      payer = try SubjectID(state.coverage.coverages[coverage]?.added.payer ?? "")
      discount = .zero
    }
  }

  private static func coverage(
    of session: SessionDelivered, _ known: CoverageState, _ given: EntityID?, on date: CivilDate
  ) throws -> String {
    let admitted =
      known.coverageOfVerification[session.verification]
      ?? known.authorizations[session.authorization]?.approved.coverage
      ?? known.coverage(on: date)?.id
    guard let coverage = given?.description ?? admitted, let found = known.coverages[coverage]
    else {
      throw Refusal(
        rule: "charge.coverage", field: "coverage",
        problem: "nothing says which coverage the session was admitted under",
        remedy: "add the coverage to bill, or record a self-pay election")
    }
    guard found.isInForce(on: date) else {
      throw Refusal(
        rule: "charge.coverageDates", field: "coverage",
        problem: "coverage \(coverage) was not in force on the day of the session",
        remedy: "give the coverage that was, or record a self-pay election")
    }
    return coverage
  }

  /// Refuses to charge a payer for what it would deny: a code that it does not take from a massage
  /// therapist, or a pair of codes that it bundles.
  func requireBillable(
    _ services: [SessionDelivered.Service], _ facts: some Facts
  ) throws {
    guard let payer else { return }
    let policy = try facts.payer(payer).policy(on: date)
    for service in services {
      let problem = clinic.whyNotBillable(try ProcedureCode(service.cpt), policy, on: date)
      if let problem {
        throw Refusal(
          rule: "charge.code", field: "session", problem: "line \(service.line): \(problem)",
          remedy: "let the patient pay, or record the payer's word with change-payer-policy "
            + "--billable-codes", evidence: [session.event].filter { !$0.isEmpty })
      }
    }
    try session.requireNoOpenEdit(policy: policy, clinic: clinic, on: date, field: "session")
  }

  /// Why a line has no charge, when it has none: too few minutes, over the payer's cap, or dropped
  /// for an edit.
  func whyNothing(for service: SessionDelivered.Service) -> String? {
    if isDropped(service) {
      return
        "line \(service.line) has no charge: dropped for a pair of codes that the payer bundles"
    }
    guard units(of: service) == 0 else { return nil }
    let line = session.units.lines.first { $0.line == service.line }
    return line.map { $0.droppedUnits > 0 } ?? false
      ? "line \(service.line) has no charge: its units are over the payer's cap of the day"
      : "line \(service.line) earned no unit and has no charge: too few minutes"
  }

  private func isDropped(_ service: SessionDelivered.Service) -> Bool {
    payer != nil
      && session.edits.contains {
        $0.isResolved && $0.resolved.line == service.line
          && $0.resolved.resolution == .lineDropped
      }
  }

  /// As recorded, and those that resolved an edit.
  private func modifiers(of service: SessionDelivered.Service) -> [String] {
    let resolving = session.edits.filter {
      payer != nil && $0.isResolved && $0.resolved.line == service.line
        && $0.resolved.resolution == .modifier
    }.map(\.resolved.modifier)
    return resolving.reduce(into: service.modifiers) { all, one in
      if !all.contains(one) { all.insert(one, at: 0) }
    }
  }

  /// The charge for a line, without its identifier; nil when there is nothing to bill.
  func charge(for service: SessionDelivered.Service) throws -> ChargePosted? {
    let units = units(of: service)
    guard units > 0, !isDropped(service) else { return nil }
    var fact = ChargePosted()
    fact.session = session.delivered.session
    fact.line = service.line
    fact.serviceOn = date.compact
    fact.cpt = service.cpt
    fact.modifiers = modifiers(of: service)
    guard fact.modifiers.count <= 4 else {
      throw Refusal(
        rule: "charge.modifiers", field: "session",
        problem: "line \(service.line) would have more than 4 modifiers",
        remedy: "record the session anew without those that are not needed")
    }
    fact.units = units
    if let listed, payer == nil, listed.selfPayCents > 0 {
      fact.amountCents = selfPayShare(of: service, price: listed.selfPayCents)
      fact.feeScheduleVersion = "self-pay price \(listed.service)"
    } else {
      let fee = try fee(of: service)
      fact.feeCentsPerUnit = fee.cents
      fact.amountCents = Money(cents: fee.cents).times(Int(units)).cents
      fact.feeScheduleVersion = fee.version
    }
    let amount = Money(cents: fact.amountCents)
    fact.discountCents = amount.times(discount).cents
    let tax = SalesTaxDecision(clinic: clinic, date: date).tax(
      of: amount - amount.times(discount), session.delivered, referral, isInsured: payer != nil)
    fact.taxCents = tax.cents
    fact.salesTax = tax.why
    fact.responsible = payer == nil ? .patient : .insurance
    fact.coverage = coverage
    return fact
  }

  /// As determined from the session's minutes. A code that is not billed by time counts once.
  private func units(of service: SessionDelivered.Service) -> Int32 {
    if let line = session.units.lines.first(where: { $0.line == service.line }) {
      return line.units
    }
    return service.timed ? 0 : 1
  }

  /// A line's part of the session's price, in proportion to what the lines cost by the fee schedule,
  /// or to their units where it lacks one. All parts together are the price to the cent.
  private func selfPayShare(of service: SessionDelivered.Service, price: Int64) -> Int64 {
    let charged = session.delivered.services.filter { units(of: $0) > 0 }
    let fees = charged.compactMap { try? fee(of: $0).cents }
    let weights = zip(charged, fees.count == charged.count ? fees : charged.map { _ in 1 })
      .map { Int128(units(of: $0)) * Int128($1) }
    let total = weights.reduce(0, +)
    var left = price
    for (line, weight) in zip(charged.dropLast(), weights) {
      let share = Int64(clamping: Int128(price) * weight / total)
      if line.line == service.line { return share }
      left -= share
    }
    return left
  }

  private func fee(
    of service: SessionDelivered.Service
  ) throws -> (
    cents: Int64, version: String
  ) {
    guard !service.cpt.isEmpty,
      let fee = clinic.fee(
        cpt: try ProcedureCode(service.cpt),
        modifiers: try modifiers(of: service).map { try Modifier($0) },
        payer: payer, on: date), fee.cents > 0
    else {
      throw Refusal(
        rule: "charge.fee", field: "session",
        problem: "no fee schedule in force on \(date) has a fee for line \(service.line)",
        remedy: "publish one with publish-fee-schedule, effective from that day or earlier")
    }
    return fee
  }
}
