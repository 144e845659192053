import LMDB
import Testing

@Suite("Tables")
struct TableTests {
  let directory = TemporaryDirectory()

  @Test("what is set is read back, replaced and removed")
  func roundTrip() throws {
    let environment = try directory.open("notes")
    let notes = environment.table("notes")
    try environment.write { try $0.set(in: notes, key: "a", value: "one") }
    #expect(try environment.text(in: notes, at: "a") == "one")
    try environment.write { try $0.set(in: notes, key: "a", value: "two") }
    #expect(try environment.text(in: notes, at: "a") == "two")
    let remove = { try environment.write { try $0.remove(from: notes, key: "a") } }
    #expect(try remove())
    #expect(try !remove())
    #expect(try environment.text(in: notes, at: "a") == nil)
  }

  @Test("an empty value differs from no value")
  func emptyValue() throws {
    let environment = try directory.open("index")
    let index = environment.table("index")
    try environment.write { transaction in
      try transaction.set(in: index, key: "there", value: .empty)
      #expect(try transaction.contains("there", in: index))
      #expect(try transaction.copyOfValue(in: index, at: "there") == [])
      #expect(try !transaction.contains("not there", in: index))
      #expect(try transaction.copyOfValue(in: index, at: "not there") == nil)
    }
  }

  @Test("insert keeps the row that is there")
  func insert() throws {
    let environment = try directory.open("ids")
    let ids = environment.table("ids")
    func insert(_ value: String) throws -> Bool {
      try environment.write { try $0.insert(into: ids, key: "x", value: value) }
    }
    #expect(try insert("first"))
    #expect(try !insert("second"))
    #expect(try environment.text(in: ids, at: "x") == "first")
  }

  @Test("append refuses a key that is not greater than the last, and the transaction goes on")
  func appendOrder() throws {
    let environment = try directory.open("log")
    let log = environment.table("log")
    try environment.write { transaction in
      try transaction.append(to: log, key: UInt64(5), value: "five")
      for key: UInt64 in [5, 4] {
        do throws(LMDBError) {
          try transaction.append(to: log, key: key, value: "again")
          Issue.record("appended \(key) after 5")
        } catch {
          #expect(error.kind == .keyExists)
        }
      }
      try transaction.append(to: log, key: UInt64(6), value: "six")
    }
    #expect(try environment.read { try $0.count(of: log) } == 2)
  }

  @Test("numbers as keys sort by number")
  func numericOrder() throws {
    let environment = try directory.open("log")
    let log = environment.table("log")
    let numbers: [UInt64] = [256, 1, .max, 65_536, 0, 255, 1 << 40]
    try environment.write { transaction in
      for number in numbers { try transaction.set(in: log, key: number, value: .empty) }
    }
    let read = try environment.keys(of: log).map { $0.span.bytes.bigEndian(UInt64.self, at: 0) }
    #expect(read == numbers.sorted())
  }

  @Test("a value is written in place through reserve", arguments: [8, 160, 5_000])
  func reserve(byteCount: Int) throws {
    let environment = try directory.open("log")
    let log = environment.table("log")
    try environment.write { transaction in
      try transaction.reserve(in: log, key: UInt64(1), byteCount: byteCount, appending: true) {
        output in
        for index in 0..<byteCount { output.append(UInt8(truncatingIfNeeded: index)) }
      }
    }
    let value = try environment.read { try $0.copyOfValue(in: log, at: UInt64(1)) }
    #expect(value == (0..<byteCount).map { UInt8(truncatingIfNeeded: $0) })
  }

  @Test("space that was reserved and not filled stops the program before it reaches the disk")
  func reserveUnfilled() async {
    let child = await #expect(processExitsWith: .failure) {
      [path = directory.path as String] in
      let environment = try TemporaryDirectory(at: path).open("log")
      try environment.write { transaction in
        try transaction.reserve(in: environment.table("log"), key: "k", byteCount: 8) { output in
          output.append(UInt8(1))
        }
      }
    }
    #expect(child.map { isTrap($0.exitStatus) } == true)
  }

  @Test("a writer appends copies that are finished where they lie, and refuses a key out of order")
  func appendCopies() throws {
    let environment = try directory.open("log")
    let log = environment.table("log")
    let bytes = [UInt8](0..<100)
    try environment.write { transaction in
      try transaction.write(to: log) { writer in
        for key: UInt64 in 1...3 {
          try writer.append(key: key, copying: bytes[10..<20]) { $0[0] = UInt8(key) }
        }
        let error = #expect(throws: LMDBError.self) {
          try writer.append(key: UInt64(3), copying: bytes[0..<1]) { _ in }
        }
        #expect(error?.kind == .keyExists)
      }
    }
    for key: UInt64 in 1...3 {
      let stored = try environment.read { try $0.copyOfValue(in: log, at: key) }
      #expect(stored == [UInt8(key)] + bytes[11..<20])
    }
    #expect(try environment.read { try $0.count(of: log) } == 3)
  }

  @Test("a writer updates what is there and adds what is not", arguments: [1, 40, 2_000])
  func update(rows: UInt64) throws {
    let environment = try directory.open("heads")
    let heads = environment.table("heads")
    struct Refused: Error {}
    // Each round finds the rows of the one before and as many new ones between them.
    for round in UInt64(1)...3 {
      try environment.write { transaction in
        try transaction.write(to: heads) { writer in
          for key in stride(from: 0, to: 8 * rows, by: Int(8 >> round)) {
            try writer.update(key: key) { ($0?.bigEndian(UInt64.self, at: 0) ?? 0) + 1 }
          }
          // Seen, and left as it is.
          #expect(throws: Refused.self) {
            try writer.update(key: UInt64(0)) { row -> UInt64 in
              #expect(row?.bigEndian(UInt64.self, at: 0) == round)
              throw Refused()
            }
          }
        }
      }
    }
    try environment.read { transaction in
      #expect(try transaction.count(of: heads) == Int(8 * rows))
      for key in 0..<8 * rows {
        let count: UInt64 = key % 4 == 0 ? 3 : key % 2 == 0 ? 2 : 1
        let stored = try transaction.value(in: heads, at: key)?.bigEndian(UInt64.self, at: 0)
        #expect(stored == count)
      }
    }
  }

  @Test("clear removes every row of one table only")
  func clear() throws {
    let environment = try directory.open("a", "b")
    let (a, b) = (environment.table("a"), environment.table("b"))
    try environment.write { transaction in
      for number in UInt64(0)..<100 {
        try transaction.append(to: a, key: number, value: "x")
        try transaction.append(to: b, key: number, value: "x")
      }
    }
    try environment.write { try $0.clear(a) }
    #expect(try environment.read { try $0.count(of: a) } == 0)
    #expect(try environment.read { try $0.count(of: b) } == 100)
  }

  @Test(
    "a key must have 1 to 511 bytes", arguments: [(0, false), (1, true), (511, true), (512, false)])
  func keySize(byteCount: Int, isAccepted: Bool) throws {
    let environment = try directory.open("t")
    let key = [UInt8](repeating: 7, count: byteCount)
    let store = {
      try environment.write { try $0.set(in: environment.table("t"), key: key, value: "v") }
    }
    if isAccepted {
      try store()
      #expect(try environment.keys(of: environment.table("t")) == [key])
    } else {
      let error = try #require(throws: LMDBError.self) { try store() }
      #expect(error.kind == .badSize)
    }
  }

  @Test("a table of one environment is refused by another")
  func foreignTable() async {
    let child = await #expect(processExitsWith: .failure) {
      [path = directory.path as String] in
      let foreign = try TemporaryDirectory(at: path + "/there").open("t").table("t")
      try TemporaryDirectory(at: path + "/here").open("t").write {
        try $0.set(in: foreign, key: "k", value: "v")
      }
    }
    #expect(child.map { isTrap($0.exitStatus) } == true)
  }

  @Test("random changes agree with a dictionary", arguments: 1...4 as ClosedRange<UInt64>)
  func model(seed: UInt64) throws {
    let environment = try directory.open("t")
    let table = environment.table("t")
    var state = seed
    func random(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    var model: [UInt64: [UInt8]] = [:]
    for _ in 0..<40 {
      let before = model
      do {
        try environment.write { transaction in
          for _ in 0..<25 {
            let key = random(200)
            let value = [UInt8](repeating: UInt8(random(256)), count: Int(random(3_000)))
            switch random(4) {
            case 0:
              let was = model.removeValue(forKey: key)
              let removed = try transaction.remove(from: table, key: key)
              #expect(removed == (was != nil))
            case 1:
              let isNew = model[key] == nil
              let inserted = try transaction.insert(into: table, key: key, value: value)
              #expect(inserted == isNew)
              if isNew { model[key] = value }
            default:
              try transaction.set(in: table, key: key, value: value)
              model[key] = value
            }
          }
          if random(4) == 0 { throw Refusal() }
        }
      } catch is Refusal {
        model = before
      }
      let rows = try environment.read { transaction in
        var rows: [UInt64: [UInt8]] = [:]
        var cursor = try transaction.cursor(over: table)
        while let entry = try cursor.next() {
          rows[entry.key.bigEndian(UInt64.self, at: 0)] = [UInt8](copying: entry.value)
        }
        return rows
      }
      #expect(rows == model)
    }
  }
}
