import Foundation
import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Published code lists")
struct CodeListTests {
  private var scenario: Scenario
  init() throws { scenario = try Scenario() }

  private func list(
    _ version: String, from: String, _ codes: [(String, Bool)]
  ) throws -> PublishCodeList {
    PublishCodeList(
      version: version, effectiveFrom: try CivilDate(from), source: "a test",
      entries: try codes.map {
        CodeListEntry(code: try ICD10CM($0.0), billable: $0.1, label: "a label")
      })
  }

  private func isBillable(_ code: String, on date: String) throws -> Bool {
    try scenario.memory.verdict(on: ICD10CM(code), at: CivilDate(date)) == .billable
  }

  @Test("a visit is judged by the list of its day, category by category")
  mutating func byDay() throws {
    try scenario.record(
      list("FY2027", from: "2026-10-01", [("M54.2", false), ("M54.21", true), ("M54.50", true)]))
    #expect(try isBillable("M54.2", on: "2026-09-30"))
    #expect(try !isBillable("M54.2", on: "2026-10-01"))
    #expect(try isBillable("M54.21", on: "2026-10-01"))
    #expect(try !isBillable("M54.21", on: "2026-09-30"))
    // A code that the new list of its category lacks is gone; another category is as it was.
    #expect(try !isBillable("M54.6", on: "2026-10-01"))
    #expect(try isBillable("M79.7", on: "2026-10-01"))
    guard
      case .notBillable(_, let instead) = try scenario.memory.verdict(
        on: ICD10CM("M54.2"), at: CivilDate("2026-10-01"))
    else {
      Issue.record("still billable")
      return
    }
    #expect(instead.map(\.description) == ["M54.21"])
  }

  @Test("an entry's own days hold within the list")
  mutating func entryDays() throws {
    var command = try list("FY2026", from: "2025-10-01", [("M54.2", true)])
    command.entries[0].through = try CivilDate("2026-03-31")
    try scenario.record(command)
    #expect(try isBillable("M54.2", on: "2026-03-31"))
    #expect(try !isBillable("M54.2", on: "2026-04-01"))
  }

  @Test("a category of many codes is published in parts and judged as one")
  mutating func parts() throws {
    let codes = (0..<400).map { number in
      let digits = String(1000 + number)
      return ("S52.\(digits)", true)
    }
    let recorded = try scenario.record(list("long", from: "2026-01-01", codes))
    #expect(recorded.count == 3)
    #expect(try recorded.allSatisfy { try $0.event.payload().count < 64 * 1024 })
    #expect(try isBillable("S52.1000", on: "2026-02-01"))
    #expect(try isBillable("S52.1399", on: "2026-02-01"))
    #expect(try !isBillable("S52.1400", on: "2026-02-01"))
  }

  @Test("a list with a malformed entry, an entry twice, or none is refused as a whole")
  mutating func malformed() throws {
    var twice = try list("v", from: "2026-10-01", [("M54.2", true), ("M54.2", true)])
    let refusal = try scenario.refusal(of: twice)
    #expect(refusal.rule == "codes.entry")
    #expect(refusal.problem.contains("code 2 of the list"))
    twice.entries[1].code = try ICD10CM("M54.6")
    twice.entries[1].label = ""
    #expect(try scenario.refusal(of: twice).problem.contains("label"))
    #expect(
      try scenario.refusal(of: list("v", from: "2026-10-01", [])).rule == "codes.entries")
    try scenario.record(list("v", from: "2026-10-01", [("M54.2", true)]))
    let again = try list("v", from: "2026-10-01", [("M54.2", true)])
    #expect(try scenario.refusal(of: again).rule == "codes.version")
  }

  @Test(
    "an outside list agrees, loaded and bundled",
    .enabled(if: Fixtures.url("rules/icd10cm-massage-codes.csv") != nil, "fixtures are absent"))
  mutating func outside() throws {
    let file = try #require(Fixtures.url("rules/icd10cm-massage-codes.csv"))
    let rows = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
      .dropFirst().map { $0.split(separator: ",", maxSplits: 3).map(String.init) }
    try scenario.record(
      list("outside", from: "2026-01-01", rows.map { ($0[0], $0[2] == "True") }))
    #expect(rows.count > 60)
    for row in rows {
      #expect(try isBillable(row[0], on: "2026-03-11") == (row[2] == "True"), "\(row[0])")
      #expect(try isBillable(row[0], on: "2025-12-31") == (row[2] == "True"), "\(row[0])")
    }
  }
}
