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

  @Test(
    "any single bit flipped in a record, node, index or checkpoint is found",
    arguments: [
      (["records"], 900), (["nodes"], 300), (["events", "commands", "streams", "tags"], 400),
      (["checkpoints"], 600),
    ])
  func flips(tables: [String], count: Int) async throws {
    let directory = try TemporaryDirectory()
    let signers: CheckpointSigners
    do {
      let kept = try KeptLog(directory)
      for number in UInt64(1)...24 {
        // Lengths that leave every amount of padding.
        try await kept.log.append(
          NewEvent(
            id: uuid(number), stream: uuid(100 + number % 3), kind: EventKind(rawValue: 101),
            tags: [Tag("all"), Tag("third:\(number % 3)")],
            payload: [UInt8](repeating: UInt8(number), count: Int(number) * 3)))
        if number % 7 == 0 { try kept.keeper.checkpoint() }
      }
      try kept.keeper.checkpoint()
      signers = try kept.keeper.signers()
      #expect(try kept.log.verify(signers: signers).checkpoints == 4)
    }
    let rows = try raw(directory) { try self.rows(of: tables, $0) }
    var generator = Seeded(state: 20_261_124)
    var missed: [String] = []
    for _ in 0..<count {
      guard let row = rows.randomElement(using: &generator) else { break }
      let bit = Int.random(in: 0..<row.value.count * 8, using: &generator)
      var flipped = row.value
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      try put(flipped, row, directory)
      do {
        let log = try LMDBEventLog(
          directory: directory.path("log"), options: .init(mapBytes: TestLog.mapBytes),
          create: false)
        _ = try log.verify(signers: signers)
        missed.append("\(row.table) \(row.key) bit \(bit)")
      } catch is EventLogError {}
      try put(row.value, row, directory)
    }
    #expect(missed == [])
    let log = try LMDBEventLog(
      directory: directory.path("log"), options: .init(mapBytes: TestLog.mapBytes), create: false)
    #expect(try log.verify(signers: signers).head == Position(24), "every flip was taken back")
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
