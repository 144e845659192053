import Interchange
import Practice
import PracticeEvents
import TestSupport
import Testing

@Suite("Acknowledgements of claims")
struct AcknowledgementTests {
  static let claim = SentClaims.id(1).description

  static func answered(
    _ status: String = "A2:20", claim: String = AcknowledgementTests.claim, amount: String = "150"
  ) -> String {
    X12Text.wrap(
      "277", "HN", "005010X214",
      [
        "BHT*0085*08*1*20260320*1200*TH", "HL*1**20*1", "NM1*PR*2*TEST MUTUAL*****PI*60054",
        "TRN*1*1", "HL*2*1*21*1", "NM1*41*2*CLINIC*****46*ETIN", "TRN*2*1",
        "STC*A1:20*20260320*WQ*150", "HL*3*2*19*1", "NM1*85*2*CLINIC*****XX*1234567893",
        "TRN*1*0", "STC*A1:20**WQ*150", "HL*4*3*PT", "NM1*QC*1*RIVERA*ANA****MI*W1",
        "TRN*2*\(claim)", "STC*\(status)*20260320*WQ*\(amount)", "REF*1K*PCN9",
        "DTP*472*D8*20260302",
      ])
  }

  private static func read(_ text: String) throws -> ClaimAcknowledgementFile {
    try ClaimAcknowledgementFile(Array(text.utf8))
  }

  private func clinic() throws -> PostingClinic {
    var sent = SentClaims()
    sent.add(1, [.init("97124", cents: 90_00), .init("97140", ["59"], cents: 60_00)])
    sent.add(2, [.init("97124", cents: 120_00)])
    return try PostingClinic(sent)
  }

  private func record(
    _ text: String, _ clinic: inout PostingClinic
  ) throws -> [Fact] {
    try clinic.scenario.record(
      RecordAcknowledgements(claims: Self.read(text).claims), by: .biller
    ).compactMap(\.event.fact)
  }

  @Test("one that is accepted says so, with the payer's number and the day")
  func accepted() throws {
    var clinic = try clinic()
    let facts = try record(Self.answered(), &clinic)
    guard case .claimAcknowledged(let fact) = facts.first else {
      Issue.record("it is not acknowledged")
      return
    }
    #expect(fact.category == "A2" && fact.payerControlNumber == "PCN9")
    #expect(fact.acknowledgedOn == 2026_03_20)
    #expect(clinic.account.claims[Self.claim]?.status == .acknowledged)
  }

  @Test(
    "one that is rejected frees its charges for a new original",
    arguments: ["A3:21", "A6:562:85", "A7:562", "A8:187", "A4:35"])
  func rejected(status: String) throws {
    var clinic = try clinic()
    let facts = try record(Self.answered(status), &clinic)
    guard case .claimRejectedFrontEnd(let fact) = facts.first else {
      Issue.record("it is not rejected")
      return
    }
    #expect("\(fact.category):\(fact.statusCode)" == status)
    #expect(clinic.account.charges.values.filter { $0.claim == Self.claim }.isEmpty)
  }

  @Test("one that the payer works on is a status, not a receipt", arguments: ["P1:3", "R4:297"])
  func pended(status: String) throws {
    var clinic = try clinic()
    let facts = try record(Self.answered(status), &clinic)
    guard case .claimStatusReceived = facts.first else {
      Issue.record("it is no status")
      return
    }
    #expect(clinic.account.claims[Self.claim]?.status == .submitted)
  }

  @Test("what is about no claim of ours, or says nothing new, is refused")
  func refused() throws {
    var clinic = try clinic()
    func rule(_ text: String) throws -> String {
      try clinic.scenario.refusal(
        of: RecordAcknowledgements(claims: Self.read(text).claims), by: .biller
      ).rule
    }
    #expect(try rule(Self.answered(claim: "5781")) == "acknowledgement.unknown")
    _ = try record(Self.answered("A7:562"), &clinic)
    #expect(try rule(Self.answered()) == "acknowledgement.nothing")
    #expect(try rule(Self.answered("Z9")) == "acknowledgement.nothing")
    #expect(
      try clinic.scenario.refusal(of: RecordAcknowledgements(), by: .biller).rule
        == "acknowledgement.unknown")
  }

  @Test("a 999 speaks for every claim of the file with its control number")
  func wholeFile() throws {
    var clinic = try clinic()
    let hash = try FileHash(FileHash.example)
    func send(_ control: String, _ claims: [Int]) -> SendClaimBatch {
      SendClaimBatch(
        claims: claims.map { SentClaims.id($0) }, interchangeControl: control,
        groupControl: control, setControl: "0001", fileSHA256: hash)
    }
    try clinic.scenario.record(send("17", [1, 2]), by: .biller)
    #expect(
      try clinic.scenario.refusal(of: send("17", [1]), by: .biller).rule == "batch.control")
    #expect(try clinic.scenario.refusal(of: send("18", []), by: .biller).rule == "claim.charges")
    func answer(_ segments: String...) throws -> [FileAcknowledgement] {
      try ImplementationAcknowledgementFile(
        Array(X12Text.wrap("999", "FA", "005010X231A1", segments).utf8)
      ).files
    }
    let taken = try answer("AK1*HC*17*005010X222A1", "AK2*837*0001", "IK5*A", "AK9*A*1*1*1")
    #expect(taken.map(\.code) == ["A"] && taken.map(\.groupControl) == ["17"])
    let facts = try clinic.scenario.record(RecordAcknowledgements(files: taken), by: .biller)
    #expect(facts.count == 2)
    #expect(clinic.account.claims.values.allSatisfy { $0.status == .acknowledged })
    let back = try answer(
      "AK1*HC*17*005010X222A1", "AK2*837*0001", "IK3*NM1*17**8", "IK4*9**1", "IK5*R*5",
      "AK9*R*1*1*0")
    #expect(back.first?.code == "R")
    #expect(back.first?.detail == "IK3 NM1 17 8, IK4 9, IK5 5")
    try clinic.scenario.record(RecordAcknowledgements(files: back), by: .biller)
    #expect(clinic.account.claims.values.allSatisfy { $0.status == .rejected })
    let unknown = try answer("AK1*HC*99*005010X222A1", "AK9*A*1*1*1")
    #expect(
      try clinic.scenario.refusal(of: RecordAcknowledgements(files: unknown), by: .biller).rule
        == "acknowledgement.unknown")
  }

  @Test(
    "a damaged file is refused whole, with its place",
    arguments: [
      (Self.answered().replacing("STC*A2:20*", with: "STC**"), "STC01"),
      (Self.answered().replacing("HL*4*3*PT", with: "HL*4*3*99"), "HL03"),
      (Self.answered().replacing("TRN*2*\(claim)", with: "TRN*2*"), "TRN02"),
      (Self.answered(amount: "1OO"), "STC04"), (String(Self.answered().prefix(500)), "cut off"),
      (Self.answered().replacing("ST*277", with: "ST*835"), "ST01"),
      (Self.answered().replacing("TRN*2*\(claim)", with: "TRN*1*0"), "STC"),
    ])
  func damaged(text: String, place: String) {
    let error = #expect(throws: X12Error.self) { try Self.read(text) }
    #expect(error?.description.contains(place) == true, "\(String(describing: error))")
  }

  @Test("another clinic's file is refused with its place; its own and a therapist's are not")
  func another() throws {
    let provider = try #require(try Self.read(Self.answered()).billingProviders.first)
    #expect(provider.npi == "1234567893")
    try provider.require(npis: ["1234567893", "1245319599"])
    try provider.require(npis: [])
    let error = #expect(throws: X12Error.self) { try provider.require(npis: ["1245319599"]) }
    #expect(error?.place == "NM109" && error?.segment == 13)

    let advice = try X12Text.read(X12Text.remittance(amount: "0"))
    let payee = try #require(advice.payeeNumbers)
    #expect(throws: X12Error.self) { try payee.require(npis: ["1245319599"]) }
    let taxed = X12Text.remittance(amount: "0").replacing(
      "*XX*1234567893", with: "*FI*12-3456789")
    let number = try #require(try X12Text.read(taxed).payeeNumbers)
    try number.require(npis: ["1245319599"], taxIDs: ["123456789"])
    #expect(throws: X12Error.self) { try number.require(npis: [], taxIDs: ["987654321"]) }
  }

  @Test(
    "a control number that stands twice in a file refuses it whole",
    arguments: [("ISA13", 0), ("GS06", 1), ("ST02", 2)])
  func controlNumbers(place: String, kind: Int) {
    let text = X12Text.remittance(amount: "0")
    let segments = text.split(separator: "\n").map(String.init)
    let twice: [String]
    switch kind {
    case 0: twice = segments + segments
    case 1: twice = Array(segments.dropLast()) + segments.dropFirst()
    default:
      twice = Array(segments.dropLast(2)) + segments.dropFirst(2)
    }
    let error = #expect(throws: X12Error.self) {
      try RemittanceFile(Array(twice.joined(separator: "\n").utf8))
    }
    #expect(error?.description.contains(place) == true, "\(String(describing: error))")
  }
}

@Suite("Acknowledgements of others", .enabled(if: X12Fixtures.isThere, X12Fixtures.reason))
struct AcknowledgementFixtureTests {
  @Test(
    "277CA files are read",
    arguments: [
      ("x12_277CA_accepted", "5781", "A2", "20"),
      ("x12_277CA_rejected", "3920394930203", "A7", "562:85"),
    ])
  func claims(file: String, reference: String, category: String, status: String) throws {
    let read = try ClaimAcknowledgementFile(X12Fixtures.bytes("277-999/\(file).txt"))
    #expect(read.claims.map(\.reference) == [reference])
    #expect(read.claims.map(\.category) == [category])
    #expect(read.claims.map(\.statusCode) == [status])
    #expect(read.claims.first?.statedOn == (try CivilDate("2011-03-11")))
  }

  @Test(
    "999 files are read",
    arguments: [("x12_999_accepted", "17456", "A"), ("x12_999_rejected", "28", "R")])
  func files(file: String, control: String, code: String) throws {
    let read = try ImplementationAcknowledgementFile(X12Fixtures.bytes("277-999/\(file).txt"))
    #expect(read.files.map(\.groupControl) == [control])
    #expect(read.files.map(\.code) == [code])
  }

  @Test("every file of others is of one of the two kinds")
  func complete() {
    #expect(X12Fixtures.names("277-999").count == 4)
  }
}

@Suite("Exceptions of an advice that a person posts")
struct ExceptionPostingTests {
  /// A claim of 120.00 that was paid 48.00: CO-45 20.00, PR-1 40.00, PR-2 12.00.
  private func clinic() throws -> PostingClinic {
    var sent = SentClaims()
    sent.add(3, [.init("97140", cents: 120_00)])
    var clinic = try PostingClinic(sent)
    try clinic.post(
      X12Text.remittance(
        "CLP*\(SentClaims.id(3))*1*120*48*52*12*P1", "SVC*HC:97140*120*48", "CAS*CO*45*20",
        "CAS*PR*1*40", "CAS*PR*2*12", amount: "48"))
    return clinic
  }

  private static let reversal = [
    "CLP*\(SentClaims.id(3))*22*-120*-48**12*P1", "SVC*HC:97140*-120*-48", "CAS*CO*45*-20",
    "CAS*PR*1*-40", "CAS*PR*2*-12",
  ]
  private static let correction = [
    "CLP*\(SentClaims.id(3))*1*120*80*20*12*P2", "SVC*HC:97140*120*80", "CAS*CO*45*20",
    "CAS*PR*2*20",
  ]

  private func post(
    _ body: [String], amount: String, _ clinic: inout PostingClinic
  ) throws -> [Fact] {
    try clinic.post(
      X12Text.remittance(body.joined(separator: "~\n"), amount: amount, trace: "EFT2"))
  }

  @Test("a reversal nets its answer to zero, and the new answer then holds")
  func reversal() throws {
    var clinic = try clinic()
    let facts = try post(Self.reversal + Self.correction, amount: "32", &clinic)
    let exceptions = try facts.exceptions.map { try EntityID($0.exception) }
    #expect(exceptions.count == 2 && facts.adjudications.isEmpty)
    // The new answer cannot go first.
    let early = try clinic.scenario.refusal(
      of: PostRemittanceException(exception: exceptions[1]), by: .biller)
    #expect(early.rule == "remittance.exceeded")
    try clinic.scenario.record(PostRemittanceException(exception: exceptions[0]), by: .biller)
    #expect(clinic.account.receivableCents == (insurance: 120_00, patient: 0))
    #expect(clinic.account.charges.values.allSatisfy { $0.insurancePaidCents == 0 })
    try clinic.scenario.record(PostRemittanceException(exception: exceptions[1]), by: .biller)
    #expect(clinic.account.receivableCents == (insurance: 0, patient: 20_00))
    #expect(clinic.account.charges.values.reduce(0) { $0 + $1.insurancePaidCents } == 80_00)
    #expect(clinic.account.isBalanced())
    for exception in exceptions {
      #expect(
        try clinic.scenario.refusal(
          of: PostRemittanceException(exception: exception), by: .biller
        ).rule == "remittance.resolved")
    }
  }

  @Test("after the patient paid, a reversal leaves the money as credit")
  func credit() throws {
    var clinic = try clinic()
    try clinic.scenario.record(
      TakePayment(
        patient: SubjectReference("T-1"), amount: Money("52.00"), method: .card, apply: .oldest),
      by: .frontDesk)
    let facts = try post(Self.reversal, amount: "0", &clinic)
    // The payer takes back more than it pays: the advice does not balance without an adjustment.
    #expect(facts.received.first?.balanced == false)
    let exception = try EntityID(#require(facts.exceptions.first).exception)
    try clinic.scenario.record(PostRemittanceException(exception: exception), by: .biller)
    #expect(clinic.account.unappliedCents == 52_00)
    #expect(clinic.account.receivableCents == (insurance: 120_00, patient: 0))
    #expect(clinic.account.isBalanced())
  }

  @Test(
    "a reversal that is not the standing answer's exact opposite is refused",
    arguments: [("-48*", "-47*"), ("CAS*PR*1*-40", "CAS*PR*3*-40")])
  func differs(what: String, with: String) throws {
    var clinic = try clinic()
    let text = Self.reversal.joined(separator: "\n").replacing(what, with: with)
    let facts = try post(
      text.split(separator: "\n").map(String.init), amount: "0", &clinic)
    let exception = try EntityID(#require(facts.exceptions.first).exception)
    #expect(
      try clinic.scenario.refusal(
        of: PostRemittanceException(exception: exception), by: .biller
      ).rule == "claim.reversalDiffers")
  }

  @Test("a claim under another number is posted when a person says which is meant")
  func renamed() throws {
    var sent = SentClaims()
    sent.add(3, [.init("97140", cents: 120_00)])
    var clinic = try PostingClinic(sent)
    let facts = try clinic.post(
      X12Text.remittance(
        "CLP*MM-1003*1*120*100**12*P1", "SVC*HC:97140*120*100", "CAS*CO*45*20", amount: "100"))
    let exception = try EntityID(#require(facts.exceptions.first).exception)
    #expect(
      try clinic.scenario.refusal(
        of: PostRemittanceException(exception: exception), by: .biller
      ).rule == "claim.unknown")
    try clinic.scenario.record(
      PostRemittanceException(exception: exception, claim: SentClaims.id(3)), by: .biller)
    #expect(clinic.account.balanceCents == 0)
  }
}
