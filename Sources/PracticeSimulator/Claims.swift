import Practice
import PracticeEvents

extension World {
  /// Sends what is ready: charges whose session has a signed note. The rest waits.
  mutating func runClaims() throws {
    let queue = claimQueue
    claimQueue = []
    for (patient, session, charges) in queue {
      let account = account(patient)
      guard charges.allSatisfy({ account.charges[$0.description]?.voided == false }),
        let payer = patients[patient].payer
      else { continue }
      guard state(patient).care.sessions[session.description]?.note.isEmpty == false else {
        // Now and then somebody tries all the same.
        if random.chance(0.02) {
          try give(
            SubmitClaim(charges: charges), by: .biller)
        }
        claimQueue.append((patient, session, charges))
        continue
      }
      let claim = id(.claim)
      let facts = try give(
        SubmitClaim(charges: charges, claim: claim), by: .biller)
      if facts != nil {
        try plan(
          .claimReply(ClaimOnItsWay(claim: claim, patient: patient, payer: payer)), inDays: 1...2)
      }
    }
  }

  /// The clearing house answers: taken, or sent back unread.
  mutating func hearFromPayer(_ sent: ClaimOnItsWay) throws {
    if random.chance(0.04) {
      try give(
        RejectClaim(
          claim: sent.claim, category: random.pick([.a3, .a6, .a7]),
          statusCode: random.pick(["562", "164", "21"])), by: .biller)
      let rejected = account(sent.patient).claims[sent.claim.description]?.submitted
      if let replaced = rejected?.replaces, !replaced.isEmpty {
        let original = ClaimOnItsWay(
          claim: try EntityID(replaced), patient: sent.patient, payer: sent.payer)
        return try plan(.replacement(original), inDays: 1...3)
      }
      let lines = rejected?.lines ?? []
      let charges = try lines.map { try EntityID($0.charge) }
      guard let first = lines.first,
        let session = account(sent.patient).charges[first.charge]?.session
      else { return }
      claimQueue.append((sent.patient, try EntityID(session), charges))
      return
    }
    try give(
      AcknowledgeClaim(claim: sent.claim, category: .a2, payerControlNumber: random.digits(11)),
      by: .biller)
    // A few claims are never heard of again.
    guard !random.chance(0.012) else { return }
    let days = random.chance(0.08) ? random.int(40...120) : random.int(9...24)
    payerInbox[sent.payer].append((today.adding(days: days), sent))
  }

  /// The payments that came overnight, one for each payer whose day it is.
  mutating func receiveRemittances() throws {
    for payer in SimulatedPayer.all.indices
    where SimulatedPayer.all[payer].paysOn == today.weekday.rawValue {
      let date = today
      let due = payerInbox[payer].filter { $0.due <= date }.map(\.claim)
      payerInbox[payer].removeAll { $0.due <= date }
      let answers = try due.compactMap { try answer($0) }
      guard !answers.isEmpty else { continue }
      try remit(payer, answers)
    }
  }

  private struct Answer {
    var sent: ClaimOnItsWay
    var status: Int
    var lines: [LineAnswer]
    var paid: Int64
    /// The reason for which it was denied, if it was.
    var denial: String?
  }

  private mutating func remit(_ payer: Int, _ answers: [Answer]) throws {
    remittanceCount += 1
    let remittance = id(.remittance)
    let interest: Int64 = random.chance(0.06) ? Int64(random.int(35...420)) : 0
    let total = answers.reduce(interest) { $0 + $1.paid }
    let facts = try give(
      ReceiveRemittance(
        payer: SubjectReference(SimulatedPayer.all[payer].id),
        traceNumber: "EFT\(100_000 + remittanceCount)",
        method: total == 0 ? RemittanceMethodChoice.none : .ach,
        amount: Money(cents: total),
        adjustments: interest == 0
          ? nil
          : [
            ProviderAdjustment(
              code: "L6", reference: "interest", amount: Money(cents: -interest))
          ], remittance: remittance), by: .biller)
    guard facts != nil else { return }
    for answer in answers {
      let facts = try give(
        AdjudicateClaim(
          claim: answer.sent.claim, status: answer.status, lines: answer.lines,
          payerControlNumber: random.digits(11), remittance: remittance), by: .biller)
      if facts != nil { try follow(answer) }
    }
  }

  private mutating func follow(_ answer: Answer) throws {
    if let denial = answer.denial {
      if ["16", "197"].contains(denial), !answer.sent.isReplacement, random.chance(0.65) {
        try plan(.replacement(answer.sent), inDays: 2...8)
      }
    } else if random.chance(0.015) {
      try plan(.reversal(answer.sent), inDays: 25...60)
    }
  }

  /// What the payer makes of a claim; nil when it was withdrawn meanwhile.
  private mutating func answer(_ sent: ClaimOnItsWay) throws -> Answer? {
    let account = account(sent.patient)
    guard let claim = account.claims[sent.claim.description],
      [.submitted, .acknowledged, .reversed].contains(claim.status),
      claim.submitted.lines.allSatisfy({ account.charges[$0.charge]?.voided == false })
    else { return nil }
    let payer = SimulatedPayer.all[sent.payer]
    if random.chance(payer.denialRate), !sent.isReplacement { return try deny(sent, claim) }
    var copay = payer.copayCents
    var result = Answer(sent: sent, status: 1, lines: [], paid: 0)
    for line in claim.submitted.lines {
      let allowed = line.chargeCents * Int64(payer.allowedPercent) / 100
      var reasons: [Reason] = [(.co, "45", line.chargeCents - allowed)]
      let deductible = min(allowed, patients[sent.patient].deductibleLeft)
      patients[sent.patient].deductibleLeft -= deductible
      let coinsurance = Money(cents: allowed - deductible)
        .times(Rate(basisPoints: Int64(payer.coinsurancePercent) * 100)).cents
      let fixed = min(copay, allowed - deductible - coinsurance)
      copay -= fixed
      reasons += [(.pr, "1", deductible), (.pr, "2", coinsurance), (.pr, "3", fixed)]
      let paid = allowed - deductible - coinsurance - fixed
      result.paid += paid
      result.lines.append(try answerLine(line, paid: paid, allowed: allowed, reasons))
    }
    return result
  }

  private mutating func deny(_ sent: ClaimOnItsWay, _ claim: AccountState.Claim) throws -> Answer {
    let answers: [((AdjustmentGroupChoice, String), Double)] = [
      ((.co, "170"), 2), ((.co, "197"), 1.6), ((.co, "16"), 1.6), ((.pr, "119"), 0.8),
      ((.pr, "204"), 0.5),
    ]
    let (group, reason) = random.pick(weighted: answers)
    var result = Answer(sent: sent, status: 4, lines: [], paid: 0, denial: reason)
    for line in claim.submitted.lines {
      result.lines.append(
        try answerLine(line, paid: 0, allowed: 0, [(group, reason, line.chargeCents)]))
    }
    return result
  }

  private func answerLine(
    _ line: ClaimSubmitted.Line, paid: Int64, allowed: Int64,
    _ reasons: [Reason]
  ) throws -> LineAnswer {
    LineAnswer(
      charge: try EntityID(line.charge), paid: Money(cents: paid), allowed: Money(cents: allowed),
      units: Int(line.units),
      adjustments: reasons.filter { $0.cents != 0 }.map {
        LineAdjustment(group: $0.group, carc: $0.carc, amount: Money(cents: $0.cents))
      })
  }

  private typealias Reason = (group: AdjustmentGroupChoice, carc: String, cents: Int64)

  /// The payer takes its answer back and gives another in two weeks.
  mutating func reverse(_ sent: ClaimOnItsWay) throws {
    let facts = try give(
      ReverseAdjudication(claim: sent.claim), by: .biller)
    if facts != nil { payerInbox[sent.payer].append((today.adding(days: 14), sent)) }
  }

  mutating func replace(_ sent: ClaimOnItsWay) throws {
    let claim = id(.claim)
    let facts = try give(
      SubmitClaim(frequency: .replacement, replaces: sent.claim, claim: claim), by: .biller)
    guard facts != nil else { return }
    try plan(
      .claimReply(
        ClaimOnItsWay(
          claim: claim, patient: sent.patient, payer: sent.payer, isReplacement: true)),
      inDays: 1...2)
  }

  /// Denied claims that nobody could turn are given up after half a year.
  mutating func giveUpOldClaims() throws {
    let limit = today.adding(days: -180).compact
    for index in patients.indices where patients[index].coverage != nil {
      let account = account(index)
      let charges = account.charges.values.filter {
        $0.insuranceOpenCents > 0 && $0.serviceOn < limit
          && account.claims[$0.claim]?.status == .denied
      }.sorted { $0.charge < $1.charge }
      for charge in charges where random.chance(0.6) {
        try give(
          WriteOffCharge(
            charge: try EntityID(charge.charge), kind: .timelyFiling, responsible: .insurance),
          by: .biller, reason: "denied, and too late to file again")
      }
    }
  }
}
