import Foundation
import Testing
import TransparencyLog

@testable import EventLog

/// Logs written today must be readable for ever: these bytes never change.
@Suite struct RecordFormatTests {
  static let event = NewEvent(
    id: EventID(high: 0x0102_0304_0506_0708, low: 0x090a_0b0c_0d0e_0f10),
    stream: StreamID(high: 0x1112_1314_1516_1718, low: 0x191a_1b1c_1d1e_1f20),
    kind: EventKind(rawValue: 0x0165), tags: [Tag("a:1"), Tag("bc")], payload: [0xca, 0xfe, 0x01])
  static let placement = RecordFormat.Placement(
    recordedAt: LogTime(rawValue: 0x0006_0000_0000_0001),
    command: CommandID(high: 0x2122_2324_2526_2728, low: 0x292a_2b2c_2d2e_2f30),
    salt: (0x40..<0x60).map { UInt8($0) }, sequence: 3, previous: 0x0102, tagLinks: [5, 0])

  static let bytes = """
    0100 0000 5a000000
    1112131415161718191a1b1c1d1e1f20
    0300000000000000 0201000000000000
    404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f
    0100000000000600
    0102030405060708090a0b0c0d0e0f10 2122232425262728292a2b2c2d2e2f30
    6501 0200 03000000
    03 613a31 02 6263
    cafe01
    000000000000
    0500000000000000 0000000000000000
    """.split { $0.isWhitespace }.joined()

  @Test("a record has exactly these bytes")
  func record() {
    var buffer: [UInt8] = [9, 9, 9]
    RecordFormat.encode(Self.event, Self.placement, into: &buffer)
    #expect(hex(buffer) == Self.bytes)
    #expect(buffer.count % 8 == 0)
  }

  @Test("every field of a record is read back")
  func view() throws {
    var buffer: [UInt8] = []
    RecordFormat.encode(Self.event, Self.placement, into: &buffer)
    let view = try RecordView(position: Position(9), bytes: buffer.span.bytes)
    let recorded = view.recorded()
    let (previous, links) = (view.previousInStream, [view.link(ofTag: 0), view.link(ofTag: 1)])
    let (salt, index) = (view.salt, view.index(ofTag: Array("bc".utf8)))
    #expect(
      recorded
        == RecordedEvent(
          position: Position(9), recordedAt: Self.placement.recordedAt, id: Self.event.id,
          stream: Self.event.stream, streamSequence: 3, kind: Self.event.kind,
          tags: Self.event.tags, command: Self.placement.command, payload: Self.event.payload))
    #expect(previous == Position(0x0102))
    #expect(links == [5, 0])
    #expect(salt == Self.placement.salt)
    #expect(index == 1)
  }

  @Test("no broken record is read outside of its bytes")
  func broken() throws {
    var buffer: [UInt8] = []
    RecordFormat.encode(Self.event, Self.placement, into: &buffer)
    for length in 0..<buffer.count {
      let cut = Array(buffer[..<length])
      #expect(throws: EventLogError.self) {
        _ = try RecordView(position: Position(1), bytes: cut.span.bytes).position
      }
    }
    // Any other byte may yield a wrong field, but every field can be read.
    for index in buffer.indices {
      for value in [UInt8(0), 0x7f, 0xff] {
        var changed = buffer
        changed[index] = value
        if let view = try? RecordView(position: Position(1), bytes: changed.span.bytes) {
          _ = view.recorded()
          _ = view.salt
          _ = view.index(ofTag: Array("bc".utf8))
        }
      }
    }
  }

  /// Computed with `sha256sum` from the bytes above.
  @Test("leaf and commitment have exactly these bytes")
  func leaf() throws {
    var buffer: [UInt8] = []
    RecordFormat.encode(Self.event, Self.placement, into: &buffer)
    let view = try RecordView(position: Position(9), bytes: buffer.span.bytes)
    let commitment = Leaf.commitment(toOpening: view.opening)
    #expect(
      commitment.hex == "2b36d3d050bd20dd610ae74fdc78490d578a18351c7ec3b2f7e0f193b1b30630")
    var leaf = Leaf(
      log: LogID(high: 0xaaaa_aaaa_aaaa_aaaa, low: 0xbbbb_bbbb_bbbb_bbbb), position: Position(9),
      stream: Self.event.stream, sequence: 3,
      previous: Leaf.Previous(position: Position(258), hash: .emptyTree), commitment: commitment)
    #expect(
      String(decoding: leaf.text, as: UTF8.self) == """
        chartledger-leaf/v1
        log aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb
        position 9
        stream 1112131415161718191a1b1c1d1e1f20
        sequence 3
        previous 258 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        commitment \(commitment.hex)

        """)
    leaf.previous = nil
    #expect(String(decoding: leaf.text, as: UTF8.self).contains("\nprevious -\ncommitment "))
    #expect(leaf.hash == .leaf(leaf.text))
  }

  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
  }
}

@Suite struct LogTimeTests {
  @Test(
    "a time is RFC 3339 with microseconds",
    arguments: [
      (0, "1970-01-01T00:00:00.000000Z"),
      (-1, "1969-12-31T23:59:59.999999Z"),
      (951_782_400_000_001, "2000-02-29T00:00:00.000001Z"),
      (1_769_850_900_000_250, "2026-01-31T09:15:00.000250Z"),
      (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"),
      (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
    ] as [(Int64, String)])
  func description(microseconds: Int64, text: String) {
    #expect(LogTime(rawValue: microseconds).description == text)
    #expect(LogTime(text)?.rawValue == microseconds)
  }

  @Test(
    "what is no such time is refused",
    arguments: [
      "", "2026-01-31", "2026-01-31T09:15:00Z", "2026-02-29T00:00:00.000000Z",
      "2026-13-01T00:00:00.000000Z", "2026-00-01T00:00:00.000000Z",
      "2026-01-31T24:00:00.000000Z", "2026-01-31T09:60:00.000000Z",
      "2026-01-31T09:15:60.000000Z", "2026-01-31 09:15:00.000000Z",
      "2026-01-31T09:15:00.000000+", "2026-01-31T09:15:00.00000xZ",
    ])
  func invalid(text: String) { #expect(LogTime(text) == nil) }
}
