import EventLog
import Foundation
import PracticeEvents
import TransparencyLog

/// An event as its leaf and the opening of its commitment tell it.
public struct OpenedEvent: Sendable {
  public let leaf: Leaf
  public let recordedAt: LogTime
  public let id: EventID
  public let command: CommandID
  public let kind: EventKind
  public let tags: [String]
  public let payload: [UInt8]
  public let event: PracticeEvent

  static let saltBytes = 32
  private static let fixedBytes = 80

  /// Takes an opening apart (see `Leaf.commitment(toOpening:)`).
  ///
  /// - Throws: `PacketFault` naming `file` unless the opening is the leaf's and whole.
  init(leaf: Leaf, opening: [UInt8], file: String) throws(PacketFault) {
    guard Leaf.commitment(toOpening: opening.span.bytes) == leaf.commitment else {
      throw PacketFault(file, "it is not what the leaf commits to")
    }
    func number(_ offset: Int, _ count: Int) -> UInt64 {
      opening[offset..<offset + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    let malformed = PacketFault(file, "its fields contradict each other")
    guard opening.count >= Self.fixedBytes, let id = EventID(bytes: opening[40..<56]),
      let command = CommandID(bytes: opening[56..<72])
    else { throw malformed }
    var tags: [String] = []
    var offset = Self.fixedBytes
    for _ in 0..<Int(number(74, 2)) {
      guard offset < opening.count else { throw malformed }
      let end = offset + 1 + Int(opening[offset])
      guard end <= opening.count,
        let tag = String(validating: opening[(offset + 1)..<end], as: UTF8.self)
      else { throw malformed }
      tags.append(tag)
      offset = end
    }
    guard opening.count - offset == Int(number(76, 4)) else { throw malformed }
    self.leaf = leaf
    recordedAt = LogTime(rawValue: Int64(bitPattern: number(32, 8)))
    self.id = id
    self.command = command
    kind = EventKind(rawValue: UInt16(number(72, 2)))
    self.tags = tags
    payload = Array(opening[offset...])
    do {
      event = try PracticeEvent(payload: payload)
    } catch {
      throw PacketFault(file, "its payload is not an event")
    }
    guard event.kind?.rawValue ?? kind.rawValue == kind.rawValue else {
      throw PacketFault(file, "its payload is of another kind than it says")
    }
  }

  /// As reports and ledgers take it.
  var recorded: RecordedFact {
    RecordedFact(
      position: leaf.position.rawValue, recordedAt: recordedAt.rawValue,
      id: UUIDKey(high: id.high, low: id.low),
      stream: UUIDKey(high: leaf.stream.high, low: leaf.stream.low),
      streamSequence: leaf.sequence, event: event)
  }

  /// The name of its kind, or its number when the kind is newer than this program.
  var kindName: String { PracticeEvent.Kind(rawValue: kind.rawValue).description }
}

extension Leaf {
  /// Reads the exact bytes of a leaf; nil when they are none.
  init?(parsing bytes: [UInt8]) {
    guard let lines = PacketText.lines(bytes), lines.count == 7 else { return nil }
    let values = lines.map { $0.drop { $0 != " " }.dropFirst() }
    guard let log = PacketText.id(LogID.self, values[1]),
      let position = PacketText.number(values[2]),
      let stream = PacketText.id(StreamID.self, values[3]),
      let sequence = PacketText.number(values[4]), let commitment = TreeHash(hex: String(values[6]))
    else { return nil }
    var previous: Previous?
    if values[5] != "-" {
      let words = values[5].split(separator: " ", omittingEmptySubsequences: false)
      guard words.count == 2, let at = PacketText.number(words[0]),
        let hash = TreeHash(hex: String(words[1]))
      else { return nil }
      previous = Previous(position: Position(at), hash: hash)
    }
    self.init(
      log: log, position: Position(position), stream: stream, sequence: sequence,
      previous: previous, commitment: commitment)
    guard text == bytes else { return nil }
  }
}
