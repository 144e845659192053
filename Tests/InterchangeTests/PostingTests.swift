import Foundation
import Interchange
import Practice
import PracticeEvents
import TestSupport
import Testing

@Suite("Posting a payment advice")
struct PostingTests {
  private static let claim = SentClaims.id(1).description

  /// A clinic with claim 1 (97124 90.00, 97140-59 60.00) and claim 2 (97124 120.00).
  private func clinic() throws -> PostingClinic {
    var sent = SentClaims()
    sent.add(1, [.init("97124", cents: 90_00), .init("97140", ["59"], cents: 60_00)])
    sent.add(2, [.init("97124", cents: 120_00)])
    sent.add(3, to: SubjectID(high: 0x4003, low: 0x8003), [.init("97124", cents: 120_00)])
    return try PostingClinic(sent)
  }

  private static let first = """
    CLP*\(claim)*1*150*100.5*12.5*12*P1
    SVC*HC:97124*90*70.5**3
    DTM*472*20260302
    CAS*CO*45*7
    CAS*PR*3*12.5
    AMT*B6*83
    SVC*HC:97140*60*30**2
    CAS*CO*45*30
    LQ*HE*N130
    """

  private func segments(_ text: String) -> String {
    text.split(separator: "\n").joined(separator: "~\n")
  }

  private func advice(_ text: String, amount: String, trace: String = "EFT1") -> String {
    X12Text.remittance(segments(text), amount: amount, trace: trace)
  }

  @Test("moves every cent once: paid, adjusted, the patient's")
  func posts() throws {
    var clinic = try clinic()
    let facts = try clinic.post(advice(Self.first, amount: "100.50"))
    #expect(facts.exceptions.isEmpty)
    let received = try #require(facts.received.first)
    #expect(received.amountCents == 100_50 && received.claimsPaidCents == 100_50)
    #expect(received.claimCount == 1 && received.balanced)
    #expect(received.effectiveOn == 2026_03_30)
    let adjudicated = try #require(facts.adjudications.first)
    #expect(adjudicated.lines.map(\.allowedCents) == [83_00, 0])
    #expect(adjudicated.lines.map(\.rarc) == [[], ["N130"]])
    #expect(adjudicated.remittance == received.remittance)
    #expect(adjudicated.payerControlNumber == "P1")
    let account = clinic.account
    #expect(account.receivableCents.patient == 12_50)
    #expect(account.charges.values.reduce(0) { $0 + $1.insurancePaidCents } == 100_50)
    #expect(account.charges.values.reduce(0) { $0 + $1.adjustedCents } == 37_00)
    #expect(account.isBalanced())
    // The insurer's money is not a payment of the patient (OpenEMR 8180).
    #expect(account.payments.isEmpty)
  }

  @Test("an advice that pays nothing posts its answers, and brings no money")
  func nothingPaid() throws {
    var clinic = try clinic()
    let text = """
      CLP*\(SentClaims.id(2))*1*120*0*100*12*P2
      SVC*HC:97124*120*0
      CAS*CO*45*20
      CAS*PR*1*100
      """
    let file = X12Text.remittance(segments(text), amount: "0", method: "NON")
    let facts = try clinic.post(file)
    #expect(facts.exceptions.isEmpty && facts.adjudications.count == 1)
    let received = try #require(facts.received.first)
    #expect(received.amountCents == 0 && received.method == "NON" && received.balanced)
    #expect(clinic.account.receivableCents.patient == 100_00)
    #expect(clinic.account.isBalanced())
  }

  struct Trap: Sendable, CustomTestStringConvertible {
    var name: String
    /// In the text of the first claim.
    var replacing: String
    var with: String
    var amount = "100.50"
    /// Nil when it is posted all the same.
    var rule: String?
    var testDescription: String { name }
  }

  @Test(
    "what a payer may leave out or write otherwise is posted; what does not fit is an exception",
    arguments: [
      Trap(name: "lower case", replacing: claim, with: claim.lowercased()),
      Trap(name: "upper case", replacing: claim, with: claim.uppercased()),
      Trap(name: "amounts without zeros", replacing: "70.5**3", with: "070.500**3.0"),
      Trap(name: "the modifier", replacing: "HC:97140*60", with: "HC:97140:59*60"),
      Trap(name: "another component separator", replacing: "HC:97140*60", with: "HC>97140>59*60"),
      Trap(name: "CLP05 missing", replacing: "*12.5*12*P1", with: "**12*P1"),
      Trap(name: "a fraction of a unit", replacing: "70.5**3", with: "70.5**1.9"),
      Trap(name: "a day that is none", replacing: "472*20260302", with: "472*20002316"),
      Trap(
        name: "another code than billed", replacing: "HC:97140*60*30**2",
        with: "HC:97112*60*30**2*HC:97140"),
      Trap(name: "two reasons in one CAS", replacing: "CAS*CO*45*7", with: "CAS*CO*45*6.5**253*.5"),
      Trap(
        name: "lines in another order",
        replacing: "", with: ""),
      Trap(
        name: "an unknown claim", replacing: claim, with: "MM-1001", rule: "claim.unknown"),
      Trap(
        name: "a claim number that nobody gave", replacing: claim,
        with: SentClaims.id(77).description, rule: "claim.unknown"),
      Trap(
        name: "no claim number", replacing: "CLP*\(claim)", with: "CLP*", rule: "claim.unknown"),
      Trap(
        name: "another payer's claim", replacing: claim, with: SentClaims.id(3).description,
        rule: "claim.otherPayer"),
      Trap(
        name: "a payment that is not the sum", replacing: "", with: "", amount: "100.51",
        rule: "remittance.unbalanced"),
      Trap(
        name: "a claim that does not add up", replacing: "CAS*CO*45*7\n", with: "",
        rule: "claim.unbalanced"),
      Trap(
        name: "a reversal", replacing: "\(claim)*1*", with: "\(claim)*22*", rule: "claim.reversal"),
      Trap(
        name: "a correction group", replacing: "CAS*CO*45*7", with: "CAS*CR*45*7",
        rule: "claim.correction"),
      Trap(
        name: "a predetermination", replacing: "\(claim)*1*", with: "\(claim)*25*",
        rule: "claim.status"),
      Trap(
        name: "another procedure", replacing: "HC:97140*60", with: "HC:97110*60",
        rule: "claim.lines"),
      Trap(
        name: "another modifier", replacing: "HC:97140*60", with: "HC:97140:GP*60",
        rule: "claim.lines"),
      Trap(
        name: "another day", replacing: "472*20260302", with: "472*20260303", rule: "claim.lines"),
    ])
  func traps(_ trap: Trap) throws {
    var clinic = try clinic()
    var text = Self.first
    if trap.name == "lines in another order" {
      let parts = text.components(separatedBy: "\nSVC")
      text = parts[0] + "\nSVC" + parts[2] + "\nSVC" + parts[1]
    } else if !trap.replacing.isEmpty {
      #expect(text.contains(trap.replacing))
      text = text.replacing(trap.replacing, with: trap.with)
    }
    let facts = try clinic.post(advice(text, amount: trap.amount))
    #expect(facts.rules.first == trap.rule)
    #expect(facts.adjudications.count == (trap.rule == nil ? 1 : 0))
    #expect(clinic.account.isBalanced())
    if trap.rule != nil {
      #expect(clinic.account.charges.values.allSatisfy { $0.insurancePaidCents == 0 })
    } else {
      #expect(clinic.account.receivableCents.patient == 12_50)
    }
  }

  @Test("a claim with a wrong total, or lines that do not add up to it, is an exception")
  func totals() throws {
    var clinic = try clinic()
    let text = "CLP*\(SentClaims.id(2))*1*130*100**12*P1\nSVC*HC:97124*130*100\nCAS*CO*45*30"
    #expect(try clinic.post(advice(text, amount: "100")).rules == ["claim.charge"])
    let lines = "CLP*\(SentClaims.id(2))*1*120*90**12*P1\nSVC*HC:97124*110*90\nCAS*CO*45*30"
    #expect(
      Set(try clinic.post(advice(lines, amount: "90", trace: "EFT2")).rules) == ["claim.unbalanced"]
    )
  }

  @Test("an adjustment of the whole claim goes to its only line, and to no line of several")
  func claimLevel() throws {
    var clinic = try clinic()
    let one = """
      CLP*\(SentClaims.id(2))*1*120*70**12*P1
      CAS*CO*A2*20
      SVC*HC:97124*120*90
      CAS*PR*1*30
      """
    let facts = try clinic.post(advice(one, amount: "70"))
    #expect(facts.adjudications.map(\.paidCents) == [70_00])
    #expect(clinic.account.receivableCents.patient == 30_00)
    let several = Self.first.replacing("*100.5*12.5*", with: "*90.5*12.5*")
      .replacing("SVC*HC:97124", with: "CAS*OA*23*10\nSVC*HC:97124")
    #expect(
      try clinic.post(advice(several, amount: "90.5", trace: "EFT2")).rules == ["claim.lines"])
  }

  @Test("a denial that can be answered stays open with the insurer (OpenEMR 7186)")
  func denial() throws {
    var clinic = try clinic()
    let text =
      "CLP*\(SentClaims.id(2))*4*120*0**12*P1\nMOA***MA130\nSVC*HC:97124*120*0\nCAS*CO*197*120"
    let facts = try clinic.post(advice(text, amount: "0"))
    #expect(facts.adjudications.map(\.rarc) == [["MA130"]])
    #expect(clinic.account.receivableCents.insurance == 120_00 + 150_00 + 120_00)
    #expect(clinic.account.claims[SentClaims.id(2).description]?.status == .denied)
  }

  @Test("a second answer to a paid claim is an exception, and so is one given twice in a file")
  func twice() throws {
    var clinic = try clinic()
    let text = "CLP*\(SentClaims.id(2))*1*120*100**12*P1\nSVC*HC:97124*120*100\nCAS*CO*45*20"
    let both = try clinic.post(advice(text + "\n" + text, amount: "200"))
    #expect(both.rules == ["claim.repeated", "claim.repeated"])
    #expect(try clinic.post(advice(text, amount: "100", trace: "EFT2")).adjudications.count == 1)
    #expect(
      try clinic.post(advice(text, amount: "100", trace: "EFT3")).rules == ["claim.notAnswerable"])
  }

  @Test("a file, a trace number and a claim are each taken once")
  func once() throws {
    var clinic = try clinic()
    let advice = try X12Text.read(advice(Self.first, amount: "100.50")).advice()
    let hash = try FileHash(FileHash.example)
    try clinic.post(advice, hash: hash)
    let before = clinic.scenario.memory.count
    let again = try clinic.scenario.refusal(
      of: PostRemittance(advices: [advice], fileSHA256: hash))
    #expect(again.rule == PostRemittance.repeatRule && again.evidence.count == 1)
    #expect(
      try clinic.scenario.refusal(of: PostRemittance(advices: [advice])).rule
        == "remittance.duplicate")
    var other = advice
    other.traceNumber = "EFT9"
    #expect(
      try clinic.scenario.refusal(of: PostRemittance(advices: [other, other])).rule
        == "remittance.duplicate")
    #expect(clinic.scenario.memory.count == before)
  }

  @Test("a provider-level adjustment reduces the payment and touches no claim")
  func providerLevel() throws {
    var clinic = try clinic()
    let text = Self.first + "\nPLB*1234567893*20261231*WO:OLD*60*L6*-1.37"
    let facts = try clinic.post(advice(text, amount: "41.87"))
    #expect(facts.adjudications.count == 1)
    let adjustments = facts.received.first?.providerLevelAdjustments ?? []
    #expect(adjustments.map(\.amountCents) == [60_00, -1_37])
    #expect(adjustments.map(\.reference) == ["OLD", ""])
  }

  @Test("more than an advice paid for claims is never posted from it, by hand either")
  func exceeded() throws {
    var clinic = try clinic()
    let unknown = "CLP*OTHER*1*50*50**12*P2\nSVC*HC:97124*50*50"
    let facts = try clinic.post(advice(Self.first + "\n" + unknown, amount: "150.50"))
    let remittance = try EntityID(try #require(facts.received.first).remittance)
    let charge = try #require(
      clinic.account.claims[SentClaims.id(2).description]?.submitted.lines.first?.charge)
    func answer(_ paid: String) throws -> AdjudicateClaim {
      let paid = try Money(paid)
      return AdjudicateClaim(
        claim: SentClaims.id(2), status: 1,
        lines: [
          LineAnswer(
            charge: try EntityID(charge), paid: paid,
            adjustments: [
              LineAdjustment(group: .co, carc: "45", amount: Money(cents: 120_00) - paid)
            ])
        ], remittance: remittance)
    }
    #expect(try clinic.scenario.refusal(of: answer("50.01")).rule == "remittance.exceeded")
    try clinic.scenario.record(answer("50.00"))
    try clinic.scenario.record(
      ReverseAdjudication(claim: SentClaims.id(2), remittance: remittance))
    try clinic.scenario.record(answer("50.00"))
  }

  @Test("an exception is resolved once: by posting it, or with a reason")
  func resolution() throws {
    var clinic = try clinic()
    let text = Self.first.replacing("\(Self.claim)*1*", with: "\(Self.claim)*22*")
    let facts = try clinic.post(advice(text, amount: "100.50"))
    let exception = try EntityID(try #require(facts.exceptions.first).exception)
    func resolve(_ how: RemittanceResolutionChoice) -> ResolveRemittanceException {
      ResolveRemittanceException(exception: exception, resolution: how)
    }
    #expect(try clinic.scenario.refusal(of: resolve(.posted)).rule == "remittance.notPosted")
    #expect(try clinic.scenario.refusal(of: resolve(.disputed)).rule == "reason")
    try clinic.scenario.record(resolve(.disputed), by: .biller, reason: "the payer sends it anew")
    #expect(
      try clinic.scenario.refusal(of: resolve(.notOurs), reason: "again").rule
        == "remittance.resolved")
    let none = ResolveRemittanceException(
      exception: EntityID.make(.remittanceException, random: 1), resolution: .posted)
    #expect(try clinic.scenario.refusal(of: none).rule == "reference.unknown")
  }

  @Test("only those who bill may post")
  func roles() throws {
    var clinic = try clinic()
    let advice = try X12Text.read(advice(Self.first, amount: "100.50")).advice()
    #expect(
      try clinic.scenario.refusal(of: PostRemittance(advices: [advice]), by: .frontDesk).rule
        == "role")
  }

  @Test("however a file is damaged, what is posted adds up to the payment and to the claims")
  func damaged() throws {
    let clinic = try clinic()
    let second = "CLP*\(SentClaims.id(2))*4*120*0**12*P1\nSVC*HC:97124*120*0\nCAS*CO*197*120"
    let bytes = Array(
      advice(
        Self.first + "\n" + second + "\nPLB*1234567893*20261231*WO:OLD*60", amount: "40.50"
      ).utf8)
    var chance = Chance(835)
    var (posted, excepted, refused) = (0, 0, 0)
    for _ in 0..<4_000 {
      let damaged = chance.mutate(bytes)
      do {
        let file = try RemittanceFile(damaged)
        var copy = clinic
        let facts = try copy.scenario.record(
          PostRemittance(
            advices: file.remittances.map {
              $0.advice(payer: SubjectReference(SentClaims.payerID))
            })
        ).compactMap(\.event.fact)
        check(facts, copy.account)
        posted += facts.adjudications.isEmpty ? 0 : 1
        excepted += facts.exceptions.isEmpty ? 0 : 1
      } catch is X12Error {
        refused += 1
      } catch is Refusal {
        refused += 1
      }
    }
    #expect(posted > 20 && excepted > 100 && refused > 1_000, "\(posted) \(excepted) \(refused)")
  }

  private func check(_ facts: [Fact], _ account: AccountState) {
    for received in facts.received {
      let ofIt = facts.adjudications.filter { $0.remittance == received.remittance }
      let others = facts.exceptions.filter { $0.remittance == received.remittance }
      #expect(Int(received.claimCount) == ofIt.count + others.count)
      guard !ofIt.isEmpty else { continue }
      #expect(received.balanced)
      let paid =
        ofIt.reduce(0) { $0 + $1.paidCents } + others.reduce(0) { $0 + $1.paidCents }
      let adjusted = received.providerLevelAdjustments.reduce(0) { $0 + $1.amountCents }
      #expect(received.amountCents == paid - adjusted)
    }
    for adjudicated in facts.adjudications {
      let claim = account.claims[adjudicated.claim]?.submitted
      #expect(adjudicated.chargeCents == claim?.totalCents)
      #expect(claim?.payer == SentClaims().payer.description)
      for line in adjudicated.lines {
        let adjusted = line.adjustments.reduce(0) { $0 + $1.amountCents }
        #expect(line.paidCents == line.chargeCents - adjusted)
      }
    }
    #expect(account.isBalanced())
  }
}
