import Foundation
import Testing

@Suite("Audit packets on the command line")
struct AuditPacketToolTests {
  @Test("a packet is issued, verified elsewhere, and a changed one ends with code 6")
  func issueAndVerify() throws {
    let tool = try Tool()
    defer { tool.cleanUp() }
    try tool.establish()
    try tool.run(
      "record", "register-patient", "--mrn", "P-1", "--family-name", "Rivera", "--given-name",
      "Ana",
      "--born-on", "1984-06-02")
    let packet = tool.folder.appending(path: "packet").path
    func refused(_ days: String...) throws -> Int32 {
      try Tool.run(
        Tool.executable,
        [
          "audit", "packet", "--patient", "P-1", "--profile", "board", "--recipient", "The Board",
          "--address", "Newark", "--purpose", "complaint", "--basis", "healthOversight", "--out",
          packet,
        ] + days, in: tool.folder,
        environment: ["CHARTLEDGER_DATA": tool.data.path, "CHARTLEDGER_BY": "dana:supervisor"]
      ).exitCode
    }
    #expect(try refused("--to", "The Board") == 65, "a recipient is no day")
    #expect(try refused("--from", "2026-03-02", "--to", "2026-03-01") == 64)
    let issued = try tool.run(
      "audit", "packet", "--patient", "P-1", "--profile", "board", "--recipient", "The Board",
      "--address", "Newark", "--purpose", "complaint", "--basis", "healthOversight",
      "--out", packet)
    #expect(issued.exitCode == 0, "\(issued.errors)")
    let key = try #require(issued.errors.split(separator: "\n").first { $0.hasPrefix("  log ") })
    let policy = tool.folder.appending(path: "policy")
    try Data("\(key)\nquorum none\n".utf8).write(to: policy)

    // No clinic is where the recipient is.
    let nowhere = tool.folder.appending(path: "nowhere")
    func verify() throws -> Tool.Result {
      try tool.run("audit", "verify", packet, "--policy", policy.path, data: nowhere)
    }
    let verified = try verify()
    #expect(verified.exitCode == 0, "\(verified.errors)")
    #expect(verified.output.contains("every file agrees"))

    let readme = URL(filePath: packet).appending(path: "README.txt")
    try Data("other".utf8).write(to: readme)
    let changed = try verify()
    #expect(changed.exitCode == 6)
    #expect(changed.errors.contains("README.txt: it differs from its checksum"))
    #expect(changed.output.isEmpty)

    let accounting = try tool.run(
      "report", "audit.disclosures", "--patient", "P-1", "--format", "csv")
    #expect(accounting.output.contains("The Board"))
  }
}
