import EventLog
import Foundation
import Testing

@Suite struct BranchFlipTests {
  private static let pageBytes = 4096
  private static let events: UInt64 = 3_000

  /// Where in the file the keys of branches stand, which are of no row and lead to rows.
  ///
  /// LMDB's pages begin with number (8), pad (2), flags (2), lower and upper bound (2 + 2); then come
  /// the offsets of their nodes: child (6), length of the key (2), the key. The first one has no key.
  private func branchKeys(_ file: [UInt8]) -> [Range<Int>] {
    func short(_ at: Int) -> Int { Int(file[at]) | Int(file[at + 1]) << 8 }
    return stride(from: 2 * Self.pageBytes, to: file.count, by: Self.pageBytes).flatMap { page in
      guard short(page + 10) == 0x01 else { return [Range<Int>]() }
      return (1..<max(1, (short(page + 12) - 16) / 2)).map { index in
        let node = page + short(page + 16 + 2 * index)
        return node + 8..<node + 8 + short(node + 6)
      }
    }
  }

  private func isReadable(_ log: LMDBEventLog) throws -> Bool {
    for position in 1...Self.events {
      guard (try? log.evidence(at: Position(position))) ?? nil != nil else { return false }
    }
    return true
  }

  @Test("a changed key that leads to rows is found when it hides one of them")
  func branches() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("log")
    do {
      let log = try TestLog(directory).log
      for start in stride(from: UInt64(1), through: Self.events, by: 1_000) {
        let events = (start..<start + 1_000).map { number in
          ImportedEvent(
            event: NewEvent(
              id: uuid(number), stream: uuid(100_000 + number % 3), kind: EventKind(rawValue: 101),
              tags: [Tag("all")], payload: [UInt8](repeating: 7, count: 100)),
            recordedAt: LogTime(rawValue: 1_700_000_000_000_000 + Int64(number)),
            command: uuid(number))
        }
        _ = try await log.importEvents(events, blobs: [])
      }
    }
    let url = URL(filePath: path + "/data.mdb")
    let keys = branchKeys([UInt8](try Data(contentsOf: url)))
    #expect(keys.count > 300)
    var hidden = 0
    for (number, key) in keys.enumerated() where number % 6 == 0 {
      let file = try FileHandle(forUpdating: url)
      defer { try? file.close() }
      let at = UInt64(key.upperBound - 1)
      try file.seek(toOffset: at)
      let byte = try #require(try file.read(upToCount: 1)?.first)
      func put(_ byte: UInt8) throws {
        try file.seek(toOffset: at)
        try file.write(contentsOf: Data([byte]))
      }
      try put(byte ^ 1 << UInt8(number % 7))
      do {
        let log = try LMDBEventLog(
          directory: path, options: .init(mapBytes: TestLog.mapBytes), create: false)
        if try !isReadable(log) {
          hidden += 1
          #expect(throws: EventLogError.self, "key at \(key)") { try log.verify() }
        }
      }
      try put(byte)
    }
    #expect(hidden > 10)
    let log = try LMDBEventLog(
      directory: path, options: .init(mapBytes: TestLog.mapBytes), create: false)
    #expect(try log.verify().head == Position(Self.events))
  }
}
