internal import LMDB
import SwiftProtobuf
internal import Synchronization

/// Rows as they were decoded, each with the bytes that it was decoded from: a row whose bytes are
/// still the same need not be decoded again, in whatever transaction or generation it lies. A report
/// on the whole clinic reads all its patients, of whom few have changed since the last one.
final class DecodedRows: Sendable {
  struct Place: Hashable {
    var view: String
    var table: String
    var key: RowKey
  }

  private struct Entry {
    var bytes: [UInt8]
    var row: any Message & Sendable
    /// Whether it was asked for since the last look for what can go.
    var isUsed = true

    var cost: Int { 200 + DecodedRows.expansion * bytes.count }
  }

  /// A part of the rows, with a lock of its own: several reports are made at once, and look here for
  /// each row.
  ///
  /// When it is full, what is there stays, for a report that reads more than there is room for would
  /// otherwise find nothing of it the next time. Only what nobody asks for goes.
  private final class Shard: Sendable {
    struct State {
      var entries: [Place: Entry] = [:]
      var cost = 0
      /// How many found no room since the last look for what can go.
      var refused = 0
    }
    let state = Mutex(State())

    func entry(at place: Place) -> Entry? {
      state.withLock { state in
        guard let index = state.entries.index(forKey: place) else { return nil }
        state.entries.values[index].isUsed = true
        return state.entries.values[index]
      }
    }

    func keep(_ entry: Entry, at place: Place, most: Int) {
      // Many rows may go with it: not under the lock.
      _ = state.withLock { Self.keep(entry, at: place, in: &$0, most: most) }
    }

    /// - Returns: what is held no longer.
    private static func keep(
      _ entry: Entry, at place: Place, in state: inout State, most: Int
    ) -> [Entry] {
      var gone: [Entry] = []
      if let known = state.entries.removeValue(forKey: place) {
        state.cost -= known.cost
        gone.append(known)
      }
      if state.cost + entry.cost > most {
        state.refused += 1
        guard state.refused > state.entries.count else { return gone }
        state.refused = 0
        gone += removeUnused(from: &state)
        guard state.cost + entry.cost <= most else { return gone }
      }
      state.entries[place] = entry
      state.cost += entry.cost
      return gone
    }

    private static func removeUnused(from state: inout State) -> [Entry] {
      let unused = state.entries.filter { !$0.value.isUsed }
      for (place, entry) in unused {
        state.entries[place] = nil
        state.cost -= entry.cost
      }
      for index in state.entries.indices { state.entries.values[index].isUsed = false }
      return Array(unused.values)
    }
  }

  private let shards = (0..<16).map { _ in Shard() }
  private let most = Atomic(0)

  /// About as many times the bytes of a row take its fields, apart.
  private static let expansion = 6
  /// Smaller rows are decoded as fast as they are found here.
  private static let fewestBytes = 64

  /// - Parameter most: about how many bytes of memory to hold at most; 0 holds nothing.
  func limit(to most: Int) {
    self.most.store(most, ordering: .relaxed)
    for shard in shards { shard.state.withLock { $0 = Shard.State() } }
  }

  /// About how many bytes it holds now.
  var byteCount: Int {
    shards.reduce(0) { $0 + $1.state.withLock { $0.cost } }
  }

  /// The row that these bytes were decoded to before.
  func row<Row: Message>(at place: Place, _ bytes: RawSpan) -> Row? {
    guard let (shard, _) = shard(of: place, bytes), let entry = shard.entry(at: place),
      entry.bytes.count == bytes.byteCount, bytes.starts(with: entry.bytes)
    else { return nil }
    return entry.row as? Row
  }

  func keep(_ row: some Message & Sendable, at place: Place, _ bytes: RawSpan) {
    guard let (shard, most) = shard(of: place, bytes) else { return }
    shard.keep(Entry(bytes: [UInt8](copying: bytes), row: row), at: place, most: most)
  }

  /// Nil when rows of that size are not kept.
  private func shard(of place: Place, _ bytes: RawSpan) -> (Shard, most: Int)? {
    let most = most.load(ordering: .relaxed)
    guard most > 0, bytes.byteCount >= Self.fewestBytes else { return nil }
    let number = Int(UInt(bitPattern: place.key.hashValue) % UInt(shards.count))
    return (shards[number], most / shards.count)
  }
}
