import Foundation
import Interchange
import Practice
import PracticeEvents
import TestSupport
import Testing

enum X12Fixtures {
  static let isThere = Fixtures.url("x12") != nil
  static let reason: Comment = "the outside fixtures are not on this machine"

  static func bytes(_ path: String) throws -> [UInt8] {
    let url = try #require(Fixtures.url("x12/\(path)"))
    return [UInt8](try Data(contentsOf: url))
  }

  static func names(_ folder: String) -> [String] {
    guard let url = Fixtures.url("x12/\(folder)") else { return [] }
    let names = try? FileManager.default.contentsOfDirectory(atPath: url.path)
    return (names ?? []).sorted().map { "\(folder)/\($0)" }
  }
}

/// Deterministic chance (SplitMix64, Steele et al. 2014).
struct Chance {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  mutating func below(_ count: Int) -> Int { count < 1 ? 0 : Int(next() % UInt64(count)) }

  /// The bytes cut off, or with some of them changed, left out, doubled or moved.
  mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
    var changed = bytes
    if below(4) == 0 { return Array(changed.prefix(below(changed.count))) }
    let useful = Array("*~:>^\n 0123456789.-ACEHILNPRSTVZ\u{1}".utf8) + [0, 0xFF, 0xC3]
    for _ in 0...below(4) where !changed.isEmpty {
      let place = below(changed.count)
      switch below(5) {
      case 0: changed.remove(at: place)
      case 1: changed.insert(useful[below(useful.count)], at: place)
      case 2: changed.removeSubrange(place..<min(changed.count, place + below(60)))
      case 3: changed.insert(contentsOf: changed[place..<min(changed.count, place + 60)], at: place)
      default: changed[place] = useful[below(useful.count)]
      }
    }
    return changed
  }
}

/// Writes an interchange around a transaction's segments, so that a test shows only what it is about.
enum X12Text {
  static func remittance(
    _ body: String..., amount: String, trace: String = "EFT1", payerID: String = SentClaims.payerID,
    method: String = "ACH", date: String = "20260330"
  ) -> String {
    let head = [
      "BPR*I*\(amount)*C*\(method)************\(date)", "TRN*1*\(trace)*1512345678",
      "DTM*405*20260328", "N1*PR*TEST MUTUAL*PI*\(payerID)", "N1*PE*CLINIC*XX*1234567893", "LX*1",
    ]
    return wrap("835", "HP", "005010X221A1", head + body)
  }

  static func eligibility(_ body: String..., payerID: String = SentClaims.payerID) -> String {
    let head = [
      "BHT*0022*11*A1*20260330*1200", "HL*1**20*1", "NM1*PR*2*TEST MUTUAL*****PI*\(payerID)",
      "HL*2*1*21*1", "NM1*1P*2*CLINIC*****XX*1234567893", "HL*3*2*22*0", "TRN*2*ASK-7*9123456789",
      "NM1*IL*1*RIVERA*ANA****MI*W123456", "DMG*D8*19840602*F",
    ]
    return wrap("271", "HB", "005010X279A1", head + body)
  }

  static func wrap(_ type: String, _ group: String, _ guide: String, _ body: [String]) -> String {
    let segments =
      [
        "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         "
          + "*260330*1200*^*00501*000000001*0*P*:",
        "GS*\(group)*PAYER*CLINIC*20260330*1200*1*X*\(guide)",
        "ST*\(type)*0001*\(guide)",
      ] + body + ["SE*\(body.count + 2)*0001", "GE*1*1", "IEA*1*000000001"]
    return segments.map { $0 + "~" }.joined(separator: "\n")
  }

  static func read(_ text: String) throws -> Remittance {
    try #require(try RemittanceFile(Array(text.utf8)).remittances.first)
  }

  static func readEligibility(_ text: String) throws -> Eligibility {
    try #require(try EligibilityFile(Array(text.utf8)).answers.first)
  }
}

/// A clinic in memory that posts advices.
struct PostingClinic {
  var scenario: Scenario
  let sent: SentClaims

  init(_ sent: SentClaims) throws {
    self.sent = sent
    scenario = try Scenario(at: "2026-03-31T08:00")
    try scenario.record(GivenFacts(sent.facts))
  }

  /// A clinic that sent every claim of an advice, numbered from 1, as the payer answers it.
  init(answeredBy remittance: Remittance) throws {
    var sent = SentClaims()
    for (index, claim) in remittance.claims.enumerated() {
      let lines = claim.lines.map { line in
        SentClaims.Line(
          line.procedure.uppercased(), line.modifiers, cents: line.charge.magnitude.cents,
          on: line.serviceOn?.compact ?? 2026_03_02)
      }
      sent.add(
        index + 1, lines.isEmpty ? [SentClaims.Line("97124", cents: claim.charge.cents)] : lines)
    }
    try self.init(sent)
  }

  var account: AccountState { scenario.memory.patient(sent.patient).account }

  @discardableResult
  mutating func post(_ advices: RemittanceAdvice..., hash: FileHash? = nil) throws -> [Fact] {
    try scenario.record(PostRemittance(advices: advices, fileSHA256: hash), by: .biller)
      .compactMap(\.event.fact)
  }

  @discardableResult
  mutating func post(_ text: String) throws -> [Fact] {
    try post(X12Text.read(text).advice())
  }
}

extension [Fact] {
  var adjudications: [ClaimAdjudicated] {
    compactMap { if case .claimAdjudicated(let fact) = $0 { fact } else { nil } }
  }
  var exceptions: [RemittanceExceptionRecorded] {
    compactMap { if case .remittanceExceptionRecorded(let fact) = $0 { fact } else { nil } }
  }
  var received: [RemittanceReceived] {
    compactMap { if case .remittanceReceived(let fact) = $0 { fact } else { nil } }
  }
  /// The rules by which claims were not posted.
  var rules: [String] { exceptions.flatMap { $0.reasons.map(\.rule) } }
}
