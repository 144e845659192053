import Foundation
import Testing

@testable import ChartLedgerCommand

@Suite("The books on the command line", .serialized)
struct BooksToolTests {
  private func demo() throws -> Tool {
    let tool = try Tool()
    let made = try tool.run(
      "demo", "--data", tool.data.path, "--seed", "4", "--patients", "8", "--years", "1",
      "--through", "2026-03-31")
    guard made.exitCode == 0 else { throw ToolFailure(made.errors) }
    return tool
  }

  @Test("the sums agree, the books are exported, and a copy for the accountant is remembered")
  func books() throws {
    let tool = try demo()
    defer { tool.cleanUp() }
    let sums = try tool.run("doctor", "--books", "--format", "csv")
    #expect(sums.exitCode == 0, "\(sums.errors)")
    #expect(sums.lines.count == 8)
    #expect(sums.lines.dropFirst().allSatisfy { $0.contains(",ok,") })

    let before = try tool.eventCount()
    let file = tool.folder.appending(path: "books.beancount")
    let exported = try tool.run("export", "beancount", "--out", file.path, "--record")
    #expect(exported.exitCode == 0, "\(exported.errors)")
    #expect(exported.output.isEmpty && exported.errors.contains("SHA-256"))
    #expect(try tool.eventCount() == before + 1)
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.hasPrefix(";; Journal of "))
    // As of then it is made again, byte for byte.
    let again = try tool.run("export", "beancount", "--as-of", "\(before)")
    #expect(again.output == text)

    let csv = try tool.run("export", "journal", "--from", "2026-01-01", "--through", "2026-03-31")
    #expect(csv.exitCode == 0, "\(csv.errors)")
    #expect(csv.lines.first?.hasPrefix("date,position,kind,account") == true)
    let account = try tool.run(
      "explain", "account", "1020", "--from", "2025-04-01", "--through", "2026-03-31")
    #expect(account.exitCode == 0, "\(account.errors)")
    #expect(account.output.contains("1020 Bank"))
  }

  @Test("what cannot be answered says so with its exit code")
  func refusals() throws {
    let tool = try demo()
    defer { tool.cleanUp() }
    let early = try tool.run(
      "export", "beancount", "--from", "2026-02-01", "--through", "2026-01-01")
    #expect(early.exitCode == 64 && early.output.isEmpty, "\(early.errors)")
    let day = try tool.run("export", "journal", "--from", "2026-02-30")
    #expect(day.exitCode == 65 && day.output.isEmpty, "\(day.errors)")
    #expect(try tool.run("explain", "account", "1234").exitCode == 3)
    let desk = try tool.run("export", "beancount", by: "kim:therapist")
    #expect(desk.exitCode == 4 && desk.output.isEmpty)
    // Whoever records the hand-over must be named.
    let nobody = try Tool.run(
      Tool.executable, ["export", "beancount", "--record"], in: tool.folder,
      environment: ["CHARTLEDGER_DATA": tool.data.path, "CHARTLEDGER_BY": ""])
    #expect(nobody.exitCode == 64 && nobody.output.isEmpty, "\(nobody.errors)")
  }
}
