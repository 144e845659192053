import Foundation
import Testing

@Suite("Calculators and tables")
struct ExplainTests {
  @Test(
    "a calculator needs no data and says what is invalid with its exit code",
    arguments: [
      (["units", "--rule", "cms8", "97110:33", "97140:7"], 0, "units\":1"),
      (["units", "--rule", "ama", "97110:33", "97140:7"], 0, "billed: 2 units"),
      (["units", "97140:75", "--cap", "4"], 0, "dropped\":1"),
      (["units", "97124:8", "97140:8", "--units-to", "2"], 0, "tied\":true"),
      (["units", "97124:60", "--units-to", "1"], 64, ""), (["units", "9712:60"], 65, ""),
      (["units", "S8950:15"], 65, ""), (["units", "--rule", "cms9", "97124:8"], 64, ""),
      (["npi", "1234567893"], 0, "valid\":true"), (["npi", "1253695747"], 65, ""),
      (["icd10", "M54.2", "--on", "2026-03-11"], 0, "verdict\":\"billable"),
      (["icd10", "M54.5", "--on", "2026-03-11"], 6, "M54.59"),
      (["icd10", "M54.5", "--on", "2021-09-30"], 0, "billable"),
      (["icd10", "M25.511", "--side", "L", "--on", "2026-03-11"], 0, "sideAgrees\":false"),
      (["icd10", "M5"], 65, ""),
      (["icd10", "M54.2", "M79.18", "--on", "2026-03-11"], 0, "code\":\"M79.18"),
      (["icd10", "M54.2", "M54.5", "--on", "2026-03-11"], 6, "code\":\"M54.2"),
      (["units", "97014:40"], 0, "units\":1"),
    ] as [([String], Int32, String)])
  func calculators(_ arguments: [String], _ exit: Int32, _ mentions: String) throws {
    let tool = try Tool()
    defer { tool.cleanUp() }
    let result = try Tool.run(
      Tool.executable, ["explain"] + arguments + ["--format", "json"], in: tool.folder)
    #expect(result.exitCode == exit, "\(result.errors)")
    let compact = result.output.replacing(": ", with: ":")
    #expect(mentions.isEmpty || compact.contains(mentions.replacing(": ", with: ":")), "\(compact)")
    #expect(exit == 0 || result.errors.hasPrefix("chartledger: error: "))
  }

  @Test("a file of rules or codes is taken as a whole, or refused with the line at fault")
  func files() throws {
    let tool = try Tool()
    defer { tool.cleanUp() }
    try tool.establish()
    let before = try tool.eventCount()
    let header = "table,key,value,effectiveFrom,source\n"
    let good = "billing,sales-tax-rate,7000,2027-01-01,owner\n"
    for (text, line) in [
      (header + good + "billing,instalment-grace-days,x,2027-01-01,owner\n", "line 3"),
      (header + good + "\nbilling,no-such-rule,1,2027-01-01,owner\n", "line 4"),
      (header + good + "billing,instalment-grace-days,1\n", "line 3"),
      (header + "billing,instalment-grace-days,1,2027-02-30,owner\n", "line 2"),
      (header + "billing,\"x,1,2027-01-01,owner\n", "line 2"),
      ("table,key\n", "line 1"),
    ] {
      let result = try tool.run("import", "rules", "-", "--version", "v", input: text)
      #expect(result.exitCode == 65 && result.errors.contains(line), "\(result.errors)")
    }
    let codes = [
      "import", "codes", "-", "--version", "FY2027", "--effective-from", "2026-10-01", "--source",
      "CMS",
    ]
    func importCodes(_ text: String) throws -> Tool.Result {
      try Tool.run(
        Tool.executable, codes, in: tool.folder, input: text,
        environment: [
          "CHARTLEDGER_DATA": tool.data.path, "CHARTLEDGER_BY": "dana:supervisor",
        ])
    }
    for (text, line) in [
      ("code,billable,label\nM54.2,true,Neck\nM54.I,true,x\n", "line 3"),
      ("code,billable,label\nM54.2,maybe,Neck\n", "line 2"),
      ("code,billable,label\nM54.2,true,Neck\n\nM54.2,true,Neck\n", "line 4"),
    ] {
      let result = try importCodes(text)
      #expect(result.exitCode == 65 && result.errors.contains(line), "\(result.errors)")
    }
    #expect(try tool.eventCount() == before)

    #expect(
      try tool.run("import", "rules", "-", "--version", "v", input: header + good).exitCode == 0)
    let taken = try importCodes(
      "code,billable,label\r\nM54.2,false,\"Neck, old\"\r\nM54.21,true,N\r\n")
    #expect(taken.exitCode == 0, "\(taken.errors)")
    let asked = try tool.run(
      "explain", "icd10", "M54.2", "--on", "2026-10-01", "--data", tool.data.path)
    #expect(asked.exitCode == 6 && asked.output.contains("FY2027"), "\(asked.output)")
    #expect(
      try tool.run("explain", "icd10", "M54.2", "--on", "2026-09-30", "--data", tool.data.path)
        .exitCode == 0)
    #expect(try tool.run("log", "verify").exitCode == 0)
  }
}
