import EventLog
import LMDB
import Testing
import TransparencyLog

@Suite struct VerifyTests {
  @Test("an intact log verifies, with the root that it announces")
  func intact() async throws {
    let log = try TestLog()
    #expect(try log.log.verify().root == .emptyTree)
    try await log.fill()
    var last: UInt64 = 0
    let verification = try log.log.verify { done, total in
      #expect(done <= total)
      last = done
    }
    #expect(last == 30)
    #expect(try log.log.treeHead() == TreeHead(size: 30, root: verification.root))
    #expect(verification.head == Position(30))
    #expect((verification.streams, verification.tags, verification.commands) == (3, 6, 10))
    #expect(verification.blobs == 1)
  }

  @Test("leaves, openings and proofs of all events lead to the root")
  func evidence() async throws {
    let log = try TestLog()
    try await log.fill()
    let head = try log.log.treeHead()
    for position in UInt64(1)...30 {
      let evidence = try #require(try log.log.evidence(at: Position(position)))
      #expect(Leaf.commitment(toOpening: evidence.opening.span.bytes) == evidence.leaf.commitment)
      let proof = try log.log.withTree { size, readNode in
        try InclusionProof(leafIndex: position - 1, treeSize: size, readNode: readNode)
      }
      try proof.verify(leaf: evidence.leaf.hash, root: head.root)
    }
    #expect(try log.log.evidence(at: Position(31)) == nil)
    #expect(try log.log.evidence(at: .none) == nil)
  }

  @Test("the tree of an earlier size is a prefix of the present one")
  func consistency() async throws {
    let log = try TestLog()
    var heads: [TreeHead] = []
    for number in UInt64(1)...20 {
      try await log.log.append(event(number))
      heads.append(try log.log.treeHead())
    }
    for head in heads {
      #expect(try log.log.treeHead(atSize: head.size) == head)
      let proof = try log.log.withTree { size, readNode in
        try ConsistencyProof(oldSize: head.size, newSize: size, readNode: readNode)
      }
      try proof.verify(oldRoot: head.root, newRoot: heads[19].root)
    }
    #expect(throws: EvidenceError.self) { try log.log.treeHead(atSize: 21) }
  }

  /// A change made behind the log's back.
  struct Damage: Sendable, CustomStringConvertible {
    var description: String
    /// Where `verify` must find it; nil where no single event is concerned.
    var position: UInt64?
    var apply: @Sendable (_ table: (String) -> Table, _ rows: inout WriteTransaction) throws -> Void

    static func flipped(
      _ what: String, in table: String, key: [UInt8], byte: Int, position: UInt64?
    ) -> Damage {
      Damage(description: what, position: position) { tables, transaction in
        var value = try #require(try transaction.copyOfValue(in: tables(table), at: key))
        value[byte < 0 ? value.count + byte : byte] ^= 0x10
        try transaction.set(in: tables(table), key: key, value: value)
      }
    }

    static func removed(_ what: String, from table: String, key: [UInt8]) -> Damage {
      Damage(description: what, position: nil) { tables, transaction in
        let wasThere = try transaction.remove(from: tables(table), key: key)
        #expect(wasThere)
      }
    }
  }

  private static func key(_ number: UInt64) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  private static func key(id number: UInt64) -> [UInt8] {
    EventID(high: 0x0190_0000_0000_7000, low: number).bytes
  }

  static let damages: [Damage] = [
    .flipped("the stream", in: "records", key: key(17), byte: 8, position: 17),
    .flipped("the sequence", in: "records", key: key(17), byte: 24, position: 17),
    .flipped(
      "the link to the stream's previous", in: "records", key: key(17), byte: 32, position: 17),
    .flipped("the salt", in: "records", key: key(17), byte: 40, position: 17),
    .flipped("the time", in: "records", key: key(17), byte: 73, position: 17),
    .flipped("the event id", in: "records", key: key(17), byte: 95, position: 17),
    .flipped("the command", in: "records", key: key(17), byte: 111, position: 16),
    .flipped("the kind", in: "records", key: key(17), byte: 112, position: 17),
    .flipped("the number of tags", in: "records", key: key(17), byte: 114, position: 17),
    .flipped("a tag", in: "records", key: key(17), byte: 121, position: 17),
    .flipped("the payload", in: "records", key: key(17), byte: 139, position: 17),
    .flipped("a tag's link", in: "records", key: key(17), byte: -1, position: 17),
    .flipped("a leaf", in: "nodes", key: key(0), byte: 3, position: 1),
    .flipped("an inner node", in: "nodes", key: key(2), byte: 3, position: 2),
    .flipped("an event id's row", in: "events", key: key(id: 17), byte: 0, position: 17),
    .flipped("a command's row", in: "commands", key: key(id: 1005), byte: 8, position: 16),
    .flipped("a stream's head", in: "streams", key: key(id: 101), byte: 0, position: 29),
    .flipped("a tag's head", in: "tags", key: Array("request:2".utf8), byte: 8, position: 18),
    .flipped("a blob", in: "blobs", key: key(id: 7), byte: 45, position: nil),
    .removed("a record", from: "records", key: key(17)),
    .removed("the last record", from: "records", key: key(30)),
    .removed("a leaf is missing", from: "nodes", key: key(0)),
    .removed("an event id's row is missing", from: "events", key: key(id: 30)),
    .removed("a stream's head is missing", from: "streams", key: key(id: 101)),
    Damage(description: "an additional tag") { tables, transaction in
      try transaction.set(in: tables("tags"), key: "x", value: [UInt8](repeating: 0, count: 16))
    },
    Damage(description: "an additional command") { tables, transaction in
      var row = [UInt8](repeating: 0, count: 24)
      (row[0], row[8]) = (40, 1)
      try transaction.set(in: tables("commands"), key: key(id: 9), value: row)
    },
    Damage(description: "a node beyond the tree") { tables, transaction in
      try transaction.set(
        in: tables("nodes"), key: key(1_000), value: [UInt8](repeating: 0, count: 32))
    },
  ]

  @Test("any change behind the log's back is found", arguments: damages)
  func damage(_ damage: Damage) async throws {
    let directory = try TemporaryDirectory()
    do { try await TestLog(directory).fill() }
    do {
      let names = ["meta", "records", "nodes", "events", "commands", "streams", "tags", "blobs"]
      let environment = try Environment(
        at: directory.path("log"), tables: names, options: .init(mapBytes: TestLog.mapBytes))
      try environment.write { try damage.apply({ environment.table($0) }, &$0) }
    }
    let log = try TestLog(directory)
    let error = #expect(throws: EventLogError.self) { try log.log.verify() }
    guard case .damaged(let position, _) = error else {
      Issue.record("\(String(describing: error)) instead of damaged")
      return
    }
    if let expected = damage.position { #expect(position == Position(expected)) }
  }
}
