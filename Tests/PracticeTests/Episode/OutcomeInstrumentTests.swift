import Foundation
import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Scores of outcome measures")
struct OutcomeInstrumentTests {
  struct Form: Sendable, CustomTestStringConvertible {
    let instrument: Instrument
    let items: [Int]
    let hundredths: Int32
    var testDescription: String { "\(instrument) \(items)" }
  }

  @Test(
    "a form's score follows from its answers",
    arguments: [
      Form(instrument: .nprs, items: [7], hundredths: 700),
      Form(instrument: .vas, items: [63], hundredths: 6_300),
      Form(instrument: .ndi, items: [2, 1, 2, 2, 3, 2, 2, 2, 2, 2], hundredths: 4_000),
      // One item left blank: 16 of 45.
      Form(instrument: .ndi, items: [2, 1, 2, 2, 3, 2, 2, -1, 1, 1], hundredths: 3_556),
      Form(instrument: .odi, items: [1, 0, 1, 1, 2, 1, 1, 1, 3, 2], hundredths: 2_600),
      Form(instrument: .quickdash, items: [3, 3, 3, 2, 2, 3, 3, 4, 3, 2, 3], hundredths: 4_545),
      Form(
        instrument: .quickdash, items: [3, 3, 3, 2, 2, 3, 3, 4, 3, 2, -1], hundredths: 4_500),
      Form(
        instrument: .rmdq, items: [1, 1, 1] + Array(repeating: 0, count: 20) + [-1],
        hundredths: 300),
      Form(instrument: .lefs, items: Array(repeating: 2, count: 20), hundredths: 4_000),
      Form(instrument: .lefs, items: [-1, -1] + Array(repeating: 3, count: 18), hundredths: 6_000),
      Form(instrument: .psfs, items: [3, 3, 4], hundredths: 333),
      Form(instrument: .psfs, items: [5, 6, 5, 5, 5], hundredths: 520),
    ]) func score(_ form: Form) throws
  {
    let instrument = try #require(OutcomeInstrument.of(form.instrument))
    #expect(try instrument.score(form.items) == form.hundredths)
  }

  @Test(
    "a form with too many blanks cannot be scored",
    arguments: [
      (Instrument.nprs, 1, 1, 1), (.ndi, 10, 3, 0), (.odi, 10, 3, 0), (.quickdash, 11, 2, 1),
      (.lefs, 20, 3, 0), (.psfs, 3, 1, 0), (.rmdq, 24, 24, 0),
    ]) func unscorable(_ instrument: Instrument, _ count: Int, _ blanks: Int, _ answer: Int) throws
  {
    let definition = try #require(OutcomeInstrument.of(instrument))
    let items =
      Array(repeating: -1, count: blanks) + Array(repeating: answer, count: count - blanks)
    let refusal = #expect(throws: Refusal.self) { try definition.score(items) }
    #expect(refusal?.rule == "measure.unscorable")
    if blanks > 1, instrument != .rmdq {
      let scorable = Array(items.dropFirst()) + [answer]
      #expect(throws: Never.self) { try definition.score(scorable) }
    }
  }

  @Test(
    "a wrong number of items, or one off the scale, is refused",
    arguments: [
      [Int](), [2], Array(repeating: 6, count: 10), Array(repeating: -2, count: 10),
      [.max] + Array(repeating: 0, count: 9), Array(repeating: 0, count: 11),
    ]) func malformed(_ items: [Int]) throws
  {
    let ndi = try #require(OutcomeInstrument.of(.ndi))
    let refusal = #expect(throws: Refusal.self) { try ndi.score(items) }
    #expect(refusal?.rule == "measure.items")
  }

  @Test(
    "every instrument that people can name has scoring rules", arguments: InstrumentChoice.allCases)
  func complete(_ choice: InstrumentChoice) throws {
    let definition = try choice.definition(by: ClinicState(), on: CivilDate("2026-03-02"))
    #expect(definition.instrument == choice.instrument)
    // The most and least that the form can say are the ends of the scale.
    let count = definition.itemCounts.upperBound
    let ends = try [definition.answers.lowerBound, definition.answers.upperBound].map {
      try definition.score(Array(repeating: $0, count: count))
    }
    #expect(ends == [definition.scores.lowerBound, definition.scores.upperBound])
  }

  @Test(
    "a change means what its size says",
    arguments: [
      (Instrument.lefs, 3_400, 4_300, 900, OutcomeChange.Size.important, false),
      (.lefs, 3_400, 4_200, 800, .none, false),
      (.lefs, 4_300, 3_400, -900, .worse, false),
      (.psfs, 330, 530, 200, .important, false),
      (.nprs, 700, 500, 200, .important, false),
      // A third better, yet less than two points.
      (.nprs, 300, 200, 100, .none, true),
      // 7.5 is the threshold of the raw score of 50; in percent it is 15.
      (.ndi, 4_000, 3_250, 750, .none, false),
      (.ndi, 4_000, 2_900, 1_100, .detectable, false),
      (.ndi, 4_000, 2_500, 1_500, .important, false),
      (.odi, 4_000, 2_800, 1_200, .important, true),
      (.nprs, 0, 0, 0, .none, false),
    ] as [(Instrument, Int32, Int32, Int32, OutcomeChange.Size, Bool)])
  func change(
    _ instrument: Instrument, _ from: Int32, _ to: Int32, _ improvement: Int32,
    _ size: OutcomeChange.Size, _ third: Bool
  ) throws {
    let change = try #require(OutcomeInstrument.of(instrument)).change(from: from, to: to)
    #expect(
      change
        == OutcomeChange(improvementHundredths: improvement, size: size, isThirtyPercent: third))
  }

  @Test(
    "a printed total agrees within its own precision",
    arguments: [
      ("45.5", 4_545, true), ("36.4", 3_636, true), ("24", 2_600, false), ("26", 2_600, true),
      ("35.5", 3_556, false), ("35.6", 3_556, true), ("35.56", 3_556, true),
      ("35.55", 3_556, false),
    ] as [(String, Int32, Bool)])
  func agreement(_ printed: String, _ score: Int32, _ agrees: Bool) throws {
    let ndi = try #require(OutcomeInstrument.of(.ndi))
    #expect(try ndi.agrees(Hundredths(printed), with: score) == agrees)
  }

  @Test(
    "published examples are scored anew, and wrong totals are found",
    .enabled(if: Fixtures.directory != nil, "the outside fixtures are not on this machine"))
  func publishedExamples() throws {
    let url = try #require(Fixtures.url("outcomes/pacio-ndi-odi-quickdash.csv"))
    let rows = try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline)
      .dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(rows.count == 13)
    let names: [Substring: Instrument] = ["NDI": .ndi, "ODI": .odi, "QuickDASH": .quickdash]
    for row in rows {
      let kind = try #require(names[row[0]])
      let instrument = try #require(OutcomeInstrument.of(kind))
      let score = try instrument.score(row[3..<14].filter { !$0.isEmpty }.compactMap { Int($0) })
      #expect(try instrument.agrees(Hundredths(String(row[15])), with: score), "\(row[1])")
      #expect(
        try instrument.agrees(Hundredths(String(row[14])), with: score) == (row[16] == "yes"),
        "\(row[1])")
    }
  }
}

@Suite("Rules about scores")
struct OutcomeRuleTests {
  private func published() throws -> ClinicState {
    var scenario = try Scenario()
    try scenario.record(
      PublishRuleTable(
        table: "outcomes", version: "2027", effectiveFrom: CivilDate("2027-01-01"),
        source: "review of 2026",
        entries: [
          .init(key: "odi-mcid-hundredths", value: 1_280, source: "Copay 2008"),
          .init(key: "odi-mcid-rate", value: 0), .init(key: "odi-missing-items", value: 1),
        ]))
    return scenario.memory.clinic()
  }

  @Test("an old score is judged by the rule of its day")
  func ruleOfTheDay() throws {
    let clinic = try published()
    let old = try #require(clinic.instrument(.odi, on: CivilDate("2026-12-31")))
    let new = try #require(clinic.instrument(.odi, on: CivilDate("2027-01-01")))
    #expect(old.change(from: 3_000, to: 1_900).size == .important)
    #expect(old.change(from: 3_000, to: 1_900).isThirtyPercent)
    #expect(new.change(from: 3_000, to: 1_900).size == .none)
    #expect(!new.change(from: 3_000, to: 1_900).matters, "0 takes the rule out of force")
    #expect(new.important.source == "Copay 2008")
    #expect(old.important.source.hasPrefix("Ostelo"))
    let blanks = [-1, -1] + Array(repeating: 2, count: 8)
    #expect(try old.score(blanks) == 4_000)
    #expect(throws: Refusal.self) { try new.score(blanks) }
  }

  @Test("a course is judged score by score")
  func course() throws {
    let clinic = try published()
    let scores = try [("2026-12-01", 3_000), ("2026-12-30", 1_900), ("2027-01-05", 1_900)].map {
      OutcomeCourse.Score(on: try CivilDate($0.0), hundredths: Int32($0.1), measure: "")
    }
    let course = OutcomeCourse(instrument: .odi, scores: scores, baseline: scores[0])
    #expect(course.change(to: scores[1], by: clinic)?.size == .important)
    #expect(course.change(to: scores[2], by: clinic)?.size == OutcomeChange.Size.none)
    #expect(course.firstImportant(by: clinic) == scores[1])
  }

  @Test(
    "three scores without a detectable change are a plateau, a change for the worse is none",
    arguments: [
      ([5_000, 3_000, 2_600, 2_800], true), ([5_000, 3_000, 2_600], false),
      ([3_000, 2_600], false), ([3_000, 3_400, 4_200], false), ([3_000, 3_000, 3_000], true),
    ] as [([Int32], Bool)])
  func plateau(_ values: [Int32], _ isPlateau: Bool) throws {
    let first = try CivilDate("2026-01-05")
    let scores = values.enumerated().map {
      OutcomeCourse.Score(on: first.adding(days: 14 * $0), hundredths: $1, measure: "")
    }
    let course = OutcomeCourse(instrument: .ndi, scores: scores, baseline: scores[0])
    #expect((course.plateau(of: 3, by: ClinicState()) != nil) == isPlateau)
  }

  @Test(
    "a score has the published degree of severity",
    arguments: [
      (Instrument.ndi, 800, "none"), (.ndi, 1_000, "mild"), (.ndi, 3_556, "moderate"),
      (.ndi, 6_800, "severe"), (.ndi, 7_000, "complete"), (.odi, 2_000, "minimal"),
      (.odi, 2_600, "moderate"), (.odi, 10_000, "bed-bound"), (.lefs, 4_000, nil),
    ] as [(Instrument, Int32, String?)])
  func bands(_ instrument: Instrument, _ score: Int32, _ band: String?) throws {
    #expect(try #require(OutcomeInstrument.of(instrument)).band(of: score)?.name == band)
  }

  @Test("the arithmetic is told, and an error names the item")
  func arithmetic() throws {
    let ndi = try #require(OutcomeInstrument.of(.ndi))
    let scored = try ndi.scored([2, 1, 2, 2, 3, 2, 2, -1, 1, 1])
    #expect(scored.arithmetic == "16 / (9 x 5) x 100")
    #expect(scored.answered == 9 && scored.blanks == 1)
    let refusal = #expect(throws: Refusal.self) { try ndi.score([2, 1, 2, 7, 3, 2, 2, 2, 1, 1]) }
    #expect(refusal?.problem == "item 4 of NDI is 7, not 0 to 5")
    let blank = #expect(throws: Refusal.self) { try ndi.score([-1, 1, -1, 2, 3, 2, -1, 2, 1, 1]) }
    #expect(blank?.problem == "3 blanks are too many for NDI: item 1, 3, 7")
  }

  @Test("every measure's threshold is on its own scale and has a source")
  func sources() {
    for instrument in OutcomeInstrument.all {
      for threshold in [instrument.detectable, instrument.important].compactMap({ $0 }) {
        #expect(threshold.hundredths < instrument.scores.upperBound, "\(instrument.name)")
        #expect(!threshold.source.isEmpty)
      }
    }
  }

  @Test("a recorded score is scored again, and what disagrees is found")
  func recompute() throws {
    let odi = try #require(OutcomeInstrument.of(.odi))
    var measure = OutcomeMeasureScored()
    measure.instrument = .odi
    measure.items = [1, 0, 1, 1, 2, 1, 1, 1, 3, 2]
    measure.scoreHundredths = 2_600
    #expect(odi.recompute(measure)?.disagrees == false)
    (measure.reported, measure.reportedHundredths) = (true, 2_400)
    #expect(odi.recompute(measure)?.disagrees == true)
    (measure.reportedHundredths, measure.scoreHundredths) = (2_600, 2_400)
    #expect(odi.recompute(measure)?.disagrees == true, "the recorded score is wrong")
    measure.items = [9]
    #expect(odi.recompute(measure) == nil)
  }

  @Test("a joint is better the nearer it is to its normal range")
  func motion() throws {
    func measured(_ degrees: Int32, normal: Int32) -> RangeOfMotionMeasured {
      .with { ($0.degrees, $0.normalDegrees, $0.measuredOn) = (degrees, normal, 2026_03_02) }
    }
    let stiff = MotionCourse(
      measurements: [measured(40, normal: 80), measured(44, normal: 80), measured(60, normal: 80)],
      name: "rotation")
    #expect(stiff.improvement(at: 2) == 20)
    #expect(stiff.size(at: 1, by: ClinicState()) == OutcomeChange.Size.none)
    #expect(stiff.size(at: 2, by: ClinicState()) == .detectable)
    let loose = MotionCourse(
      measurements: [measured(100, normal: 80), measured(90, normal: 80)], name: "rotation")
    #expect(loose.improvement(at: 1) == 10)
  }
}

@Suite("Numbers with two decimals")
struct HundredthsTests {
  @Test(
    "they read and write",
    arguments: [
      ("36", 3_600, "36"), ("45.5", 4_550, "45.5"), ("0.25", 25, "0.25"), ("7.0", 700, "7.0"),
    ] as [(String, Int32, String)])
  func reading(_ text: String, _ hundredths: Int32, _ written: String) throws {
    let number = try Hundredths(text)
    #expect(number.hundredths == hundredths)
    #expect(number.description == written)
    #expect(try Hundredths(number.description) == number)
  }

  @Test(
    "other texts are refused",
    arguments: ["", ".", "1.", ".5", "-1", "1.234", "1.2.3", "1e3", "123456"])
  func refusal(_ text: String) { #expect(throws: ValueError.self) { try Hundredths(text) } }

  @Test(
    "computed ones are written without trailing zeros",
    arguments: [
      (4_550, "45.5"), (4_500, "45"), (4_556, "45.56"), (-25, "-0.25"),
    ] as [(Int32, String)])
  func writing(_ hundredths: Int32, _ text: String) { #expect(Hundredths.text(hundredths) == text) }
}
