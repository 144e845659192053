import Dispatch
import Foundation
internal import LMDB
import Synchronization
internal import TransparencyLog

/// Recomputes commitments, leaves and nodes on several threads, each with ranges of records of its
/// own; together they cover every stored node.
///
/// A leaf contains the stored leaf of its stream's previous event, which is another range's to
/// verify: if all agree, each with the ones below it, the whole tree follows from the records.
final class HashCheck: Sendable {
  private static let recordsPerRange: UInt64 = 2048

  let head: Position
  private let environment: Environment
  private let tables: LogTables
  private let log: LogID
  private let next = Atomic<UInt64>(1)
  private let checked = Atomic<UInt64>(0)
  private let lowestBad = Atomic<UInt64>(.max)
  private let found = Mutex<(any Error)?>(nil)

  init(_ environment: Environment, _ tables: LogTables, _ log: LogID, _ head: Position) {
    self.environment = environment
    self.tables = tables
    self.log = log
    self.head = head
  }

  /// How many records have been checked.
  var done: UInt64 { checked.load(ordering: .relaxed) }

  /// The lowest position known to be bad; nothing above it matters any more.
  var firstBad: UInt64 { lowestBad.load(ordering: .relaxed) }

  /// The problem at the lowest position of all.
  var problem: (any Error)? { found.withLock { $0 } }

  /// Begins on as many threads as there are processors.
  func start() -> Work {
    let group = DispatchGroup()
    let threads = (0..<max(1, ProcessInfo.processInfo.activeProcessorCount)).map { _ in
      group.enter()
      return WorkerThread(name: "log verify") { [self] in
        run()
        group.leave()
      }
    }
    return Work(group: group, threads: threads)
  }

  /// The threads that check; to be waited for.
  struct Work {
    fileprivate let group: DispatchGroup
    fileprivate let threads: [WorkerThread]

    /// Returns when all is checked or the first problem is found, and no thread holds the log.
    func wait(meanwhile: () -> Void) {
      while group.wait(timeout: .now() + .milliseconds(100)) == .timedOut { meanwhile() }
      for thread in threads { thread.join() }
    }
  }

  /// Keeps the problem, unless one at a lower position is known; one without a position, such as a
  /// failing disk, comes before all.
  func report(_ error: any Error) {
    var position: UInt64 = 0
    if case EventLogError.damaged(let bad, _) = error { position = bad.rawValue }
    found.withLock { found in
      guard found == nil || position <= lowestBad.load(ordering: .relaxed) else { return }
      found = error
      lowestBad.store(position, ordering: .relaxed)
    }
  }

  private func run() {
    while true {
      // Handed out in order: below a bad position every range is being checked or has been.
      let first = next.wrappingAdd(Self.recordsPerRange, ordering: .relaxed).oldValue
      guard first <= head.rawValue, first <= firstBad else { return }
      let last = min(head.rawValue, first + Self.recordsPerRange - 1)
      do {
        try environment.read { try check(first...last, $0) }
      } catch {
        report(error)
      }
    }
  }

  private func check(_ range: ClosedRange<UInt64>, _ transaction: ReadTransaction) throws {
    var cursor = try transaction.cursor(over: tables.records)
    var row = try cursor.seek(atOrAfter: range.lowerBound)
    for number in range {
      let position = Position(number)
      guard let entry = row, entry.key.byteCount == 8,
        entry.key.bigEndian(UInt64.self, at: 0) == number
      else { throw EventLogError.damaged(position, "the record is missing") }
      do {
        try check(RecordView(position: position, bytes: entry.value), transaction)
      } catch EventLogError.damaged(.none, let reason) {
        throw EventLogError.damaged(position, reason)
      }
      if number < range.upperBound { row = try cursor.next() }
      checked.wrappingAdd(1, ordering: .relaxed)
    }
  }

  private func check(_ record: RecordView, _ transaction: ReadTransaction) throws {
    let position = record.position
    func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
      guard condition else { throw EventLogError.damaged(position, problem()) }
    }
    let offset = position.rawValue - 1
    let first = StoredNodes.count(treeSize: offset)
    var node = try transaction.leaf(tables, of: record, log: log).hash
    try require(
      try transaction.node(tables, first) == node,
      "its bytes do not match its leaf in the hash tree")
    try require(record.isPaddedWithZeros, "the record has bytes that belong to nothing")
    try require(
      try transaction.position(tables, of: record.id) == position,
      "the index of event ids does not lead to it")
    // The subtrees that this leaf completes as their last one.
    for level in 0..<(~offset).trailingZeroBitCount {
      let left = StoredNodes.index(level: level, offset: (offset >> UInt64(level)) - 1)
      node = .node(try transaction.node(tables, left), node)
      let index = first + UInt64(level) + 1
      try require(
        try transaction.node(tables, index) == node,
        "node \(index) of the hash tree does not match its leaves")
    }
  }
}
