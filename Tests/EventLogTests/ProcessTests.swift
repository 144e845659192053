import EventLog
import Foundation
import Glibc
import Testing

/// What only several processes can show. The children run the closures of the exit tests.
@Suite(.serialized) struct ProcessTests {
  static func open(_ path: String) throws -> LMDBEventLog {
    try LMDBEventLog(
      directory: path,
      options: .init(mapBytes: TestLog.mapBytes, eventsBetweenSettlements: 50), create: true)
  }

  static func numbered(_ number: UInt64, by process: UInt64) -> NewEvent {
    NewEvent(
      id: EventID(high: process, low: number), stream: uuid(process % 3),
      kind: EventKind(rawValue: 101), tags: [Tag("all"), Tag("process:\(process)")],
      payload: [UInt8](repeating: 1, count: Int(number % 3_000)))
  }

  /// Appends from several tasks until it is killed, and notes each acknowledged event in a file
  /// before it goes on. The first of them lives until it has noted one, however slow the machine is.
  static func appendUntilKilled(_ path: String, round: UInt64, microseconds: UInt32) async throws {
    let note = path + "acknowledged"
    Thread.detachNewThread {
      var status = stat()
      while stat(note, &status) != 0 || status.st_size == 0 { usleep(1_000) }
      usleep(microseconds)
      kill(getpid(), SIGKILL)
    }
    try await appendPairs(open(path + "log"), process: 100 + round, note) { _ in true }
  }

  /// - Parameter goesOn: whether a task should append one more, the request of this number.
  static func appendPairs(
    _ log: LMDBEventLog, process: UInt64, _ note: String,
    while goesOn: @escaping @Sendable (_ number: UInt64) -> Bool
  ) async throws {
    let acknowledged = Glibc.open(note, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    defer { close(acknowledged) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in UInt64(0)..<4 {
        group.addTask {
          for number in UInt64(0)... {
            guard goesOn(number) else { return }
            let events = [0, 1].map {
              numbered(task * 1_000_000 + number * 2 + $0, by: process)
            }
            _ = try await log.append(
              Proposal(events: events), command: CommandID(high: process, low: events[0].id.low),
              condition: nil)
            let line = Array("\(events[0].id) \(events[1].id)\n".utf8)
            guard write(acknowledged, line, line.count) == line.count else { return }
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test("a killed writer loses no acknowledged event and leaves a log that verifies")
  func kills() async throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let path = directory.path("")
    var generator = SystemRandomNumberGenerator()
    for round in UInt64(0)..<24 {
      let microseconds = UInt32.random(in: 5_000...80_000, using: &generator)
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, round = round as UInt64, microseconds = microseconds as UInt32] in
        try await ProcessTests.appendUntilKilled(path, round: round, microseconds: microseconds)
      }
      if round % 6 == 5 { try checkAcknowledged(path) }
    }
  }

  @Test("a process goes on appending while another one is killed, and neither loses an event")
  func killedBeside() async throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let path = directory.path("")
    // Made before anyone appends, as by `init`; who creates it first is not the matter here.
    _ = try Self.open(path + "log")
    var generator = SystemRandomNumberGenerator()
    for round in UInt64(0)..<6 {
      let microseconds = UInt32.random(in: 30_000...150_000, using: &generator)
      let isKilled = path + "killed-\(round)"
      async let survivor = #expect(processExitsWith: .success) {
        [path = path as String, isKilled = isKilled as String, round = round as UInt64] in
        let log = try ProcessTests.open(path + "log")
        let note = path + "survived"
        try await ProcessTests.appendPairs(log, process: 200 + round, note) { _ in
          access(isKilled, F_OK) != 0
        }
        try await ProcessTests.appendPairs(log, process: 300 + round, note) { $0 < 5 }
      }
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, round = round as UInt64, microseconds = microseconds as UInt32] in
        try await ProcessTests.appendUntilKilled(path, round: round, microseconds: microseconds)
      }
      try Data().write(to: URL(filePath: isKilled))
      _ = await survivor
    }
    try checkAcknowledged(path)
    try checkAcknowledged(path, note: "survived")
  }

  private func checkAcknowledged(_ path: String, note: String = "acknowledged") throws {
    let log = try Self.open(path + "log")
    let text = try String(contentsOfFile: path + note, encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
    #expect(!lines.isEmpty)
    try log.read { snapshot throws in
      for line in lines {
        let ids = line.split(separator: " ").compactMap { EventID(String($0)) }
        let events = try ids.compactMap { try snapshot.event(id: $0) }
        try #require(ids.count == 2 && events.count == 2, "an acknowledged event is lost")
        #expect(events[1].position == events[0].position.next)
      }
    }
    let verification = try log.verify()
    // Requests are whole: each has two events.
    #expect(verification.head.rawValue == UInt64(verification.commands) * 2)
  }

  @Test("processes that append at once interleave and lose nothing")
  func interleaving() async throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let path = directory.path("log")
    let log = try Self.open(path)
    async let first = #expect(processExitsWith: .success) { [path = path as String] in
      try await ProcessTests.appendOneByOne(ProcessTests.open(path), process: 1)
    }
    async let second = #expect(processExitsWith: .success) { [path = path as String] in
      try await ProcessTests.appendOneByOne(ProcessTests.open(path), process: 2)
    }
    // Heads of the other processes arrive here.
    for await head in log.heads() where head > .none { break }
    try await Self.appendOneByOne(log, process: 3)
    _ = await (first, second)
    for await head in log.heads() where head == Position(300) { break }
    try log.read { snapshot throws in
      for process in UInt64(1)...3 {
        let own = try snapshot.events(.tags(Tag("process:\(process)")))
        #expect(own.map(\.id.low) == Array(0..<100))
      }
    }
    let verification = try log.verify()
    #expect(verification.head == Position(300))
    #expect(verification.commands == 300)
  }

  static func appendOneByOne(_ log: LMDBEventLog, process: UInt64) async throws {
    for number in UInt64(0)..<100 {
      _ = try await log.append(
        Proposal(events: [numbered(number, by: process)]),
        command: CommandID(high: process, low: number), condition: nil)
    }
  }

  @Test("an error of the disk fails the request and stops the writer, not the readers")
  func diskError() async throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let path = directory.path("log")
    await #expect(processExitsWith: .success) { [path = path as String] in
      let log = try ProcessTests.open(path)
      try await log.append(event(1))
      // Files of this process may not grow any more.
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
      try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      var acknowledged: UInt64 = 1
      let failure = await #expect(throws: EventLogError.self) {
        for number in UInt64(2)...100 {
          try await log.append(event(number, payload: [UInt8](repeating: 1, count: 60_000)))
          acknowledged = number
        }
      }
      guard let failure, case .stopped = failure else {
        Issue.record("\(String(describing: failure)) instead of stopped")
        return
      }
      await #expect(throws: failure) { try await log.append(event(1_000)) }
      #expect(try log.read { $0.head } == Position(acknowledged))
      #expect(try log.verify().head == Position(acknowledged))
    }
    let reopened = try Self.open(path)
    #expect(try await reopened.append(event(2_000)).positions.count == 1)
    #expect(try reopened.verify().head >= Position(2))
  }
}
