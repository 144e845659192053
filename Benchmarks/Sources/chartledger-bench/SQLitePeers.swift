import BareSQLite
import EventLog
import FlushCounter
import Foundation
import GRDB

extension Bench {
  /// SQLite within this process: from C, and through the library that Swift programs use. Same
  /// events, tables and statements; both flush each commit.
  func sqlitePeers() throws -> [Peer] {
    say("measuring SQLite")
    let version = String(cString: sqlite_log_version())
    let durability = "WAL, synchronous=FULL"
    var generator = SplitMix(state: 9)
    let events = corpus.events.prefix(sizes.peerEvents).map { ($0.event, $0.command) }
    let singles = corpus.newEvents(sizes.loneAppends, using: &generator).map {
      ($0, CommandID.random(using: &generator))
    }
    let (tag, count) = corpus.tag(ofAbout: 259, among: sizes.peerEvents)
    let positions = (0..<500).map { _ in
      UInt64.random(in: 1...UInt64(events.count), using: &generator)
    }
    let work = SQLiteWork(
      events: events, singles: singles, tag: tag, tagCount: count, positions: positions)
    return [
      try work.measure(
        SQLiteFromC(path: scratch + "/sqlite.db"),
        as: Peer(name: "SQLite \(version) in C", place: .embedded, durability: durability)),
      try work.measure(
        SQLiteThroughGRDB(path: scratch + "/grdb.db"),
        as: Peer(name: "SQLite with GRDB", place: .embedded, durability: durability)),
    ]
  }
}

/// An event log in SQLite.
private protocol SQLiteLog {
  /// One transaction.
  func append(_ events: ArraySlice<(NewEvent, CommandID)>) throws
  func scan() throws
  /// How many events have the tag; reads all of them.
  func tagged(_ tag: String) throws -> Int
  func get(_ position: UInt64) throws
}

private struct SQLiteWork {
  var events: [(NewEvent, CommandID)]
  var singles: [(NewEvent, CommandID)]
  var tag: String
  var tagCount: Int
  var positions: [UInt64]

  func measure(_ log: some SQLiteLog, as peer: Peer) throws -> Peer {
    var peer = peer
    func keep(_ name: String, _ samples: Samples, per operations: Int, note: String? = nil) {
      let isSingle = samples.count == operations && operations > 1
      peer.figures[name] = Peer.Figure(
        name: name,
        nanoseconds: isSingle ? samples.median : samples.total / Double(operations),
        p99: isSingle ? samples.percentile(99) : nil, operations: operations,
        flushes: samples.flushes, note: note)
    }
    var bulk = Samples()
    for start in stride(from: 0, to: events.count, by: 1_000) {
      try bulk.measure { try log.append(events[start..<min(start + 1_000, events.count)]) }
    }
    keep("bulk", bulk, per: events.count)
    var lone = Samples()
    for index in singles.indices { try lone.measure { try log.append(singles[index...index]) } }
    keep("lone", lone, per: singles.count)
    try log.scan()
    var scan = Samples()
    try scan.measure { try log.scan() }
    keep("scan", scan, per: events.count + singles.count)
    var tagged = Samples()
    var found = 0
    for _ in 0..<100 { found = try tagged.measure { try log.tagged(tag) } }
    keep("tag", tagged, per: 100, note: "\(found) events")
    var point = Samples()
    for position in positions { try point.measure { try log.get(position) } }
    keep("point", point, per: positions.count)
    return peer
  }
}

private final class SQLiteFromC: SQLiteLog {
  private let log: OpaquePointer

  init(path: String) throws {
    var opened: OpaquePointer?
    try Self.check(sqlite_log_open(path, &opened))
    guard let opened else { throw BareError(description: "SQLite: open gave no log") }
    log = opened
  }

  deinit { sqlite_log_close(log) }

  private static func check(_ code: Int32) throws {
    guard code == 0 else {
      throw BareError(description: "SQLite: \(String(cString: sqlite_log_error(code)))")
    }
  }

  func append(_ events: ArraySlice<(NewEvent, CommandID)>) throws {
    // All bytes in one place, so that their addresses hold for the call.
    var bytes: [UInt8] = []
    var offsets: [(id: Int, tags: Int, payload: Int)] = []
    for (event, command) in events {
      let id = bytes.count
      bytes += event.id.bytes + event.stream.bytes + command.bytes
      let tags = bytes.count
      for tag in event.tags { bytes += Array(tag.text.utf8) + [0] }
      bytes.append(0)
      offsets.append((id, tags, bytes.count))
      bytes += event.payload
    }
    try bytes.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return }
      let rows = zip(events, offsets).map { event, offset in
        sqlite_event(
          id: start + offset.id, stream: start + offset.id + 16, command: start + offset.id + 32,
          tags: UnsafeRawPointer(start + offset.tags).assumingMemoryBound(to: CChar.self),
          payload: start + offset.payload, payload_bytes: event.0.payload.count,
          recorded_at: LogTime.now.rawValue, kind: Int32(event.0.kind.rawValue))
      }
      try Self.check(sqlite_log_append(log, rows, rows.count))
    }
  }

  func scan() throws {
    var sum: UInt64 = 0
    try Self.check(sqlite_log_scan(log, &sum))
  }

  func tagged(_ tag: String) throws -> Int {
    var count: UInt64 = 0
    try Self.check(sqlite_log_tagged(log, tag, &count))
    return Int(count)
  }

  func get(_ position: UInt64) throws {
    var sum: UInt64 = 0
    try withUnsafePointer(to: position) { try Self.check(sqlite_log_get(log, $0, 1, &sum)) }
  }
}

private struct SQLiteThroughGRDB: SQLiteLog {
  private let pool: DatabasePool

  init(path: String) throws {
    var configuration = Configuration()
    // Without this the library asks for NORMAL, which does not flush commits.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous=FULL") }
    pool = try DatabasePool(path: path, configuration: configuration)
    try pool.writeWithoutTransaction { db in
      try db.execute(sql: String(cString: sqlite_log_schema))
    }
  }

  func append(_ events: ArraySlice<(NewEvent, CommandID)>) throws {
    try pool.write { db in
      let insert = try db.cachedStatement(
        sql: """
          INSERT INTO events(id, stream, version, command, kind, recorded_at, payload) VALUES(?1, ?2,
          1 + COALESCE((SELECT MAX(version) FROM events WHERE stream = ?2), 0), ?3, ?4, ?5, ?6)
          """)
      let insertTag = try db.cachedStatement(sql: "INSERT INTO tags(tag, position) VALUES(?1, ?2)")
      for (event, command) in events {
        try insert.execute(arguments: [
          Data(event.id.bytes), Data(event.stream.bytes), Data(command.bytes),
          Int(event.kind.rawValue), LogTime.now.rawValue, Data(event.payload),
        ])
        let position = db.lastInsertedRowID
        for tag in event.tags { try insertTag.execute(arguments: [tag.text, position]) }
      }
    }
  }

  private func read(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
    try pool.read { db in
      var (count, sum) = (0, 0)
      let rows = try GRDB.Row.fetchCursor(
        db.cachedStatement(sql: sql), arguments: arguments)
      while let row = try rows.next() {
        sum &+= row[0] as Int
        try row.withUnsafeData(atIndex: 1) { sum &+= $0?.count ?? 0 }
        count += 1
      }
      return count
    }
  }

  func scan() throws { _ = try read("SELECT kind, payload FROM events ORDER BY position") }

  func tagged(_ tag: String) throws -> Int {
    try read(
      """
      SELECT e.kind, e.payload FROM tags t JOIN events e ON e.position = t.position
      WHERE t.tag = ?1 ORDER BY t.position
      """, [tag])
  }

  func get(_ position: UInt64) throws {
    _ = try read("SELECT kind, payload FROM events WHERE position = ?1", [Int64(position)])
  }
}
