import EventLog
import LMDB
import Testing
import TransparencyLog

@Suite struct BitFlipTests {
  static let tables = [
    "meta", "records", "nodes", "events", "commands", "streams", "tags", "blobs", "checkpoints",
    "anchors",
  ]

  /// Reproducible from its seed (SplitMix64).
  private struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
      return mixed ^ mixed >> 31
    }
  }

  private struct Row {
    var table: String
    var key: [UInt8]
    var value: [UInt8]
  }

  /// Opens the raw tables for the length of the call: the log must be closed.
  private func raw<Result>(
    _ directory: TemporaryDirectory, _ body: (Environment) throws -> Result
  ) throws -> Result {
    try body(
      Environment(
        at: directory.path("log"), tables: Self.tables, options: .init(mapBytes: TestLog.mapBytes)))
  }

  private func rows(of tables: [String], _ environment: Environment) throws -> [Row] {
    try environment.read { transaction in
      var rows: [Row] = []
      for table in tables {
        var cursor = try transaction.cursor(over: environment.table(table))
        while let row = try cursor.next() {
          rows.append(
            Row(
              table: table, key: [UInt8](copying: row.key), value: [UInt8](copying: row.value)))
        }
      }
      return rows
    }
  }

  /// A log with rows of every kind, closed again.
  private func filled(_ directory: TemporaryDirectory) async throws -> CheckpointSigners {
    let kept = try KeptLog(directory)
    let witness = try SigningKey(
      name: KeyName("w.example"), kind: .witness, seed: [UInt8](repeating: 3, count: 32))
    for number in UInt64(1)...24 {
      // Lengths that leave every amount of padding.
      let event = NewEvent(
        id: uuid(number), stream: uuid(100 + number % 3), kind: EventKind(rawValue: 101),
        tags: [Tag("all"), Tag("third:\(number % 3)")],
        payload: [UInt8](repeating: UInt8(number), count: Int(number) * 3))
      let blobs =
        number % 8 == 0
        ? [Blob(id: uuid(number), bytes: [UInt8](repeating: 5, count: Int(number) * 2))] : []
      _ = try await kept.log.append(
        Proposal(events: [event], blobs: blobs), command: uuid(number), condition: nil)
      if number % 6 == 0 {
        _ = try await kept.log.append(
          Proposal(events: []), command: uuid(900 + number), condition: nil)
      }
      guard number % 7 == 0 else { continue }
      // The log does not know its witnesses, so only the seal of the row can vouch for their lines.
      let note = try kept.keeper.checkpoint()
      let line = try witness.cosign(Checkpoint(parsing: note.text), at: 1_700_000_000 + number)
      try kept.keeper.attach(cosignatures: note.adding(line))
      try kept.keeper.attach(
        anchor: [UInt8](repeating: UInt8(number), count: 60), kind: "tsa", size: number)
    }
    try kept.keeper.checkpoint()
    let signers = try kept.keeper.signers()
    let found = try kept.log.verify(signers: signers)
    #expect((found.checkpoints, found.blobs, found.anchors) == (4, 3, 3))
    return signers
  }

  /// Whether the log verifies.
  private func isAccepted(
    _ directory: TemporaryDirectory, _ signers: CheckpointSigners
  ) throws -> Bool {
    do {
      let log = try LMDBEventLog(
        directory: directory.path("log"), options: .init(mapBytes: TestLog.mapBytes), create: false)
      _ = try log.verify(signers: signers)
      return true
    } catch is EventLogError { return false }
  }

  @Test(
    "any single bit flipped in the value or the key of a row is found",
    arguments: [
      ("meta", 150), ("records", 900), ("nodes", 500), ("events", 400), ("commands", 600),
      ("streams", 300), ("tags", 300), ("blobs", 300), ("checkpoints", 800), ("anchors", 300),
    ])
  func flips(table: String, count: Int) async throws {
    let directory = try TemporaryDirectory()
    let signers = try await filled(directory)
    let rows = try raw(directory) { try self.rows(of: [table], $0) }
    var generator = Seeded(state: 20_261_127)
    var missed: [String] = []
    for number in 0..<count {
      let row = try #require(rows.randomElement(using: &generator))
      var changed = row
      // Every fifth in the key.
      let isInKey = number % 5 == 4
      let bit = Int.random(in: 0..<(isInKey ? row.key : row.value).count * 8, using: &generator)
      if isInKey {
        changed.key[bit / 8] ^= 1 << UInt8(bit % 8)
      } else {
        changed.value[bit / 8] ^= 1 << UInt8(bit % 8)
      }
      try replace(row, by: changed, directory)
      if try isAccepted(directory, signers) {
        missed.append("\(row.table) \(row.key) \(isInKey ? "key" : "value") bit \(bit)")
      }
      try replace(changed, by: row, directory)
      // The flipped key may have been that of another row.
      if let other = rows.first(where: { $0.key == changed.key }) {
        try put(other.value, other, directory)
      }
    }
    #expect(missed == [])
    #expect(try isAccepted(directory, signers), "every flip was taken back")
  }

  @Test(
    "a row that has vanished is found, of every table where something tells of it",
    arguments: ["meta", "records", "nodes", "events", "streams", "tags", "checkpoints"])
  func vanished(table: String) async throws {
    let directory = try TemporaryDirectory()
    let signers = try await filled(directory)
    let rows = try raw(directory) { try self.rows(of: [table], $0) }
    // That the newest checkpoint was released is told by the lock beside the key.
    for row in table == "checkpoints" ? rows.dropLast() : rows[...] {
      try raw(directory) { environment in
        try environment.write { _ = try $0.remove(from: environment.table(table), key: row.key) }
      }
      #expect(try !isAccepted(directory, signers), "\(row.key)")
      try put(row.value, row, directory)
    }
    #expect(try isAccepted(directory, signers))
  }

  private func replace(_ row: Row, by other: Row, _ directory: TemporaryDirectory) throws {
    try raw(directory) { environment in
      let table = environment.table(row.table)
      try environment.write { rows in
        if row.key != other.key { _ = try rows.remove(from: table, key: row.key) }
        try rows.set(in: table, key: other.key, value: other.value)
      }
    }
  }

  private func put(_ value: [UInt8], _ row: Row, _ directory: TemporaryDirectory) throws {
    try raw(directory) { environment in
      try environment.write { rows in
        try rows.set(in: environment.table(row.table), key: row.key, value: value)
      }
    }
  }

  @Test("an anchor without its checkpoint, and a checkpoint past the end, are found")
  func strayEvidence() async throws {
    for table in ["anchors", "checkpoints"] {
      let directory = try TemporaryDirectory()
      let signers: CheckpointSigners
      do {
        let kept = try KeptLog(directory)
        try await kept.append(1...5)
        try kept.keeper.checkpoint()
        signers = try kept.keeper.signers()
      }
      try raw(directory) { environment in
        let (records, nodes) = (environment.table("records"), environment.table("nodes"))
        try environment.write { rows in
          if table == "anchors" {
            var key = withUnsafeBytes(of: UInt64(4).bigEndian) { Array($0) }
            key += Array("tsa".utf8)
            try rows.set(in: environment.table(table), key: key, value: [1])
          } else {
            try rows.remove(from: records, key: UInt64(5))
            try rows.remove(from: nodes, key: UInt64(7))
          }
        }
      }
      let log = try LMDBEventLog(
        directory: directory.path("log"), options: .init(mapBytes: TestLog.mapBytes),
        create: false)
      #expect(throws: EventLogError.self) { try log.verify(signers: signers) }
    }
  }

  @Test(
    "of several faults in a long log the first is named, whichever thread finds it",
    arguments: [
      [1], [2048], [2049], [4096], [4097], [9000], [6000, 2500], [8999, 4096, 4097], [9000, 1],
    ] as [[UInt64]])
  func first(positions: [UInt64]) async throws {
    let directory = try TemporaryDirectory()
    do {
      let kept = try KeptLog(directory)
      let events = (UInt64(1)...9000).map { event($0, tags: ["third:\($0 % 3)"]) }
      _ = try await kept.log.append(
        Proposal(events: events), command: uuid(1), condition: nil)
      #expect(try kept.log.verify().head == Position(9000))
    }
    try raw(directory) { environment in
      let records = environment.table("records")
      try environment.write { rows in
        for (index, position) in positions.enumerated() {
          var bytes = try #require(try rows.copyOfValue(in: records, at: position))
          // By turns under a hash, and in a link that no hash covers.
          let byte = index % 2 == 0 ? 45 : bytes.count - 8
          bytes[byte] ^= 1
          try rows.set(in: records, key: position, value: bytes)
        }
      }
    }
    let log = try LMDBEventLog(
      directory: directory.path("log"), options: .init(mapBytes: TestLog.mapBytes), create: false)
    let error = #expect(throws: EventLogError.self) { try log.verify() }
    guard case .damaged(let position, _) = error else {
      Issue.record("\(String(describing: error)) instead of damaged")
      return
    }
    #expect(position.rawValue == positions.min())
  }
}
