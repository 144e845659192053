import EventLog
import PracticeEvents
import Projection
import SwiftProtobuf
import Testing

@Suite("Rows in memory")
struct MemoryRowsTests {
  private let numbers = RowTable<Google_Protobuf_Int64Value>("numbers")
  private let rows = MemoryRows(tables: ["numbers"])

  @Test("a row is set, changed, read and removed")
  func lifeOfARow() throws {
    let key = RowKey().adding("a")
    #expect(try rows.row(in: numbers, at: key) == nil)
    try rows.update(in: numbers, at: key) { $0.value += 2 }
    try rows.update(in: numbers, at: key) { $0.value += 3 }
    #expect(try rows.row(in: numbers, at: key)?.value == 5)
    try rows.set(Google_Protobuf_Int64Value(9), in: numbers, at: key)
    #expect(try rows.rows(in: numbers).map(\.value) == [9])
    try rows.remove(in: numbers, at: key)
    #expect(try rows.row(in: numbers, at: key) == nil)
    #expect(try rows.rows(in: numbers).isEmpty)
    #expect(rows.count == 0)
  }

  @Test("rows added after a listing are in the next one, in order")
  func order() throws {
    for number in [5, 1, 3] as [Int64] { try set(number) }
    #expect(try rows.rows(in: numbers).map(\.value) == [1, 3, 5])
    for number in [2, 9] as [Int64] { try set(number) }
    #expect(try rows.rows(in: numbers).map(\.value) == [1, 2, 3, 5, 9])
  }

  private func set(_ number: Int64) throws {
    try rows.set(
      Google_Protobuf_Int64Value(number), in: numbers, at: RowKey().adding(UInt64(number)))
  }

  @Test("a change that fails keeps the row")
  func failedChange() throws {
    struct Failure: Error {}
    let key = RowKey().adding("a")
    try rows.set(Google_Protobuf_Int64Value(4), in: numbers, at: key)
    #expect(throws: Failure.self) { try rows.update(in: numbers, at: key) { _ in throw Failure() } }
    #expect(try rows.row(in: numbers, at: key)?.value == 4)
  }

  @Test("a table that is not named, or of another type, is refused")
  func refusedTables() throws {
    #expect(throws: ProjectionError.unknownTable("other")) {
      try rows.row(in: RowTable<Google_Protobuf_Int64Value>("other"), at: RowKey())
    }
    try rows.set(Google_Protobuf_Int64Value(4), in: numbers, at: RowKey().adding("a"))
    #expect(throws: ProjectionError.wrongRowType(table: "numbers")) {
      try rows.row(in: RowTable<Google_Protobuf_StringValue>("numbers"), at: RowKey().adding("a"))
    }
  }

  @Test("a derived row is made from its source as that is when it is asked for, once")
  func derivedRow() throws {
    let key = RowKey().adding("a")
    let (sources, doubles) = (
      RowTable<Google_Protobuf_Int64Value>("sources"),
      RowTable<Google_Protobuf_Int64Value>("doubles")
    )
    let rows = MemoryRows(tables: ["sources", "doubles"])
    var made = 0
    func change(to value: Int64) throws {
      try rows.set(Google_Protobuf_Int64Value(value), in: sources, at: key)
      try rows.derive(doubles, from: sources, at: key) { source in
        made += 1
        return source.value == 0 ? nil : Google_Protobuf_Int64Value(2 * source.value)
      }
    }
    try change(to: 1)
    try change(to: 2)
    #expect(made == 0)
    #expect(try rows.row(in: doubles, at: key)?.value == 4)
    #expect(try rows.rows(in: doubles).map(\.value) == [4])
    #expect(made == 1)
    try change(to: 0)
    #expect(try rows.row(in: doubles, at: key) == nil)
    #expect(try rows.rows(in: doubles).isEmpty)
  }

  @Test("a recorded event becomes the fact that it was, or says where it cannot")
  func adapter() throws {
    let fact = ConsentHistory.facts(1)[0]
    var event = RecordedEvent(
      position: Position(1), recordedAt: LogTime(rawValue: fact.recordedAt),
      id: EventID(high: 1, low: 1), stream: StreamID(high: 2, low: 1), streamSequence: 1,
      kind: EventKind(.consentSigned), tags: [], command: CommandID(high: 0, low: 0),
      payload: try fact.event.payload())
    let decoded = try RecordedFact(event)
    #expect(decoded.event == fact.event)
    #expect(decoded.id == fact.id)
    #expect(decoded.stream == fact.stream)
    event.kind = EventKind(.consentRevoked)
    #expect(throws: ProjectionError.self) { try RecordedFact(event) }
  }
}
