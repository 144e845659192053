import BareLMDB
import EventLog

/// The puts with which a log stores events in one transaction, laid out for C: same tables, keys,
/// sizes and order of writing, so that the floor moves the same bytes. Hashes, salts and links are
/// random bytes: their content costs the storage nothing. Nor does the floor look up the tags of its
/// events, as the log does for their links.
struct PutPlan {
  private(set) var bytes: [UInt8] = []

  /// - Parameters:
  ///   - events: with their commands; equal neighbours are one command.
  ///   - position: of the first of them.
  ///   - tags: what the log has not settled yet.
  ///   - nodes: whether the tree's are among the puts.
  init(
    _ events: [(event: NewEvent, command: CommandID)], at position: UInt64,
    _ tags: inout UnsettledTags, nodes: Bool = true
  ) {
    var noise = Noise()
    var streams: Set<StreamID> = []
    for tag in tags.settle(before: position) {
      put(BARE_TAGS, Array(tag.text.utf8), noise.bytes(16))
    }
    var lastCommand: CommandID?
    for (offset, (event, command)) in events.enumerated() {
      let position = position + UInt64(offset)
      put(BARE_RECORDS, append: true, key(position), Self.record(event, &noise))
      put(BARE_EVENTS, event.id.bytes, noise.bytes(8))
      // The leaf, and each perfect subtree that it completes.
      for node in 0..<UInt64(nodes ? position.trailingZeroBitCount + 1 : 0) {
        put(BARE_NODES, append: true, key(Self.nodes(before: position) + node), noise.bytes(32))
      }
      streams.insert(event.stream)
      tags.insert(event.tags)
      if command != lastCommand { put(BARE_COMMANDS, command.bytes, noise.bytes(24)) }
      lastCommand = command
    }
    for stream in streams.sorted() { put(BARE_STREAMS, stream.bytes, noise.bytes(48)) }
  }

  /// Stored nodes of the tree over all positions below this one.
  private static func nodes(before position: UInt64) -> UInt64 {
    2 * (position - 1) - UInt64((position - 1).nonzeroBitCount)
  }

  /// As long as the log's record of the event: 120 bytes of header, tags, payload, padding, links.
  private static func record(_ event: NewEvent, _ noise: inout Noise) -> [UInt8] {
    var record = noise.bytes(120)
    for tag in event.tags {
      record.append(UInt8(tag.text.utf8.count))
      record.append(contentsOf: tag.text.utf8)
    }
    record.append(contentsOf: event.payload)
    let padding = (8 - record.count % 8) % 8
    return record + noise.bytes(padding + 8 * event.tags.count)
  }

  private func key(_ number: UInt64) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  private mutating func put(
    _ table: bare_table, append: Bool = false, _ key: [UInt8], _ value: [UInt8]
  ) {
    let header = bare_put_header(
      table: UInt8(table.rawValue), append: append ? 1 : 0, key_bytes: UInt16(key.count),
      value_bytes: UInt32(value.count))
    withUnsafeBytes(of: header) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: key)
    bytes.append(contentsOf: value)
  }
}

/// The tags whose rows are still to be written, as a log writes them: those of some thousand events
/// together.
struct UnsettledTags {
  private let limit: UInt64
  private var settled: UInt64
  private var tags: Set<Tag> = []

  /// - Parameters:
  ///   - position: of the event before the first.
  ///   - isImport: whether many come at once.
  init(after position: UInt64 = 0, isImport: Bool = false) {
    limit = LMDBEventLog.Options().eventsBetweenSettlements * (isImport ? 16 : 1)
    settled = position
  }

  fileprivate mutating func insert(_ more: [Tag]) { tags.formUnion(more) }

  /// - Returns: the tags to write together with the event at a position; none before there are enough.
  fileprivate mutating func settle(before position: UInt64) -> [Tag] {
    guard position - 1 - settled >= limit else { return [] }
    settled = position - 1
    defer { tags.removeAll(keepingCapacity: true) }
    return tags.sorted()
  }
}

/// Bytes that do not compress, the same in each run.
private struct Noise {
  private static let pool: [UInt8] = {
    var generator = SplitMix(state: 1)
    return (0..<65_536).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }()
  private var offset = 0

  mutating func bytes(_ count: Int) -> [UInt8] {
    offset = (offset + 4_099) % (Self.pool.count - 512)
    return Array(Self.pool[offset..<offset + min(count, 512)])
  }
}

/// A generator with a seed (SplitMix64), for choices that are the same in each run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
