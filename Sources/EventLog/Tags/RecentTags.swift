internal import LMDB
import Synchronization

/// A tag that is hashed once: an import looks for it in several places.
struct HashedTag: Hashable, Sendable {
  let tag: Tag
  private let hash: Int

  init(_ tag: Tag) {
    self.tag = tag
    hash = tag.hashValue
  }

  static func == (a: HashedTag, b: HashedTag) -> Bool { a.hash == b.hash && a.tag == b.tag }
  func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

/// What the events after a position did to the heads of their tags.
///
/// Grows with the log, by whoever needs it first, and tells the heads as of each commit since its
/// start: reads of an older state share it with those of the newest.
final class RecentTags: Sendable {
  /// The moves of one tag. A head's count is that of the events since the start.
  private struct Moves {
    private var newest: TagHead
    private var older: [TagHead] = []

    init(_ first: TagHead) { newest = first }

    var last: UInt64 { newest.last }

    mutating func add(_ move: TagHead) {
      older.append(newest)
      newest = TagHead(last: move.last, count: newest.count + move.count)
    }

    mutating func add(_ later: Moves) {
      let before = newest
      older.append(before)
      for move in later.older {
        older.append(TagHead(last: move.last, count: before.count + move.count))
      }
      newest = TagHead(last: later.newest.last, count: before.count + later.newest.count)
    }

    /// The last of them up to a position.
    func asOf(_ position: UInt64) -> TagHead? {
      if newest.last <= position { return newest }
      var (start, end) = (0, older.count)
      while start < end {
        let middle = (start + end) / 2
        if older[middle].last <= position { start = middle + 1 } else { end = middle }
      }
      return start == 0 ? nil : older[start - 1]
    }
  }

  private struct State {
    /// The last event that is in it.
    var end: UInt64
    var moves: [HashedTag: Moves] = [:]

    /// - Parameter move: its last event, and how many.
    /// - Returns: what was the tag's last event before.
    mutating func add(_ move: TagHead, of tag: HashedTag) -> UInt64? {
      guard let index = moves.index(forKey: tag) else {
        moves[tag] = Moves(move)
        return nil
      }
      let before = moves.values[index].last
      moves.values[index].add(move)
      return before
    }
  }

  /// Its events come after this position.
  let start: UInt64
  private let state: Mutex<State>

  /// - Parameter count: about how many tags there are going to be.
  init(after start: UInt64, expecting count: Int = 0) {
    self.start = start
    state = Mutex(State(end: start, moves: Dictionary(minimumCapacity: count)))
  }

  var count: Int { state.withLock { $0.moves.count } }

  /// A tag's last event up to a position, and how many there are since the start; nil for none.
  func head(of tag: HashedTag, asOf position: UInt64) -> TagHead? {
    state.withLock { $0.moves[tag]?.asOf(position) }
  }

  /// The heads of all its tags, in the order of the tags.
  func heads(asOf position: UInt64) -> [(tag: Tag, head: TagHead)] {
    state.withLock(\.moves)
      .compactMap { tag, moves in moves.asOf(position).map { (tag: tag.tag, head: $0) } }
      .sorted { $0.tag < $1.tag }
  }

  /// Takes in further events that have a tag.
  ///
  /// - Parameter move: the last of them, and how many.
  /// - Returns: the one before them; nil when there is none since the start.
  func add(_ move: TagHead, of tag: HashedTag) -> UInt64? {
    state.withLock { $0.add(move, of: tag) }
  }

  /// Takes in what a transaction did, now that it is committed; unless somebody has read it already.
  func add(_ later: RecentTags, through end: UInt64) {
    let moves = later.state.withLock(\.moves)
    state.withLock { state in
      guard state.end == later.start else { return }
      state.end = end
      if state.moves.isEmpty {
        state.moves = moves
      } else {
        for (tag, more) in moves {
          // In place: a copy would copy the history of a tag that most events have.
          if let index = state.moves.index(forKey: tag) {
            state.moves.values[index].add(more)
          } else {
            state.moves[tag] = more
          }
        }
      }
    }
  }

  /// Takes in the records up to a position, all of which are committed.
  func grow(
    to position: UInt64, _ tables: LogTables, _ transaction: ReadTransaction
  ) throws {
    try state.withLock { state in
      guard state.end < position else { return }
      var cursor = try transaction.cursor(over: tables.records)
      var entry = try cursor.seek(atOrAfter: state.end + 1)
      while state.end < position {
        let next = Position(state.end + 1)
        guard let row = entry, row.key.byteCount == 8,
          row.key.bigEndian(UInt64.self, at: 0) == next.rawValue
        else { throw EventLogError.damaged(next, "the record is missing") }
        for tag in try RecordView(position: next, bytes: row.value).tags {
          _ = state.add(TagHead(last: next.rawValue, count: 1), of: HashedTag(tag))
        }
        state.end = next.rawValue
        entry = try cursor.next()
      }
    }
  }
}

extension RecentTags {
  /// What one process remembers of a log: the tags since they were settled last, and those since the
  /// time before, of which reads that began before may ask.
  final class Shelf: Sendable {
    private let kept = Mutex<[RecentTags]>([])

    /// - Parameter count: about how many tags there are going to be.
    func since(_ start: UInt64, expecting count: Int = 0) -> RecentTags {
      kept.withLock { kept in
        if let known = kept.first(where: { $0.start == start }) { return known }
        let new = RecentTags(after: start, expecting: count)
        kept = Array((kept + [new]).sorted { $0.start > $1.start }.prefix(2))
        return new
      }
    }
  }
}
