import Foundation
import LMDB
import Testing

@Suite("Processes that die")
struct ProcessTests {
  let directory = TemporaryDirectory()

  @Test("a writer killed in mid-transaction loses nothing committed and blocks nobody")
  func killedWriter() async throws {
    let environment = try directory.open("t", sync: .durable)
    let table = environment.table("t")
    try environment.write { try $0.append(to: table, key: UInt64(1), value: "ours") }
    let path = directory.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let environment = try Environment(at: path, tables: ["t"], options: .init(mapBytes: 16 << 20))
      let table = environment.table("t")
      try environment.write { try $0.append(to: table, key: UInt64(2), value: "theirs") }
      try environment.write { transaction in
        try transaction.append(to: table, key: UInt64(3), value: "never committed")
        kill(getpid(), SIGKILL)
      }
    }
    try environment.write { try $0.append(to: table, key: UInt64(3), value: "ours again") }
    let last = try environment.read { transaction in
      var values: [String?] = []
      var cursor = try transaction.cursor(over: table)
      while let entry = try cursor.next() { values.append(String(copying: entry.value)) }
      return values
    }
    #expect(last == ["ours", "theirs", "ours again"])
  }

  @Test("the slot of a killed reader is found and freed")
  func killedReader() async throws {
    let environment = try directory.open("t")
    let path = directory.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let environment = try Environment(at: path, tables: ["t"], options: .init(mapBytes: 16 << 20))
      try environment.read { _ in _ = kill(getpid(), SIGKILL) }
    }
    #expect(try environment.statistics().readersInUse == 1)
    #expect(try environment.clearStaleReaders(atMostEvery: .seconds(3600)) == nil)
    #expect(try environment.clearStaleReaders(atMostEvery: .zero) == 1)
    #expect(try environment.clearStaleReaders() == 0)
    #expect(try environment.statistics().readersInUse == 0)
  }

  @Test("a slot left by a killed reader is reused when all are taken")
  func readersFullOfTheDead() async throws {
    let environment = try directory.open("t", maxReaders: 1)
    let path = directory.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let environment = try Environment(
        at: path, tables: ["t"], options: .init(mapBytes: 16 << 20, maxReaders: 1))
      try environment.read { _ in _ = kill(getpid(), SIGKILL) }
    }
    #expect(try environment.read { try $0.count(of: environment.table("t")) } == 0)
  }
}
