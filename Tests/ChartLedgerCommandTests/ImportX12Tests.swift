import Foundation
import Testing

@Suite("chartledger import 835 and 271")
struct ImportX12CommandTests {
  private static let head =
    "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *260330*1200*^*00501"
    + "*000000001*0*P*:~"

  private static let advice =
    head + """
      GS*HP*P*C*20260330*1200*1*X*005010X221A1~
      ST*835*1~
      BPR*I*80*C*ACH************20260330~
      TRN*1*EFT1*1512345678~
      N1*PR*TEST MUTUAL*PI*60054~
      N1*PE*CLINIC~
      CLP*MM-1001*1*100*80**12*P1~
      SVC*HC:97124*100*80~
      CAS*CO*45*20~
      SE*9*1~
      GE*1*1~
      IEA*1*000000001~
      """

  private func clinic() throws -> Tool {
    let tool = try Tool()
    try tool.establish()
    let made = try tool.run(
      "record", "register-payer", "--payer-name", "Test Mutual", "--payer-id", "60054", "--type",
      "commercial")
    #expect(made.exitCode == 0, "\(made.errors)")
    return tool
  }

  @Test("an advice is recorded once, its unknown claim is listed, and a dry run records nothing")
  func once() throws {
    let tool = try clinic()
    defer { tool.cleanUp() }
    let before = try tool.eventCount()
    let rehearsed = try tool.run("import", "835", "-", "--dry-run", input: Self.advice)
    #expect(rehearsed.exitCode == 0 && rehearsed.errors.contains("would record 2 events"))
    #expect(try tool.eventCount() == before)

    let first = try tool.run("import", "835", "-", "--format", "csv", input: Self.advice)
    #expect(first.exitCode == 0, "\(first.errors)")
    #expect(
      first.lines.last?.hasPrefix("MM-1001,1,100.00,80.00,0.00,exception,claim.unknown") == true)
    #expect(first.errors.contains("note: "))
    #expect(try tool.eventCount() == before + 2)
    let second = try tool.run("import", "835", "-", input: Self.advice)
    #expect(second.exitCode == 0 && second.errors.contains("already imported on "))
    #expect(second.errors.contains("position \(before + 1);"))
    #expect(try tool.eventCount() == before + 2)

    let report = try tool.run("report", "remit.exceptions", "--format", "csv")
    #expect(report.output.contains("MM-1001"), "\(report.errors)")
    let exception = try #require(first.lines.last?.split(separator: ",").last)
    let resolved = try tool.run(
      "record", "resolve-remittance-exception", "--exception", String(exception), "--resolution",
      "notOurs", "--reason", "another clinic's")
    #expect(resolved.exitCode == 0, "\(resolved.errors)")
    #expect(try !tool.run("report", "remit.exceptions").output.contains("MM-1001"))
    #expect(try tool.run("doctor").exitCode == 0)
  }

  @Test(
    "a file that is no advice is refused, with its place and without recording anything",
    arguments: [
      (advice.replacing("ST*835", with: "ST*837"), "a claim (837)"),
      (advice.replacing("SE*9*1~\n", with: ""), "SE"),
      (advice.replacing("*100*80**", with: "*1OO*80**"), "segment 8, line 7, CLP03"),
      (String(advice.prefix(300)), "cut off"), ("PK\u{3}\u{4}", "no X12"),
      (advice.replacing("60054", with: "99"), "--payer"),
    ])
  func refused(text: String, says: String) throws {
    let tool = try clinic()
    defer { tool.cleanUp() }
    let before = try tool.eventCount()
    let result = try tool.run("import", "835", "-", input: text)
    #expect(result.exitCode == 65)
    #expect(result.errors.contains(says), "\(result.errors)")
    #expect(try tool.eventCount() == before)
  }

  @Test("an answer about coverage is recorded for the member, once")
  func eligibility() throws {
    let tool = try clinic()
    defer { tool.cleanUp() }
    for command in [
      [
        "register-patient", "--mrn", "P-1", "--family-name", "Rivera", "--given-name", "Ana",
        "--born-on", "1984-06-02",
      ],
      [
        "add-coverage", "--patient", "P-1", "--payer", "60054", "--member-id", "W123",
        "--effective-from", "2026-01-01",
      ],
    ] {
      let made = try Tool.run(
        Tool.executable, ["record"] + command, in: tool.folder,
        environment: ["CHARTLEDGER_DATA": tool.data.path, "CHARTLEDGER_BY": "dana:supervisor"])
      #expect(made.exitCode == 0, "\(made.errors)")
    }
    let day = String(
      ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: -86_400)).prefix(10)
    )
    .replacing("-", with: "")
    let text =
      Self.head + """
        GS*HB*P*C*20260330*1200*1*X*005010X279A1~
        ST*271*1*005010X279A1~
        BHT*0022*11*A1*\(day)*1200~
        HL*1**20*1~
        NM1*PR*2*TEST MUTUAL*****PI*60054~
        HL*2*1*21*1~
        NM1*1P*2*CLINIC*****XX*1234567893~
        HL*3*2*22*0~
        NM1*IL*1*RIVERA*ANA****MI*W123~
        EB*1**30~
        SE*10*1~
        GE*1*1~
        IEA*1*000000001~
        """
    let before = try tool.eventCount()
    let first = try tool.run("import", "271", "-", input: text)
    #expect(first.exitCode == 0, "\(first.errors)")
    #expect(first.output.contains("InsuranceVerified"))
    #expect(first.errors.contains("nothing was said about massage"))
    #expect(try tool.run("import", "271", "-", input: text).errors.contains("already imported"))
    #expect(try tool.eventCount() == before + 1)
    let stranger = try tool.run(
      "import", "271", "-", input: text.replacing("W123", with: "W999"))
    #expect(stranger.exitCode == 65 && stranger.errors.contains("member id"))
  }
}
