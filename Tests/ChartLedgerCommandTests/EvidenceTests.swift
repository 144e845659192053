import Foundation
import TestSupport
import Testing

@Suite("Evidence from the command line")
struct EvidenceTests {
  /// A clinic with a few events.
  private func clinic() throws -> Tool {
    let tool = try Tool()
    try tool.establish()
    try register("P-1", tool)
    return tool
  }

  private func register(_ mrn: String, _ tool: Tool, data: URL? = nil) throws {
    let result = try tool.run(
      "record", "register-patient", "--mrn", mrn, "--family-name", "Rivera", "--given-name", "A",
      "--confirm-distinct", "--born-on", "1984-06-02", data: data)
    guard result.exitCode == 0 else { throw ToolFailure(result.errors) }
  }

  private func logKey(_ tool: Tool) throws -> String {
    let lines = try tool.run("log", "anchor", "sheet", "--text").lines
    let title = try #require(lines.firstIndex { $0.hasPrefix("Verifier key") })
    return lines[title + 1].trimmingCharacters(in: .whitespaces)
  }

  private func witness(_ tool: Tool) throws -> String {
    let made = try tool.run("log", "witness", "init", "--name", "w.example/1", "--out", "witness")
    guard made.exitCode == 0 else { throw ToolFailure(made.errors) }
    return try #require(made.lines.first)
  }

  private func write(_ text: String, _ name: String, _ tool: Tool) throws {
    try Data(text.utf8).write(to: tool.folder.appending(path: name))
  }

  private func flip(_ name: String, _ tool: Tool) throws {
    let file = tool.folder.appending(path: name)
    var bytes = Array(try Data(contentsOf: file))
    bytes[bytes.count / 2] ^= 1
    try Data(bytes).write(to: file)
  }

  @Test("an outsider checks an event, its opening and the growth of the log, without the log")
  func proofs() throws {
    let tool = try clinic()
    defer { tool.cleanUp() }
    try write("log \(try logKey(tool))\nquorum none\n", "policy", tool)
    #expect(try tool.run("log", "prove", "2", "--out", "p", "--opening").exitCode == 0)
    let arguments = ["log", "check-proof", "p", "--leaf", "p.leaf", "--policy", "policy"]
    let elsewhere = ["CHARTLEDGER_DATA": "/no/such/clinic"]
    func check(_ more: String...) throws -> Tool.Result {
      try Tool.run(
        Tool.executable, arguments + more, in: tool.folder, environment: elsewhere)
    }
    let checked = try check("--opening", "p.opening", "--format", "json")
    #expect(checked.exitCode == 0, "\(checked.errors)")
    #expect(checked.output.contains("the log contains this leaf"))
    let leaf = try String(contentsOf: tool.folder.appending(path: "p.leaf"), encoding: .utf8)
    #expect(!leaf.contains("Rivera"))
    let size = try tool.eventCount()

    try register("P-2", tool)
    #expect(try tool.run("log", "export-tiles", "--out", "later").exitCode == 0)
    let growth = try tool.run("log", "prove", "--from-size", "\(size)", "--out", "growth")
    #expect(growth.exitCode == 0, "\(growth.errors)")
    let proof = try String(contentsOf: tool.folder.appending(path: "p"), encoding: .utf8)
    let start = try #require(proof.range(of: "\n\n")).upperBound
    try write(String(proof[start...]), "old", tool)
    let grown = try tool.run(
      "log", "check-proof", "growth", "--old", "old", "--policy", "policy")
    #expect(grown.exitCode == 0, "\(grown.errors)")
    #expect(try tool.run("log", "prove", "--from-size", "1").exitCode == 64, "never released")
    #expect(try tool.run("log", "prove", "99").exitCode == 64)
    #expect(try tool.run("log", "prove", "2", "--opening").exitCode == 64)

    try flip("p.opening", tool)
    #expect(try check("--opening", "p.opening").exitCode == 6)
    try flip("p", tool)
    #expect(try check().exitCode == 6)
    try flip("growth", tool)
    #expect(
      try tool.run("log", "check-proof", "growth", "--old", "old", "--policy", "policy").exitCode
        == 6)
  }

  @Test("the key is changed, and who trusts the old one follows, by proof and by packet")
  func rotation() throws {
    let tool = try clinic()
    defer { tool.cleanUp() }
    let old = try logKey(tool)
    try write("log \(old)\nquorum none\n", "policy", tool)
    #expect(
      try tool.run("log", "rotate-key", "--reason", "x", "--out", "r", by: "d:biller").exitCode
        == 65)
    #expect(
      try tool.run("log", "rotate-key", "--reason", "x", "--out", "absent/r").exitCode == 64)
    #expect(try logKey(tool) == old)
    let rotated = try tool.run("log", "rotate-key", "--reason", "yearly", "--out", "r")
    #expect(rotated.exitCode == 0, "\(rotated.errors)")
    let new = try logKey(tool)
    #expect(rotated.output == "log \(new)\n")
    #expect(new != old)
    try register("P-2", tool)
    #expect(try tool.run("log", "verify").exitCode == 0)
    let table = try tool.run("log", "checkpoint", "--list")
    #expect(table.exitCode == 0, "\(table.errors)")

    let told = try tool.run(
      "log", "check-proof", "r", "--leaf", "r.leaf", "--opening", "r.opening", "--policy", "policy")
    #expect(told.exitCode == 0, "\(told.errors)")
    #expect(told.errors.contains("log \(new)"))
    #expect(try tool.run("log", "prove", "2", "--out", "p").exitCode == 0)
    let arguments = ["log", "check-proof", "p", "--leaf", "p.leaf", "--policy", "policy"]
    func check(_ more: String...) throws -> Int32 {
      try Tool.run(Tool.executable, arguments + more, in: tool.folder).exitCode
    }
    #expect(try check() == 6)
    #expect(try check("--handover", "r") == 0)
    #expect(try check("--handover", "p") != 0)

    let packet = try tool.run(
      "audit", "packet", "--patient", "P-1", "--profile", "board", "--recipient", "The Board",
      "--address", "Newark", "--purpose", "complaint", "--basis", "healthOversight", "--out",
      "packet.zip")
    #expect(packet.exitCode == 0, "\(packet.errors)")
    let verified = try tool.run("audit", "verify", "packet.zip", "--policy", "policy")
    #expect(verified.exitCode == 0, "\(verified.errors)")
    #expect(verified.output.contains("hand-over"))
  }

  @Test("a witness cosigns through files, and refuses a replay, a fork and a lost memory")
  func witnessing() throws {
    let tool = try clinic()
    defer { tool.cleanUp() }
    let (log, witness) = (try logKey(tool), try witness(tool))
    func sign(_ request: String, key: String? = nil) throws -> Tool.Result {
      try tool.run(
        "log", "witness", "sign", "--state", "witness", "--request", request, "--log-vkey",
        key ?? log)
    }
    #expect(
      try tool.run("log", "witness", "request", "--for", witness, "--out", "r1").exitCode == 0)
    let first = try sign("r1")
    #expect(first.exitCode == 0, "\(first.errors)")
    try write(first.output, "a1", tool)
    #expect(
      try tool.run("log", "witness", "verify", "a1", "--witness", witness).exitCode == 0)
    #expect(try tool.run("log", "witness", "attach", "a1", "--witness", witness).exitCode == 0)
    #expect(try sign("r1").exitCode == 6, "a replay")
    #expect(try sign("r1", key: witness).exitCode == 65, "no log's key")

    // A copy of the clinic that goes another way.
    let copy = tool.folder.appending(path: "copy")
    try FileManager.default.copyItem(at: tool.data, to: copy)
    try register("P-2", tool)
    try register("P-3", tool, data: copy)
    #expect(
      try tool.run("log", "witness", "request", "--for", witness, "--out", "r2").exitCode == 0)
    #expect(
      try tool.run(
        "log", "witness", "request", "--for", witness, "--out", "fork", data: copy
      ).exitCode == 0)
    #expect(try sign("r2").exitCode == 0)
    let fork = try sign("fork")
    #expect(fork.exitCode == 6)
    #expect(fork.errors.contains("Fork"))
    #expect(fork.output.isEmpty)

    try write("— w.example/1 \(Data(repeating: 1, count: 76).base64EncodedString())\n", "a2", tool)
    #expect(try tool.run("log", "witness", "attach", "a2", "--witness", witness).exitCode != 0)
    try FileManager.default.removeItem(at: tool.folder.appending(path: "witness/state"))
    let lost = try sign("r2")
    #expect(lost.exitCode == 65)
    #expect(lost.errors.contains("retire"))
  }

  @Test(
    "a time stamp is requested, attached, listed and exported for OpenSSL",
    .enabled(if: Program("openssl") != nil, "skipped: openssl is not installed"))
  func timestamps() throws {
    let tool = try clinic()
    defer { tool.cleanUp() }
    let folder = tool.folder.appending(path: "tsa")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let authority = try LocalTimestampAuthority(try #require(Program("openssl")), in: folder)
    #expect(try tool.run("log", "anchor", "request", "--out", "day.tsq").exitCode == 0)
    let request = Array(try Data(contentsOf: tool.folder.appending(path: "day.tsq")))
    try Data(authority.answer(request)).write(to: tool.folder.appending(path: "day.tsr"))
    let attached = try tool.run("log", "anchor", "attach", "day.tsr", "--request", "day.tsq")
    #expect(attached.exitCode == 0, "\(attached.errors)")
    #expect(try tool.run("log", "anchor", "list", "--format", "csv").lines.count == 2)
    let exported = try tool.run("log", "anchor", "export", "--out", "stamps")
    try FileManager.default.copyItem(
      at: folder.appending(path: "ca.pem"), to: tool.folder.appending(path: "ca.pem"))
    let shell = try Tool.run(
      URL(filePath: "/bin/sh"), ["-ec", exported.output], in: tool.folder)
    #expect(shell.exitCode == 0, "\(exported.output)\(shell.errors)")

    let other = try authority.answer(authority.request(over: [1, 2, 3]))
    try Data(other).write(to: tool.folder.appending(path: "other.tsr"))
    let refused = try tool.run("log", "anchor", "attach", "other.tsr")
    #expect(refused.exitCode == 65)
    #expect(refused.errors.contains("imprint"))
    #expect(try tool.run("log", "anchor", "attach", "day.tsq").exitCode == 65)
  }

  @Test("tiles are exported once, brought up to date, and never overwritten by another tree")
  func tiles() throws {
    let tool = try clinic()
    defer { tool.cleanUp() }
    #expect(try tool.run("log", "export-tiles", "--out", "mirror").exitCode == 0)
    let size = try tool.eventCount()
    let mirror = tool.folder.appending(path: "mirror")
    let entries = try Data(contentsOf: mirror.appending(path: "tile/entries/000.p/\(size)"))
    #expect(!String(decoding: entries, as: UTF8.self).contains("Rivera"))
    let hashes = mirror.appending(path: "tile/0/000.p/\(size)")
    #expect(try Data(contentsOf: hashes).count == 32 * size)
    let again = try tool.run("log", "export-tiles", "--out", "mirror")
    #expect(again.errors.contains("0 new files"))
    try Data([1]).write(to: hashes)
    #expect(try tool.run("log", "export-tiles", "--out", "mirror").exitCode == 6)
    // Of a named pipe nobody waits for the other end.
    #expect(unlink(hashes.path) == 0 && mkfifo(hashes.path, 0o600) == 0)
    #expect(try tool.run("log", "export-tiles", "--out", "mirror").exitCode == 6)
  }

  @Test("the day-close sheet names the clinic and no patient; a day without checkpoint has none")
  func sheet() throws {
    let tool = try clinic()
    defer { tool.cleanUp() }
    #expect(try tool.run("log", "anchor", "sheet", "--out", "sheet.html").exitCode == 0)
    let html = try String(contentsOf: tool.folder.appending(path: "sheet.html"), encoding: .utf8)
    #expect(html.contains("Test Clinic"))
    #expect(html.contains("<svg"))
    #expect(!html.contains("Rivera"))
    #expect(try tool.run("log", "anchor", "sheet", "--date", "2020-01-01").exitCode == 64)
    #expect(try tool.run("log", "anchor", "sheet", "--date", "2020-02-31").exitCode == 65)
    #expect(try tool.run("log", "anchor", "sheet", "--date", "2190-01-01").exitCode == 64)
  }
}
