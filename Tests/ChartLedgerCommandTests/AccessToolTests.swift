import Foundation
import Testing

@Suite("Reading on the command line is recorded")
struct AccessToolTests {
  private func clinic() throws -> Tool {
    let tool = try Tool()
    try tool.establish()
    let registered = try tool.run(
      "record", "register-patient", "--mrn", "P-1", "--family-name", "Rivera", "--given-name",
      "Ana", "--born-on", "1984-06-02")
    guard registered.exitCode == 0 else { throw ToolFailure(registered.errors) }
    return tool
  }

  /// What `audit access` lists, as CSV rows; its own reading comes after.
  private func readings(_ tool: Tool) throws -> [String] {
    Array(try tool.run("audit", "access", "--format", "csv").lines.dropFirst())
  }

  @Test("every verb that shows patient data leaves one record, with who and what for")
  func everyVerb() throws {
    let tool = try clinic()
    defer { tool.cleanUp() }
    let now = Date().formatted(
      Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    let verbs: [[String]] = [
      ["report", "ready"], ["report", "balance.patient", "--patient", "P-1"],
      ["explain", "balance", "P-1"], ["audit", "patient", "P-1"],
      ["audit", "state", "--patient", "P-1"],
      ["audit", "user", "dana"], ["audit", "late"], ["audit", "amendments"],
      ["audit", "edited-after-request"], ["audit", "diff", "0", now, "--patient", "P-1"],
      ["log", "show"], ["log", "follow", "--from", "1", "--limit", "1"], ["export", "events"],
    ]
    let names = [
      "ready", "balance.patient", "balance.explain", "audit.patient", "audit.state", "audit.user",
      "audit.late", "audit.amendments", "audit.edited-after-request", "audit.diff", "log.show",
      "log.follow", "export.events",
    ]
    for verb in verbs {
      let arguments = verb + ["--purpose", "legal"]
      let result = try Tool.run(
        Tool.executable, arguments, in: tool.folder,
        environment: ["CHARTLEDGER_DATA": tool.data.path, "CHARTLEDGER_BY": "ida:auditor"])
      #expect(result.exitCode == 0, "\(verb): \(result.errors)")
    }
    let found = try readings(tool)
    #expect(found.count == names.count)
    for (row, name) in zip(found, names) {
      #expect(row.contains(",ida,auditor,command line,\(name),"), "\(row)")
      #expect(row.contains(",legal,"))
      #expect(!row.contains("Rivera"))
    }
    #expect(try tool.run("log", "verify", "--access").exitCode == 0)
  }

  @Test(
    "a role that may not read is refused, and that is recorded; nobody named is whoever runs it")
  func roles() throws {
    let tool = try clinic()
    defer { tool.cleanUp() }
    let refused = try tool.run("audit", "patient", "P-1", by: "flo:front-desk")
    #expect(refused.exitCode == 4)
    #expect(refused.output.isEmpty)
    #expect(try tool.run("log", "show", by: "flo:front-desk").exitCode == 4)
    #expect(
      try tool.run("audit", "diff", "0", "1", "--patient", "P-1", by: "flo:front-desk").exitCode
        == 4)
    #expect(try tool.run("report", "ready", by: "").exitCode == 0)
    #expect(try tool.run("report", "ready", "--purpose", "fun").exitCode == 64)
    let found = try readings(tool)
    #expect(found.count == 4)
    #expect(found.prefix(3).allSatisfy { $0.contains("may not read") })
    #expect(found.last?.contains(",\(NSUserName()),system,") == true)
  }

  @Test("when it cannot be recorded, nothing is shown; recording goes on")
  func unwritable() throws {
    let tool = try clinic()
    defer { tool.cleanUp() }
    try Data("in the way".utf8).write(to: tool.data.appending(path: "access"))
    for verb in [["audit", "patient", "P-1"], ["log", "show"], ["export", "events"]] {
      let result = try Tool.run(
        Tool.executable, verb, in: tool.folder,
        environment: ["CHARTLEDGER_DATA": tool.data.path, "CHARTLEDGER_BY": "ida:auditor"])
      #expect(result.exitCode == 74)
      #expect(result.output.isEmpty)
      #expect(result.errors.contains("nothing is shown"))
    }
    #expect(
      try tool.run("record", "sign-consent", "--patient", "P-1", "--kind", "treatment").exitCode
        == 0)
  }

  @Test("a difference is told with the events that made it, as a table and as JSON")
  func difference() throws {
    let tool = try clinic()
    defer { tool.cleanUp() }
    let before = try tool.eventCount()
    try tool.run(
      "record", "take-payment", "--patient", "P-1", "--amount", "20.00", "--method", "cash")
    let states = ["\(before)", "\(before + 1)", "--patient", "P-1"]
    for format in ["table", "json", "ndjson", "csv"] {
      let result = try Tool.run(
        Tool.executable, ["audit", "diff"] + states + ["--format", format], in: tool.folder,
        environment: ["CHARTLEDGER_DATA": tool.data.path, "CHARTLEDGER_BY": "ida:auditor"])
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(result.output.contains("-20.00"))
      if format == "json" {
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        let events = (object as? [String: Any])?["events"] as? [[String: Any]]
        #expect(events?.map { $0["type"] as? String } == ["PaymentReceived"])
      }
    }
  }
}
