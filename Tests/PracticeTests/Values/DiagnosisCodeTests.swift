import Foundation
import Practice
import TestSupport
import Testing

@Suite("Diagnosis codes")
struct DiagnosisCodeTests {
  private let today: CivilDate

  init() throws {
    today = try CivilDate("2026-03-11")
  }

  @Test(
    "a code is read with or without its dot, in either case",
    arguments: [
      ("M54.50", "M54.50", "M5450"), ("M5450", "M54.50", "M5450"), ("m54.50", "M54.50", "M5450"),
      ("S13.4XXA", "S13.4XXA", "S134XXA"), ("S13.4XXS", "S13.4XXS", "S134XXS"),
      ("U07.1", "U07.1", "U071"), ("M54", "M54", "M54"), ("Z3A.01", "Z3A.01", "Z3A01"),
      ("QA0.0101", "QA0.0101", "QA00101"),
    ])
  func reading(text: String, canonical: String, compact: String) throws {
    let code = try ICD10CM(text)
    #expect(code.description == canonical)
    #expect(code.compact == compact)
    #expect(code.category == compact.prefix(3))
  }

  @Test(
    "a text of another shape is refused",
    arguments: [
      "M5", "M54.", "M5.450", "M54.5.0", ".M545", "54.50", "M5X.50", "MM4.50", "M54.5O", "M54.I",
      "M54.50000", "M54 50", "M54.50 ", "M54.-5", "724.2",
    ])
  func refusing(text: String) {
    #expect(throws: ValueError.self) { try ICD10CM(text) }
  }

  @Test("every bundled code is well formed, labelled, and listed once")
  func bundledCodes() throws {
    let entries = ICD10CMCatalog.bundled.entries
    #expect(Set(entries.map(\.code)).count == entries.count)
    for entry in entries {
      #expect(try ICD10CM(entry.code.description) == entry.code)
      #expect(!entry.label.isEmpty)
      #expect(ICD10CMCatalog.bundled.label(of: entry.code) == entry.label)
    }
  }

  @Test(
    "a code that needs more characters is not billable, and its specific codes are suggested",
    arguments: [
      ("M54.5", ["M54.50", "M54.51", "M54.59"]),
      ("M79.1", ["M79.10", "M79.11", "M79.12", "M79.18"]),
      ("M62.83", ["M62.830", "M62.831", "M62.838"]),
      ("S13.4", ["S13.4XXA", "S13.4XXD", "S13.4XXS"]),
      ("M51.36", ["M51.360", "M51.361", "M51.362", "M51.369"]),
      ("S13.4XX", ["S13.4XXA", "S13.4XXD", "S13.4XXS"]), ("M77", ["M77.11", "M77.12"]),
    ])
  func category(text: String, suggestions: [String]) throws {
    let verdict = ICD10CMCatalog.bundled.verdict(on: try ICD10CM(text), at: today)
    guard case .notBillable(let reason, let useInstead) = verdict else {
      Issue.record("\(verdict)")
      return
    }
    #expect(useInstead.map(\.description) == suggestions)
    #expect(reason.contains(text))
  }

  @Test(
    "a split code was billable until the last September before its split",
    arguments: [
      ("M54.5", "2021-09-30", "M54.50"), ("M51.36", "2024-09-30", "M51.360"),
      ("M79.1", "2018-09-30", "M79.18"), ("R51", "2020-09-30", "R51.9"),
      ("M26.60", "2016-09-30", "M26.609"),
    ])
  func split(parent: String, lastDay: String, child: String) throws {
    let (parent, child) = (try ICD10CM(parent), try ICD10CM(child))
    let lastDay = try CivilDate(lastDay)
    let nextDay = lastDay.adding(days: 1)
    let catalog = ICD10CMCatalog.bundled
    #expect(catalog.verdict(on: parent, at: lastDay) == .billable)
    #expect(catalog.verdict(on: parent, at: nextDay) != .billable)
    #expect(catalog.verdict(on: child, at: lastDay) != .billable)
    #expect(catalog.verdict(on: child, at: nextDay) == .billable)
  }

  @Test("a code outside the catalogue is unknown, which says nothing against it")
  func unknown() throws {
    #expect(ICD10CMCatalog.bundled.verdict(on: try ICD10CM("Z00.00"), at: today) == .unknown)
  }

  @Test(
    "verdicts agree with the published code set",
    .enabled(if: Fixtures.url("rules/icd10cm-massage-codes.csv") != nil, "fixtures are absent"))
  func agreesWithPublishedCodes() throws {
    let file = try #require(Fixtures.url("rules/icd10cm-massage-codes.csv"))
    let rows = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
      .dropFirst()
    #expect(rows.count >= 60)
    for row in rows {
      let fields = row.split(separator: ",", maxSplits: 3)
      let code = try ICD10CM(String(fields[0]))
      let verdict = ICD10CMCatalog.bundled.verdict(on: code, at: today)
      #expect((verdict == .billable) == (fields[2] == "True"), "\(code)")
      #expect(verdict != .unknown, "\(code)")
      let words = String(fields[3]).lowercased()
      if let side = code.laterality {
        #expect(words.contains(side == .bilateral ? "bilateral" : "\(side)"), "\(code)")
      } else {
        #expect(!words.contains("right") && !words.contains("left "), "\(code)")
      }
    }
  }

  @Test(
    "a code tells the side it names",
    arguments: [
      ("M25.511", Laterality.right), ("M25.512", .left), ("M25.519", nil), ("M25.551", .right),
      ("M54.31", .right), ("M54.42", .left), ("M54.30", nil), ("M54.2", nil),
      ("G56.03", .bilateral),
      ("M26.603", .bilateral), ("M77.12", .left), ("M75.01", .right), ("M79.661", .right),
      ("M25.51", nil), ("M54.3", nil), ("S39.012A", nil),
    ])
  func laterality(text: String, side: Laterality?) throws {
    #expect(try ICD10CM(text).laterality == side)
  }
}
