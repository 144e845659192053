import PracticeEvents

/// Turns what an advice says about a claim into an adjudication, or into an exception.
struct RemittancePosting {
  let advice: RemittanceAdvice
  let payer: SubjectID
  let received: RemittanceReceived
  /// Claims that the file speaks of more than once, e.g. a reversal and its correction.
  let repeated: Set<String>

  func facts(
    for claim: ClaimPayment, _ facts: some Facts, _ context: inout DecisionContext
  ) throws -> Decision {
    var objections = objections(to: claim)
    if objections.isEmpty {
      do {
        let command = try adjudication(of: claim, facts)
        return try command.answer(facts, &context, remarks: claim.remarks)
      } catch let refusal as Refusal {
        objections = [refusal]
      } catch is ValueError {
        objections = [Refusal(rule: "claim.unknown", problem: "it is no claim of ours", remedy: "")]
      }
    }
    let exception = try exception(claim, objections, &context)
    return Decision([ProposedFact(payer, .remittanceExceptionRecorded(exception))])
  }

  /// What forbids posting, as far as the advice alone tells.
  private func objections(to claim: ClaimPayment) -> [Refusal] {
    var found: [Refusal] = []
    func object(_ rule: String, _ problem: String) {
      found.append(Refusal(rule: rule, problem: problem, remedy: ""))
    }
    if !received.balanced {
      object("remittance.unbalanced", "the payment is not what its claims add up to")
    }
    if claim.status == 22 { object("claim.reversal", "the payer takes an earlier answer back") }
    let groups = ((claim.adjustments ?? []) + claim.lines.flatMap { $0.adjustments ?? [] })
      .map(\.group)
    if groups.contains(.cr) { object("claim.correction", "it corrects an earlier answer (CR)") }
    if repeated.contains(claim.key) {
      object("claim.repeated", "the file speaks of the claim more than once")
    }
    for imbalance in claim.imbalances { object("claim.unbalanced", imbalance.text) }
    return found
  }

  /// - Throws: `Refusal` when the claim is not known, went to another payer, or was not charged so.
  func adjudication(of claim: ClaimPayment, _ facts: some Facts) throws -> AdjudicateClaim {
    let id = try EntityID(claim.reference, expecting: .claim)
    guard let owner = try facts.owner(of: .entity(id)),
      let sent = try facts.patient(owner).account.claims[id.description]
    else {
      throw Refusal(
        rule: "claim.unknown", problem: "there is no claim \(id)", remedy: "")
    }
    guard sent.submitted.payer == payer.description else {
      throw Refusal(
        rule: "claim.otherPayer", problem: "claim \(id) went to another payer", remedy: "")
    }
    guard sent.submitted.totalCents == claim.charge.cents else {
      throw Refusal(
        rule: "claim.charge",
        problem: "claim \(id) charged \(Money(cents: sent.submitted.totalCents)), "
          + "the advice says \(claim.charge)", remedy: "")
    }
    return AdjudicateClaim(
      claim: id, status: claim.status, lines: try RemittanceLineMatch(claim, sent).answers(),
      patientResponsibility: claim.patientResponsibility,
      payerControlNumber: claim.payerControlNumber.flatMap { $0.isEmpty ? nil : $0 },
      remittance: try EntityID(received.remittance))
  }

  private func exception(
    _ claim: ClaimPayment, _ objections: [Refusal], _ context: inout DecisionContext
  ) throws -> RemittanceExceptionRecorded {
    var fact = RemittanceExceptionRecorded()
    fact.exception = try context.id(.remittanceException).description
    fact.remittance = received.remittance
    fact.traceNumber = received.traceNumber
    fact.claimReference = String(claim.reference.prefix(50))
    fact.payerControlNumber = String((claim.payerControlNumber ?? "").prefix(50))
    fact.statusCode = Int32(clamping: claim.status)
    fact.chargeCents = claim.charge.cents
    fact.paidCents = claim.paid.cents
    fact.patientResponsibilityCents =
      (claim.patientResponsibility ?? claim.patientResponsibilityByReason).cents
    fact.adjustments = (claim.adjustments ?? []).map(\.stated)
    fact.lines = claim.lines.map(\.stated)
    fact.reasons = objections.map { objection in
      var reason = RemittanceExceptionRecorded.Reason()
      reason.rule = objection.rule
      reason.problem = objection.problem
      return reason
    }
    return fact
  }
}

/// Finds the submitted line that each line of an advice answers.
struct RemittanceLineMatch {
  private let claim: ClaimPayment
  private let submitted: [ClaimSubmitted.Line]

  init(_ claim: ClaimPayment, _ sent: AccountState.Claim) {
    self.claim = claim
    submitted = sent.submitted.lines
  }

  /// One answer for each line that was submitted.
  ///
  /// Payers drop modifiers and dates, so those need not be stated; the procedure and the charge
  /// must agree. An adjustment of the whole claim can be given to a line only when there is one.
  ///
  /// - Throws: `Refusal` when a line is missing, or more than one reading is possible.
  func answers() throws -> [LineAnswer] {
    if submitted.count == 1, claim.lines.count <= 1 { return [try wholeClaim()] }
    guard (claim.adjustments ?? []).isEmpty else {
      throw mismatch("it adjusts the claim as a whole, and the claim has several lines")
    }
    guard claim.lines.count == submitted.count else {
      throw mismatch(
        "\(submitted.count) lines were submitted, \(claim.lines.count) are answered")
    }
    var open = Array(submitted.indices)
    var answers: [LineAnswer] = []
    // Lines that say more are placed first, so that a vague one cannot take their place.
    for line in claim.lines.sorted(by: { $0.detail > $1.detail }) {
      guard let place = open.firstIndex(where: { line.answers(submitted[$0]) }) else {
        throw mismatch("a line has another procedure, charge, modifier or day than submitted")
      }
      answers.append(try line.answer(to: submitted[open.remove(at: place)]))
    }
    return answers
  }

  private func wholeClaim() throws -> LineAnswer {
    let line =
      claim.lines.first
      ?? ServicePayment(procedure: submitted[0].cpt, charge: claim.charge, paid: claim.charge)
    guard line.answers(submitted[0]) else {
      throw mismatch("its line has another procedure, charge, modifier or day than submitted")
    }
    var answer = try line.answer(to: submitted[0])
    answer.adjustments = (answer.adjustments ?? []) + (claim.adjustments ?? [])
    answer.paid = claim.paid
    return answer
  }

  private func mismatch(_ problem: String) -> Refusal {
    Refusal(rule: "claim.lines", problem: problem, remedy: "")
  }
}

extension ServicePayment {
  fileprivate var detail: Int { (serviceOn == nil ? 0 : 2) + ((modifiers ?? []).isEmpty ? 0 : 1) }

  fileprivate func answers(_ line: ClaimSubmitted.Line) -> Bool {
    let stated = modifiers ?? []
    return procedure.uppercased() == line.cpt && charge.cents == line.chargeCents
      && (serviceOn.map { $0.compact == line.serviceOn } ?? true)
      && (stated.isEmpty || Set(stated) == Set(line.modifiers))
  }

  fileprivate func answer(to line: ClaimSubmitted.Line) throws -> LineAnswer {
    LineAnswer(
      charge: try EntityID(line.charge), paid: paid, allowed: allowed, units: units,
      adjustments: adjustments, rarc: rarc?.map { String($0.prefix(10)) })
  }

  fileprivate var stated: RemittanceExceptionRecorded.Line {
    var line = RemittanceExceptionRecorded.Line()
    line.cpt = String(procedure.prefix(48))
    line.modifiers = (modifiers ?? []).map { String($0.prefix(10)) }
    line.serviceOn = serviceOn?.compact ?? 0
    line.chargeCents = charge.cents
    line.paidCents = paid.cents
    line.allowedCents = allowed?.cents ?? 0
    line.units = Int32(clamping: units ?? 0)
    line.adjustments = (adjustments ?? []).map(\.stated)
    line.rarc = (rarc ?? []).map { String($0.prefix(10)) }
    return line
  }
}

extension ClaimPayment {
  var remarks: [String] { (rarc ?? []).map { String($0.prefix(10)) } }
}

extension LineAdjustment {
  fileprivate var stated: ClaimAdjudicated.Adjustment {
    var fact = ClaimAdjudicated.Adjustment()
    fact.group = group.group
    fact.carc = String(carc.prefix(10))
    fact.amountCents = amount.cents
    return fact
  }
}
