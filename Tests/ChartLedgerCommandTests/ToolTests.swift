import Foundation
import Testing

@Suite("The command line")
struct ToolTests {
  @Test("the tour in the README works as printed, in one go")
  func readmeTour() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let start = try #require(readme.range(of: "```sh tour\n")).upperBound
    let end = try #require(readme[start...].range(of: "\n```")).lowerBound
    let tool = try Tool()
    defer { tool.cleanUp() }
    // The visit began 70 minutes ago and is all of today.
    let script = readme[start..<end]
      .replacing(
        "PATH=\"$PWD/.build/release:$PATH\"", with: "PATH=\"\(Tool.buildFolder.path):$PATH\""
      )
      .replacing("America/New_York", with: Tool.timeZone)
    let result = try Tool.run(
      URL(filePath: "/bin/bash"), ["-euo", "pipefail", "-c", String(script)], in: tool.folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.output.contains("exit code 65"), "the first session is refused")
    #expect(result.errors.contains("B1"))
    #expect(result.errors.contains("B2"))
    #expect(result.output.contains("every record, link, index and node agrees"))
    #expect(result.output.contains("95.00"), "120.00 charged, 25.00 paid")
  }

  @Test("a calendar is written as one by default, as a table on request, and nothing else is one")
  func calendar() throws {
    let tool = try Tool()
    defer { tool.cleanUp() }
    try tool.establish()
    let npi = "1234567893"
    let registered = try tool.run(
      "record", "register-practitioner", "--family-name", "Lindgren", "--given-name", "Kim",
      "--npi", npi)
    #expect(registered.exitCode == 0, "\(registered.errors)")
    let plain = try tool.run("report", "schedule.ics", "--practitioner", npi)
    let named = try tool.run("report", "schedule.ics", "--practitioner", npi, "--format", "ics")
    #expect(plain.exitCode == 0 && plain.output.hasPrefix("BEGIN:VCALENDAR"), "\(plain.errors)")
    #expect(named.output == plain.output)
    let table = try tool.run("report", "schedule.ics", "--practitioner", npi, "--format", "table")
    #expect(table.output.contains("(nothing)"))
    for result in [
      try tool.run("report", "ar.aging", "--format", "ics"),
      try tool.run("report", "--format", "ics"), try tool.run("view", "list", "--format", "ics"),
    ] {
      #expect(result.exitCode == 64)
      #expect(result.errors.contains("no calendar") && result.output.isEmpty)
    }
  }

  @Test("a refusal says what is wrong, where, and what to do, and appends nothing")
  func refusals() throws {
    let tool = try Tool()
    defer { tool.cleanUp() }
    try tool.establish()
    let before = try tool.eventCount()
    let register = ["--mrn", "P-1", "--family-name", "R", "--given-name", "A"]
    let cases: [(arguments: [String], exit: Int32, mentions: String)] = [
      (register + ["--born-on", "2026-02-30"], 65, "bornOn"),
      (register, 65, "bornOn"),
      (register + ["--born-on", "2190-01-01"], 65, "still to come"),
      (register + ["--born-on", "1984-06-02", "--colour", "red"], 64, "--colour"),
      (["--json", "/no/such/file"], 64, "/no/such/file"),
    ]
    for (arguments, exit, mentions) in cases {
      let result = try Tool.run(
        Tool.executable, ["record", "register-patient"] + arguments, in: tool.folder,
        environment: ["CHARTLEDGER_DATA": tool.data.path, "CHARTLEDGER_BY": "dana:front-desk"])
      #expect(result.exitCode == exit, "\(arguments): \(result.errors)")
      #expect(result.errors.hasPrefix("chartledger: error: "))
      #expect(result.errors.contains(mentions), "\(result.errors)")
      #expect(result.output.isEmpty)
    }
    #expect(try tool.eventCount() == before)
  }

  @Test("malformed JSON, the wrong role, nobody named and an unknown report are refused")
  func otherRefusals() throws {
    let tool = try Tool()
    defer { tool.cleanUp() }
    try tool.establish()
    let json = try tool.run("record", "register-patient", "--json", "-", input: "{\"mrn\":")
    #expect(json.exitCode == 65)
    let role = try tool.run("record", "close-period", "--month", "202601", by: "kim:therapist")
    #expect(role.exitCode == 65)
    #expect(role.errors.contains("therapist"))
    #expect(try tool.run("record", "close-period", "--month", "202601", by: "").exitCode == 64)
    #expect(try tool.run("report", "no.such.report").exitCode == 64)
    #expect(try tool.run("report", "balance.patient").exitCode == 64)
    #expect(try tool.run("report", "balance.patient", "--patient", "nobody").exitCode == 3)
    #expect(try tool.run("log", "show", "--kind", "NoSuchEvent").exitCode == 64)
  }

  @Test("a directory without a clinic, or with something else in it, is left alone")
  func wrongDirectory() throws {
    let tool = try Tool()
    defer { tool.cleanUp() }
    let absent = try tool.run("report", "ar.aging")
    #expect(absent.exitCode == 66)
    #expect(absent.errors.contains("chartledger init"))
    try FileManager.default.createDirectory(at: tool.data, withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: tool.data.appending(path: "letter.txt"))
    let occupied = try tool.run("init", "--clinic", "X", "--time-zone", "America/New_York")
    #expect(occupied.exitCode == 73)
    #expect(try FileManager.default.contentsOfDirectory(atPath: tool.data.path) == ["letter.txt"])
  }

  @Test("errors are JSON too when JSON is asked for")
  func jsonErrors() throws {
    let tool = try Tool()
    defer { tool.cleanUp() }
    try tool.establish()
    let result = try tool.run(
      "record", "register-patient", "--mrn", "P-1", "--family-name", "R", "--given-name", "A",
      "--born-on", "1984-13-02", "--format", "json")
    let line = try #require(result.errors.split(separator: "\n").last)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: [String: Any]])
    #expect(object["error"]?["field"] as? String == "bornOn")
  }

  @Test("an export imported elsewhere gives the same export and the same reports")
  func exportImport() throws {
    let tool = try Tool()
    defer { tool.cleanUp() }
    let made = try tool.run(
      "demo", "--seed", "3", "--patients", "6", "--years", "1", "--through", "2026-03-31")
    #expect(made.exitCode == 0, "\(made.errors)")
    let copy = tool.folder.appending(path: "copy")
    let export = try tool.run("export", "events", "--readable")
    #expect(export.exitCode == 0)
    let imported = try tool.run("import", "events", "-", input: export.output, data: copy)
    #expect(imported.exitCode == 0, "\(imported.errors)")
    #expect(try tool.run("export", "events", "--readable", data: copy).output == export.output)
    for report in ["ar.aging", "ready", "schedule.day", "progress.goals", "sessions.unbilled"] {
      let asOf = "2026-03-31"
      let here = try tool.run("report", report, "--as-of", asOf, "--format", "json")
      let there = try tool.run("report", report, "--as-of", asOf, "--format", "json", data: copy)
      #expect(here.exitCode == 0, "\(here.errors)")
      #expect(here.output == there.output, "\(report)")
      #expect(here.output.contains("\"rows\": ["))
    }
    let cut = String(export.output.dropLast(200))
    let broken = try tool.run(
      "import", "events", "-", input: cut, data: tool.folder.appending(path: "broken"))
    #expect(broken.exitCode == 65)
    #expect(broken.errors.contains("Line "))
  }

  @Test("views are rebuilt and verified; a report as of the past does not change")
  func viewsAndAsOf() throws {
    let tool = try Tool()
    defer { tool.cleanUp() }
    try tool.run(
      "demo", "--seed", "5", "--patients", "6", "--years", "1", "--through", "2026-03-31")
    let past = try tool.run("report", "ar.aging", "--as-of", "2026-01-15", "--format", "json")
    let later = try tool.run("report", "ar.aging", "--as-of", "2026-03-15", "--format", "json")
    #expect(past.output != later.output)
    try tool.run(
      "record", "register-patient", "--mrn", "P-NEW", "--family-name", "R", "--given-name", "A",
      "--born-on", "1984-06-02")
    #expect(
      try tool.run("report", "ar.aging", "--as-of", "2026-01-15", "--format", "json").output
        == past.output)
    #expect(try tool.run("view", "rebuild").exitCode == 0)
    let verified = try tool.run("view", "verify")
    #expect(verified.exitCode == 0, "\(verified.errors)")
    #expect(try tool.run("doctor").exitCode == 0)
    #expect(try tool.run("log", "verify").exitCode == 0)
  }

  @Test("help has examples, the schema is printed from the log, completions are offered")
  func helpAndSchema() throws {
    let tool = try Tool()
    defer { tool.cleanUp() }
    try tool.establish()
    #expect(try tool.run("record", "--help").output.contains("chartledger record"))
    let list = try tool.run("record", "--list", "--format", "csv")
    #expect(list.lines.contains { $0.hasPrefix("register-patient,mrn,true") })
    #expect(try tool.run("log", "schema").output.contains("message SessionDelivered {"))
    let completions = try tool.run("--generate-completion-script", "bash")
    #expect(completions.output.contains("deliver-session"))
  }

  @Test("two processes that append at once lose nothing")
  func twoProcesses() async throws {
    let tool = try Tool()
    defer { tool.cleanUp() }
    try tool.establish()
    let before = try tool.eventCount()
    try await withThrowingTaskGroup(of: Int32.self) { group in
      for writer in 0..<2 {
        group.addTask {
          var worst: Int32 = 0
          for index in 0..<8 {
            worst = max(
              worst,
              try tool.run(
                "record", "register-patient", "--mrn", "P-\(writer)-\(index)", "--family-name", "R",
                "--given-name", "A", "--confirm-distinct", "--born-on", "1984-06-02"
              ).exitCode)
          }
          return worst
        }
      }
      for try await code in group { #expect(code == 0) }
    }
    #expect(try tool.eventCount() == before + 16)
    #expect(try tool.run("log", "verify").exitCode == 0)
  }
}
