import Foundation
import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Billable units")
struct BillableUnitsTests {
  static let untimed: Set<Substring> = ["97010", "97161"]

  /// `97112:24 97110:23` as lines.
  static func lines(_ text: some StringProtocol) throws -> [BillableUnits.Line] {
    try text.split(separator: " ").map { part in
      let pair = part.split(separator: ":")
      return BillableUnits.Line(
        cpt: String(pair[0]), minutes: try #require(Int(pair[1])),
        isTimed: !untimed.contains(Substring(pair[0])))
    }
  }

  @Test(
    "the rules' own examples come out",
    arguments: [
      // Medicare Claims Processing Manual, chapter 5, section 20.2.C, examples 1 to 5.
      ("97112:24 97110:23", [2, 1], false, [2, 2]),
      ("97110:20 97140:20", [2, 1], true, [1, 1]),
      ("97110:33 97140:7", [2, 1], false, [2, 0]),
      ("97110:18 97140:13 97116:10 97035:8", [1, 1, 1, 0], false, [1, 1, 1, 1]),
      ("97112:7 97110:7 97140:7", [1, 0, 0], true, [0, 0, 0]),
      // Massage.
      ("97124:7", [0], false, [0]), ("97124:8", [1], false, [1]), ("97124:22", [1], false, [1]),
      ("97124:23", [2], false, [2]), ("97124:38", [3], false, [3]), ("97140:60", [4], false, [4]),
      ("97124:8 97140:8", [1, 0], true, [1, 1]), ("97140:15 97124:7", [1, 0], false, [1, 0]),
      ("97140:15 97124:8", [1, 1], false, [1, 1]),
      ("97140:12 97124:12 97112:12", [1, 1, 0], true, [1, 1, 1]),
      ("97140:35 97124:18 97112:7", [2, 1, 1], false, [2, 1, 0]),
      // A service that is not timed is one unit, and its minutes help no other.
      ("97010:15 97124:7", [1, 0], false, [1, 0]), ("97010:0", [1], false, [1]),
      // Lines of one code are counted together.
      ("97140:10 97140:10", [1, 0], true, [1, 0]), ("97140:8 97140:8", [1, 0], true, [1, 0]),
      ("97140:20 97140:25", [1, 2], false, [1, 2]), ("", [], false, []),
    ] as [(String, [Int], Bool, [Int])])
  func examples(_ text: String, _ cms: [Int], _ tie: Bool, _ ama: [Int]) throws {
    let lines = try Self.lines(text)
    let byCMS = BillableUnits(lines, rule: .cmsEightMinute)
    #expect(byCMS.units == cms)
    #expect(byCMS.isTie == tie)
    #expect(BillableUnits(lines, rule: .amaMidpoint).units == ama)
  }

  @Test(
    "minutes that earned no unit are told",
    arguments: [
      ("97124:22", 7, 7), ("97124:7", 7, 7), ("97124:23", 0, 0), ("97124:8 97140:8", 1, 0),
      ("97140:22 97124:22", 0, 14), ("97112:7 97110:7 97140:7", 6, 21),
    ])
  func dropped(_ text: String, _ cms: Int, _ ama: Int) throws {
    let lines = try Self.lines(text)
    #expect(BillableUnits(lines, rule: .cmsEightMinute).droppedMinutes == cms)
    #expect(BillableUnits(lines, rule: .amaMidpoint).droppedMinutes == ama)
  }

  @Test("the shares always add up to what the minutes earn")
  func sums() {
    for a in 0...46 {
      for b in 0...46 {
        let lines = [a, b, 9].enumerated().map {
          BillableUnits.Line(cpt: "9714\($0.offset)", minutes: $0.element, isTimed: true)
        }
        let units = BillableUnits(lines, rule: .cmsEightMinute).units
        #expect(units.reduce(0, +) == BillableUnits.eightMinuteUnits(a + b + 9))
        #expect(zip(units, lines).allSatisfy { $0 <= $1.minutes / 15 + 1 })
      }
    }
  }

  @Test(
    "test vectors of others come out",
    .enabled(if: Fixtures.directory != nil, "the outside fixtures are not on this machine"))
  func vectors() throws {
    let url = try #require(Fixtures.url("rules/units-testvectors.csv"))
    let rows = try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline)
      .dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(rows.count > 10)
    for row in rows {
      let lines = try Self.lines(row[1])
      let cms = BillableUnits(lines, rule: .cmsEightMinute)
      let ama = BillableUnits(lines, rule: .amaMidpoint)
      #expect(Self.text(lines, cms) == row[4], "\(row[0])")
      #expect(cms.units.reduce(0, +) == Int(row[3]), "\(row[0])")
      #expect(cms.isTie == (row[5] == "tie"), "\(row[0])")
      #expect(Self.text(lines, ama) == row[6], "\(row[0])")
      #expect(ama.units.reduce(0, +) == Int(row[7]), "\(row[0])")
    }
  }

  /// `97112x2 97110x1`.
  private static func text(_ lines: [BillableUnits.Line], _ units: BillableUnits) -> String {
    zip(lines, units.units).map { "\($0.cpt)x\($1)" }.joined(separator: " ")
  }
}
