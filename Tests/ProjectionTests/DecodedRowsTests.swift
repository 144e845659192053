import EventLog
import PracticeEvents
import SwiftProtobuf
import Testing

@testable import Projection

@Suite("Rows that are kept decoded")
struct DecodedRowsTests {
  private static func place(_ number: UInt64) -> DecodedRows.Place {
    DecodedRows.Place(view: "consents", table: "open", key: RowKey().adding(number))
  }

  private static func row(_ letter: Character, _ count: Int) -> Google_Protobuf_StringValue {
    Google_Protobuf_StringValue(String(repeating: letter, count: count))
  }

  private static func found(
    _ rows: DecodedRows, _ number: UInt64, _ row: Google_Protobuf_StringValue
  ) throws -> Google_Protobuf_StringValue? {
    let bytes: [UInt8] = try row.serializedBytes()
    return rows.row(at: place(number), bytes.span.bytes)
  }

  private static func keep(
    _ rows: DecodedRows, _ number: UInt64, _ row: Google_Protobuf_StringValue
  ) throws {
    let bytes: [UInt8] = try row.serializedBytes()
    rows.keep(row, at: place(number), bytes.span.bytes)
  }

  @Test("are found by their place as long as their bytes are the same")
  func sameBytes() throws {
    let rows = DecodedRows()
    rows.limit(to: 1 << 20)
    let (old, new) = (Self.row("a", 100), Self.row("b", 100))
    try Self.keep(rows, 1, old)
    #expect(try Self.found(rows, 1, old) == old)
    #expect(try Self.found(rows, 2, old) == nil)
    #expect(try Self.found(rows, 1, new) == nil)
    #expect(try Self.found(rows, 1, Self.row("a", 101)) == nil)
    try Self.keep(rows, 1, new)
    #expect(try Self.found(rows, 1, new) == new)
    #expect(try Self.found(rows, 1, old) == nil)
  }

  @Test("are bounded; when there is no room those that are read again stay, the others go")
  func bounded() throws {
    let rows = DecodedRows()
    try Self.keep(rows, 0, Self.row("a", 1_000))
    #expect(rows.byteCount == 0)
    let most = 1 << 20
    rows.limit(to: most)
    let row = Self.row("a", 1_000)
    // A scan that is longer than there is room for, again and again.
    var found = [0, 0, 0, 0]
    for round in found.indices {
      for number in 0..<UInt64(400) {
        if try Self.found(rows, number, row) != nil {
          found[round] += 1
        } else {
          try Self.keep(rows, number, row)
        }
        #expect(rows.byteCount <= most)
      }
    }
    #expect(found[0] == 0)
    // There is room for 160, spread by chance; were the oldest to go, none would be found.
    #expect(found[3] > 40)
    // Others take the place of what is not asked for any more.
    for _ in 0..<6 {
      for number in UInt64(1_000)..<1_400 where try Self.found(rows, number, row) == nil {
        try Self.keep(rows, number, row)
      }
    }
    #expect(try (0..<UInt64(400)).allSatisfy { try Self.found(rows, $0, row) == nil })
    #expect(rows.byteCount <= most)
  }

  @Test("change nothing of what is read, while events come and views are built anew")
  func sameRows() async throws {
    let directory = try TemporaryViews()
    let log = try await ConsentHistory.log(200)
    let views = try directory.open(log)
    views.keepDecodedRows(upTo: 1 << 20)
    func expectSame() throws {
      // The second time finds what the first has kept.
      for _ in 0..<2 {
        let (position, found) = try views.read { ($0.position, try Self.tally($0)) }
        let wanted = try views.read(asOf: position, of: [ConsentProjector.self]) {
          try Self.tally($0)
        }
        #expect(found == wanted)
      }
    }
    for end in [UInt64(50), 51, 120, 121, 122, 200] {
      try views.catchUp(to: Position(end))
      try expectSame()
    }
    try views.rebuild()
    try expectSame()
    #expect(views.decodedRows.byteCount > 0)
  }

  private static func tally(_ views: ViewSet) throws -> [Google_Protobuf_Struct] {
    try views.rows(of: ConsentProjector.self).rows(in: ConsentProjector.tally)
  }
}
