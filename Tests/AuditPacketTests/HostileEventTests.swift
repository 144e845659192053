import EventLog
import Foundation
import Practice
import Testing
import TransparencyLog

@testable import AuditPacket

/// Whoever verifies a packet reads events that a dishonest clinic may have written by hand.
@Suite("Events with absurd numbers and texts") struct HostileEventTests {
  @Test("are written for people, or refused, and never stop the verifier")
  func absurd() async throws {
    let workshop = try await PacketWorkshop.shared.value
    let evidence = try workshop.evidence(
      of: workshop.patient, asOf: workshop.store.read { $0.head })
    let contents = PacketContents(
      profile: .board, withNotes: true, stream: workshop.patient, asOf: Position(1), from: nil,
      to: nil, zone: workshop.zone, backdatingDays: 7, recipient: "r", address: "a", purpose: "p",
      basis: "b")
    let checkpoint = try Checkpoint(origin: "log.example", size: 1, root: .emptyTree)
    var random = SeededBits(state: 20_261_127)
    var written = 0
    for _ in 0..<600 {
      var events: [(leaf: Leaf, opened: OpenedEvent?)] = []
      for _ in 0..<4 {
        let original = try #require(evidence.randomElement(using: &random))
        let opening = Self.absurd(original.opening, &random)
        var leaf = original.leaf
        leaf.commitment = Leaf.commitment(toOpening: opening.span.bytes)
        leaf.position =
          [Position(1), leaf.position, Position(.max)].randomElement(using: &random)
          ?? leaf.position
        guard let opened = try? OpenedEvent(leaf: leaf, opening: opening, file: "") else {
          continue
        }
        events.append((leaf, opened))
      }
      guard let seal = events.first?.opened else { continue }
      let brackets = Brackets([
        DatedCheckpoint(
          size: 0, times: [.init(seconds: 253_402_300_799, by: "w", isWitness: true)]),
        DatedCheckpoint(size: .max, times: [.init(seconds: 0, by: "w", isWitness: true)]),
      ])
      let rendering = Rendering(
        contents: contents, checkpoint: checkpoint, events: events, seal: seal, rotations: [],
        references: events.compactMap { $0.opened.flatMap(Reference.init) }, brackets: brackets)
      if (try? rendering.files()) != nil { written += 1 }
    }
    #expect(written > 300)
  }

  /// The opening with a number, text or time of its payload replaced by one that nobody would enter.
  private static func absurd(_ opening: [UInt8], _ random: inout SeededBits) -> [UInt8] {
    // Recorded at; then the tags lead to the payload (see `Leaf.commitment(toOpening:)`).
    var head = Array(opening[..<80])
    if Int.random(in: 0..<4, using: &random) == 0 {
      let time = [Int64.min, -1, 0, .max].randomElement(using: &random) ?? 0
      head.replaceSubrange(32..<40, with: withUnsafeBytes(of: time.littleEndian) { Array($0) })
    }
    var offset = 80
    for _ in 0..<(Int(opening[74]) | Int(opening[75]) << 8) { offset += 1 + Int(opening[offset]) }
    var payload = Array(opening[offset...])
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      payload = Message(payload)?.mutated(&random) ?? payload
    }
    let count = UInt32(payload.count)
    head.replaceSubrange(76..<80, with: withUnsafeBytes(of: count.littleEndian) { Array($0) })
    return head + opening[80..<offset] + payload
  }

  /// A Protocol Buffers message taken apart, as far as its bytes tell.
  private struct Message {
    var fields: [(key: UInt64, varint: UInt64?, bytes: [UInt8])] = []

    init?(_ bytes: [UInt8]) {
      var rest = bytes[...]
      func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 70, by: 7) {
          guard let byte = rest.popFirst() else { return nil }
          value |= UInt64(byte & 127) << UInt64(min(shift, 63))
          if byte < 128 { return value }
        }
        return nil
      }
      while !rest.isEmpty {
        guard let key = varint(&rest), key >> 3 > 0 else { return nil }
        switch key & 7 {
        case 0:
          guard let value = varint(&rest) else { return nil }
          fields.append((key, value, []))
        case 2:
          guard let count = varint(&rest), count <= rest.count else { return nil }
          fields.append((key, nil, Array(rest.prefix(Int(count)))))
          rest = rest.dropFirst(Int(count))
        default: return nil
        }
      }
    }

    var encoded: [UInt8] {
      func varint(_ value: UInt64) -> [UInt8] {
        var (bytes, rest) = ([UInt8](), value)
        while rest >= 128 {
          bytes.append(UInt8(rest & 127) | 128)
          rest >>= 7
        }
        return bytes + [UInt8(rest)]
      }
      return fields.flatMap { field in
        varint(field.key)
          + (field.varint.map(varint) ?? varint(UInt64(field.bytes.count)) + field.bytes)
      }
    }

    /// With one field changed, at any depth.
    func mutated(_ random: inout SeededBits) -> [UInt8] {
      guard let index = fields.indices.randomElement(using: &random) else { return encoded }
      var copy = self
      if fields[index].varint != nil {
        let values: [UInt64] = [
          0, 1, 20_269_999, 99_999_999, UInt64(Int32.max), UInt64(Int64.max), 1 << 63, .max,
          UInt64(bitPattern: -20_260_101),
        ]
        copy.fields[index].varint = values.randomElement(using: &random)
      } else if let inner = Message(fields[index].bytes), !inner.fields.isEmpty,
        Int.random(in: 0..<8, using: &random) > 0
      {
        copy.fields[index].bytes = inner.mutated(&random)
      } else {
        let texts = ["", "<script>\u{202e}\"&", "-1", String(repeating: "9", count: 300)]
        copy.fields[index].bytes = Array((texts.randomElement(using: &random) ?? "").utf8)
      }
      return copy.encoded
    }
  }
}
