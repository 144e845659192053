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
      if rejected?.priorAdjudications.isEmpty == false {
        return try resubmit(charges, sent)
      }
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

  private mutating func resubmit(_ charges: [EntityID], _ sent: ClaimOnItsWay) throws {
    var again = sent
    again.claim = id(.claim)
    let facts = try give(SubmitClaim(charges: charges, claim: again.claim), by: .biller)
    if facts != nil { try plan(.claimReply(again), inDays: 1...2) }
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

  struct Answer: Sendable {
    var sent: ClaimOnItsWay
    var status: Int
    var lines: [LineAnswer]
    var paid: Int64
    /// What is left to the patient.
    var toPatient: Int64 = 0
    /// The reason for which it was denied, if it was.
    var denial: String?
  }

  mutating func follow(_ answer: Answer) throws {
    let isFirst = answer.sent.payer == patients[answer.sent.patient].payer
    if let denial = answer.denial {
      if ["16", "197"].contains(denial), !answer.sent.isReplacement, random.chance(0.65) {
        try plan(.replacement(answer.sent), inDays: 2...8)
      } else if denial == "50", random.chance(0.8) {
        try plan(.appeal(answer.sent), inDays: 3...20)
      }
    } else if isFirst, answer.toPatient > 0, patients[answer.sent.patient].secondPayer != nil {
      try plan(.nextPayer(answer.sent), inDays: 1...3)
    } else if random.chance(0.02) {
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
    if !claim.submitted.priorAdjudications.isEmpty { return try coordinate(sent, claim) }
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
      result.toPatient += deductible + coinsurance + fixed
      result.lines.append(try answerLine(line, paid: paid, allowed: allowed, reasons))
    }
    return result
  }

  private mutating func deny(_ sent: ClaimOnItsWay, _ claim: AccountState.Claim) throws -> Answer {
    let answers: [((AdjustmentGroupChoice, String), Double)] = [
      ((.co, "170"), 2), ((.co, "197"), 1.6), ((.co, "16"), 1.6), ((.pr, "119"), 0.8),
      ((.pr, "204"), 0.5), ((.co, "50"), 1.2),
    ]
    let (group, reason) = random.pick(weighted: answers)
    var result = Answer(sent: sent, status: 4, lines: [], paid: 0, denial: reason)
    for line in claim.submitted.lines {
      result.lines.append(
        try answerLine(line, paid: 0, allowed: 0, [(group, reason, line.chargeCents)]))
    }
    return result
  }

  /// A further payer pays most of what the first one left, and says what that one settled.
  private mutating func coordinate(
    _ sent: ClaimOnItsWay, _ claim: AccountState.Claim
  ) throws -> Answer {
    var result = Answer(sent: sent, status: 2, lines: [], paid: 0)
    for line in claim.submitted.lines {
      let left = line.chargeCents - line.priorSettledCents
      let paid = Money(cents: left).times(Rate(basisPoints: 8_000)).cents
      result.paid += paid
      result.toPatient += left - paid
      result.lines.append(
        try answerLine(
          line, paid: paid, allowed: left,
          [(.oa, "23", line.priorSettledCents), (.pr, "2", left - paid)]))
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
