import Dispatch
import LMDB
import Testing

@Suite("Transactions")
struct TransactionTests {
  let directory = TemporaryDirectory()

  @Test("a throw undoes everything the transaction did")
  func throwAborts() throws {
    let environment = try directory.open("t")
    let table = environment.table("t")
    #expect(throws: Refusal.self) {
      try environment.write { transaction in
        try transaction.set(in: table, key: "a", value: "b")
        throw Refusal()
      }
    }
    #expect(try environment.keys(of: table).isEmpty)
    try environment.write { try $0.set(in: table, key: "a", value: "c") }
    #expect(try environment.text(in: table, at: "a") == "c")
  }

  @Test("a snapshot does not see what is committed after it began")
  func snapshotIsolation() throws {
    let environment = try directory.open("t")
    let table = environment.table("t")
    try environment.read { transaction in
      let written = try environment.write { transaction in
        try transaction.set(in: table, key: "a", value: "b")
        return transaction.reading.snapshotID
      }
      #expect(try !transaction.contains("a", in: table))
      #expect(transaction.snapshotID == written - 1)
      #expect(environment.lastTransactionID == written)
    }
    #expect(try environment.read { try $0.contains("a", in: table) })
  }

  @Test("a write transaction sees its own changes, also through its reading view")
  func ownChanges() throws {
    func rows(_ transaction: ReadTransaction, _ table: Table) throws -> Int {
      try transaction.count(of: table)
    }
    let environment = try directory.open("t")
    let table = environment.table("t")
    try environment.write { transaction in
      #expect(try rows(transaction.reading, table) == 0)
      try transaction.set(in: table, key: "a", value: "b")
      #expect(try rows(transaction.reading, table) == 1)
    }
  }

  @Test("a write inside a write on one thread stops the program instead of hanging")
  func nestedWrite() async {
    let child = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [path = directory.path as String] in
      let environment = try TemporaryDirectory(at: path).open("t")
      try environment.write { _ in try environment.write { _ in } }
    }
    let message = child.map { String(decoding: $0.standardErrorContent, as: UTF8.self) }
    #expect(message?.contains("write inside write") == true)
  }

  @Test("writers on many threads take turns")
  func concurrentWriters() throws {
    let environment = try directory.open("t", mapBytes: 64 << 20)
    let table = environment.table("t")
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<50 {
        do {
          try environment.write { transaction in
            var count: UInt64 = 0
            if let value = try transaction.value(in: table, at: "count") {
              count = value.bigEndian(UInt64.self, at: 0)
            }
            try transaction.set(in: table, key: "count", value: count + 1)
          }
        } catch {
          Issue.record(error)
        }
      }
    }
    let count = try environment.read { try $0.copyOfValue(in: table, at: "count") }
    #expect(count?.span.bytes.bigEndian(UInt64.self, at: 0) == 400)
  }

  @Test("readers on many threads each see one moment")
  func consistentReaders() throws {
    let environment = try directory.open("a", "b", mapBytes: 64 << 20)
    let (a, b) = (environment.table("a"), environment.table("b"))
    DispatchQueue.concurrentPerform(iterations: 4) { worker in
      for number in UInt64(1)...200 {
        do {
          if worker == 0 {
            try environment.write { transaction in
              try transaction.append(to: a, key: number, value: .empty)
              try transaction.append(to: b, key: number, value: .empty)
            }
          } else {
            let counts = try environment.read { transaction in
              (try transaction.count(of: a), try transaction.count(of: b))
            }
            #expect(counts.0 == counts.1)
          }
        } catch {
          Issue.record(error)
        }
      }
    }
    #expect(try environment.read { try $0.count(of: b) } == 200)
  }

  @Test("a reference reads the same snapshot, and stops the program once its closure has ended")
  func reference() async throws {
    let environment = try directory.open("t")
    let table = environment.table("t")
    try environment.write { try $0.set(in: table, key: "a", value: "b") }
    let found = try environment.read { transaction in
      try transaction.withReference { reference in
        try environment.write { try $0.set(in: table, key: "a", value: "later") }
        return try reference.read { try $0.copyOfValue(in: table, at: "a") }
      }
    }
    #expect(found == [UInt8]("b".utf8))

    let child = await #expect(processExitsWith: .failure) {
      [path = directory.path as String] in
      let environment = try TemporaryDirectory(at: path).open("t")
      let kept = try environment.read { try $0.withReference { $0 } }
      try kept.read { _ in }
    }
    #expect(child.map { isTrap($0.exitStatus) } == true)
  }

  @Test("a result may own a resource")
  func noncopyableResult() throws {
    struct Token: ~Copyable { var value: Int }
    let environment = try directory.open("t")
    let token = try environment.write { _ in Token(value: 7) }
    #expect(token.value == 7)
  }
}
