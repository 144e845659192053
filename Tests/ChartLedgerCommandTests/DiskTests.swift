import Foundation
import Testing

/// What the disk, or whoever tends it, may do to a clinic's files, as a user sees it.
@Suite("Files that fail, at the command line")
struct DiskTests {
  @Test("a log that was cut short is refused by every verb, and nothing is appended to it")
  func cutShortLog() throws {
    let tool = try Tool()
    defer { tool.cleanUp() }
    try tool.establish()
    let file = tool.data.appending(path: "log/data.mdb")
    let whole = try Data(contentsOf: file)
    try whole.prefix(whole.count / 2).write(to: file)
    let before = try Data(contentsOf: file)
    for arguments in [["log", "verify"], ["report", "schedule.day"], ["doctor"]] {
      let result = try Tool.run(
        Tool.executable, arguments, in: tool.folder,
        environment: ["CHARTLEDGER_DATA": tool.data.path, "CHARTLEDGER_BY": "dana:supervisor"])
      #expect(result.exitCode == 74, "\(arguments) \(result.errors)")
      #expect(result.errors.contains("shorter than what it holds"))
      #expect(result.errors.contains("restore it from a backup"))
    }
    #expect(try Data(contentsOf: file) == before)
  }

  @Test("a view that was cut short does not keep the doctor from the rest")
  func cutShortView() throws {
    let tool = try Tool()
    defer { tool.cleanUp() }
    try tool.establish()
    try tool.run("report", "schedule.day")
    let views = tool.data.appending(path: "views/balances")
    let file = views.appending(path: "00000001/data.mdb")
    try Data(contentsOf: file).prefix(9_000).write(to: file)
    let result = try tool.run("doctor", "--format", "json")
    #expect(result.exitCode == 6)
    #expect(result.output.contains("view rebuild balances"))
    #expect(result.output.contains("\"evidence\""))
    #expect(try tool.run("view", "rebuild").exitCode == 0)
    #expect(try tool.run("doctor").exitCode == 0)
  }
}
