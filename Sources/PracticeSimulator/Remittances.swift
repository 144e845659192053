import Practice
import PracticeEvents

extension World {
  /// One payment: what the payer takes back, what it pays, and what stays over.
  mutating func remit(_ payer: Int, _ answers: [Answer]) throws {
    remittanceCount += 1
    let remittance = id(.remittance)
    let taken = try takeBacks[payer].compactMap { try standing($0) }
    takeBacks[payer] = []
    let claims = answers.reduce(0) { $0 + $1.paid } - taken.reduce(0) { $0 + $1.cents }
    var adjustments: [ProviderAdjustment] = []
    if random.chance(0.06) {
      adjustments.append(
        ProviderAdjustment(
          code: "L6", reference: "interest", amount: Money(cents: -Int64(random.int(35...420)))))
    }
    let brought = carriedForward[payer]
    if let brought {
      adjustments.append(
        ProviderAdjustment(
          code: "FB", reference: brought.from.description, amount: Money(cents: brought.cents)))
    }
    var amount = claims - adjustments.reduce(0) { $0 + $1.amount.cents }
    if amount < 0 {
      // A payment is never below nothing: what is missing is kept back from the next one.
      adjustments.append(
        ProviderAdjustment(
          code: "FB", reference: remittance.description, amount: Money(cents: amount)))
      carriedForward[payer] = (-amount, remittance)
      amount = 0
    } else {
      carriedForward[payer] = nil
    }
    let facts = try give(
      ReceiveRemittance(
        payer: SubjectReference(SimulatedPayer.all[payer].id),
        traceNumber: "EFT\(100_000 + remittanceCount)",
        method: amount == 0 ? RemittanceMethodChoice.none : .ach,
        amount: Money(cents: amount), adjustments: adjustments.isEmpty ? nil : adjustments,
        remittance: remittance), by: .biller)
    guard facts != nil else { return }
    if let brought {
      let number = (adjustments.firstIndex { $0.reference == brought.from.description } ?? 0) + 1
      try give(
        ResolveProviderAdjustment(
          remittance: remittance, number: number, settlement: .carriedForward,
          otherRemittance: brought.from), by: .biller)
    }
    for item in taken {
      try give(
        ReverseAdjudication(claim: item.sent.claim, remittance: remittance), by: .biller)
      payerInbox[payer].append((today.adding(days: 14), item.sent))
    }
    if let first = taken.first, carriedForward[payer] != nil {
      try plan(.takeBackExplained(remittance, first.sent), inDays: 1...3)
    }
    for answer in answers {
      let facts = try give(
        AdjudicateClaim(
          claim: answer.sent.claim, status: answer.status, lines: answer.lines,
          payerControlNumber: random.digits(11), remittance: remittance), by: .biller)
      if facts != nil { try follow(answer) }
    }
  }

  /// What a payer takes back, when its answer still stands and nobody else was asked since.
  private func standing(_ sent: ClaimOnItsWay) throws -> (sent: ClaimOnItsWay, cents: Int64)? {
    let account = account(sent.patient)
    guard let claim = account.claims[sent.claim.description], let answer = claim.standingAnswer,
      claim.submitted.lines.allSatisfy({
        account.charges[$0.charge]?.claim == claim.submitted.claim
      })
    else { return nil }
    return (sent, answer.paidCents)
  }

  /// Somebody asks the payer what it carried over, and writes it down.
  mutating func explain(_ remittance: EntityID, _ sent: ClaimOnItsWay) throws {
    let last = memory.history(tagged: .entity(remittance)).lazy.compactMap { recorded in
      if case .remittanceReceived(let received) = recorded.event.fact {
        received.providerLevelAdjustments.count
      } else {
        nil
      }
    }.first
    guard let last else { return }
    try give(
      ResolveProviderAdjustment(
        remittance: remittance, number: last, settlement: .recoupedClaim, claim: sent.claim),
      by: .biller)
  }

  /// The payer takes its answer back with its next payment, and gives another two weeks later.
  mutating func reverse(_ sent: ClaimOnItsWay) throws {
    takeBacks[sent.payer].append(sent)
  }

  mutating func billNextPayer(_ sent: ClaimOnItsWay) throws {
    guard let second = patients[sent.patient].secondPayer else { return }
    let claim = id(.claim)
    let facts = try give(BillNextPayer(claim: sent.claim, nextClaim: claim), by: .biller)
    guard facts != nil else { return }
    try plan(
      .claimReply(ClaimOnItsWay(claim: claim, patient: sent.patient, payer: second)),
      inDays: 1...2)
  }

  mutating func appeal(_ sent: ClaimOnItsWay) throws {
    let appeal = id(.appeal)
    let facts = try give(
      FileAppeal(claim: sent.claim, appeal: appeal), by: .biller,
      reason: "prescription, notes and outcome scores show the need")
    if facts != nil { try plan(.appealDecision(appeal, sent), inDays: 20...50) }
  }

  /// A payer that gives in takes its answer back and pays.
  mutating func decide(_ appeal: EntityID, _ sent: ClaimOnItsWay) throws {
    let isWon = random.chance(0.45)
    let facts = try give(
      DecideAppeal(appeal: appeal, outcome: isWon ? .overturned : .upheld), by: .biller)
    guard facts != nil, isWon else { return }
    var again = sent
    again.isReplacement = true
    takeBacks[sent.payer].append(again)
  }
}
