import Foundation
import Testing

@Suite("Evidence on the command line")
struct EvidenceToolTests {
  @Test("init and recording sign; log checkpoint prints and lists what is signed")
  func checkpoints() throws {
    let tool = try Tool()
    defer { tool.cleanUp() }
    try tool.establish()
    let list = try tool.run("log", "checkpoint", "--list", "--format", "csv")
    #expect(list.output.contains("chartledger/"))
    #expect(list.exitCode == 0, "\(list.errors)")
    let table = try tool.run("log", "checkpoint", "--list")
    #expect(table.output.contains("Cosigned by"))
    #expect(!table.output.contains("— chartledger/"), "a table is no pile of notes")
    #expect(table.lines.count { $0.contains("Z ") } == 1, "one line each: \(table.output)")
    try tool.run(
      "record", "register-patient", "--mrn", "P-1", "--family-name", "R", "--given-name", "A",
      "--born-on", "1984-06-02")
    let note = try tool.run("log", "checkpoint")
    #expect(note.lines.first?.hasPrefix("chartledger/") == true)
    let events = try tool.eventCount()
    #expect(note.lines[1] == "\(events)")
    let json = try tool.run("log", "checkpoint", "--format", "json")
    #expect(json.output.contains("\"size\""))
    let verified = try tool.run("log", "verify")
    #expect(verified.exitCode == 0, "\(verified.errors)")
    #expect(verified.output.contains("every record, link, index and node agrees"))
    #expect(try tool.run("doctor").output.contains("\(events) events are signed, 0 are not yet"))
  }

  @Test("backup, restore, freeze and fork, as a clinic would do it")
  func restore() throws {
    let tool = try Tool()
    defer { tool.cleanUp() }
    try tool.establish()
    let backup = tool.folder.appending(path: "backup")
    let made = try tool.run("backup", "create", "--out", backup.path)
    #expect(made.exitCode == 0, "\(made.errors)")
    #expect(try tool.run("backup", "create", "--out", backup.path).exitCode == 73)
    #expect(try tool.run("backup", "verify", backup.path).exitCode == 0)
    #expect(try tool.run("restore", "--from", backup.path).exitCode == 73, "it is in use")

    let copy = tool.folder.appending(path: "copy")
    let restored = try tool.run("restore", "--from", backup.path, data: copy)
    #expect(restored.exitCode == 0, "\(restored.errors)")
    #expect(restored.errors.contains("frozen"))
    let words = [
      "record", "register-patient", "--mrn", "P-1", "--family-name", "R", "--given-name", "A",
      "--born-on", "1984-06-02",
    ]
    func register(in data: URL) throws -> Tool.Result {
      try Tool.run(
        Tool.executable, words, in: tool.folder,
        environment: ["CHARTLEDGER_DATA": data.path, "CHARTLEDGER_BY": "dana:supervisor"])
    }
    let refused = try register(in: copy)
    #expect(refused.exitCode == 74, "\(refused.errors)")
    #expect(refused.errors.contains("log fork"))
    let doctor = try tool.run("doctor", data: copy)
    #expect(doctor.exitCode == 6)
    #expect(doctor.output.contains("the log is frozen"))
    #expect(try tool.run("log", "verify", data: copy).exitCode == 6)
    #expect(try tool.run("report", "schedule.day", data: copy).exitCode == 0, "it can be read")
    let fork = try tool.run("log", "fork", "--reason", "a copy for training", data: copy)
    #expect(fork.exitCode == 0, "\(fork.errors)")
    #expect(try register(in: copy).exitCode == 0)
    #expect(try tool.run("log", "verify", data: copy).exitCode == 0)
    #expect(try tool.run("log", "fork", "--reason", "again", data: copy).exitCode == 65)
  }
}
