import LMDB
import Testing

@Suite("Cursors")
struct CursorTests {
  let directory = TemporaryDirectory()

  /// Rows 10, 20, 30, 40.
  private func tens() throws -> (Environment, Table) {
    let environment = try directory.open("tens")
    let table = environment.table("tens")
    try environment.write { transaction in
      for number: UInt64 in [10, 20, 30, 40] {
        try transaction.append(to: table, key: number, value: String(number))
      }
    }
    return (environment, table)
  }

  @Test("a fresh cursor runs forwards from the first row and backwards from the last")
  func bothWays() throws {
    let (environment, table) = try tens()
    try environment.read { transaction in
      var numbers: [UInt64] = []
      var forwards = try transaction.cursor(over: table)
      while let row = try forwards.next() { numbers.append(row.key.bigEndian(UInt64.self, at: 0)) }
      #expect(numbers == [10, 20, 30, 40])
      numbers = []
      var backwards = try transaction.cursor(over: table)
      while let row = try backwards.previous() {
        numbers.append(row.key.bigEndian(UInt64.self, at: 0))
      }
      #expect(numbers == [40, 30, 20, 10])
    }
  }

  @Test(
    "seeking finds the neighbours of a key",
    arguments: [
      (5, 10, nil), (10, 10, nil), (11, 20, 10), (40, 40, 30), (41, nil, 40),
    ] as [(UInt64, UInt64?, UInt64?)])
  func seek(key: UInt64, atOrAfter: UInt64?, before: UInt64?) throws {
    let (environment, table) = try tens()
    try environment.read { transaction in
      var cursor = try transaction.cursor(over: table)
      var found: UInt64?
      if let row = try cursor.seek(atOrAfter: key) { found = row.key.bigEndian(UInt64.self, at: 0) }
      #expect(found == atOrAfter)
      found = nil
      if let row = try cursor.seek(before: key) { found = row.key.bigEndian(UInt64.self, at: 0) }
      #expect(found == before)
    }
  }

  @Test("an empty table has no rows in any direction")
  func emptyTable() throws {
    let environment = try directory.open("empty")
    try environment.read { transaction in
      var cursor = try transaction.cursor(over: environment.table("empty"))
      #expect(try cursor.next() == nil)
      #expect(try cursor.previous() == nil)
      #expect(try cursor.first() == nil)
      #expect(try cursor.last() == nil)
      #expect(try cursor.seek(atOrAfter: "x") == nil)
      #expect(try cursor.seek(before: "x") == nil)
    }
  }

  @Test("an entry stays readable while its cursor moves on")
  func entriesOutliveMoves() throws {
    let (environment, table) = try tens()
    try environment.read { transaction in
      var cursor = try transaction.cursor(over: table)
      guard let first = try cursor.first(), let last = try cursor.last() else {
        Issue.record("rows missing")
        return
      }
      #expect(String(copying: first.value) == "10")
      #expect(String(copying: last.value) == "40")
    }
  }

  @Test("a prefix scan ends where the prefix does")
  func prefixScan() throws {
    let environment = try directory.open("tags")
    let tags = environment.table("tags")
    try environment.write { transaction in
      for tag in ["claim:1", "patient:1", "patient:2", "patients", "room:1"] {
        try transaction.set(in: tags, key: tag, value: .empty)
      }
    }
    let found = try environment.read { transaction in
      var found: [String?] = []
      var cursor = try transaction.cursor(over: tags)
      var entry = try cursor.seek(atOrAfter: "patient:")
      while let row = entry, row.key.starts(with: "patient:") {
        found.append(String(copying: row.key))
        entry = try cursor.next()
      }
      return found
    }
    #expect(found == ["patient:1", "patient:2"])
  }

  @Test("integers are read at any offset")
  func unalignedIntegers() {
    let bytes: [UInt8] = [0xFF, 1, 2, 3, 4]
    #expect(bytes.span.bytes.littleEndian(UInt32.self, at: 1) == 0x0403_0201)
    #expect(bytes.span.bytes.bigEndian(UInt32.self, at: 1) == 0x0102_0304)
    #expect(bytes.span.bytes.littleEndian(Int8.self, at: 0) == -1)
  }
}
