import EventLog
import Testing

@Suite("The number of the last commit") struct CommitNumberTests {
  @Test("grows with each commit, and with nothing else")
  func ofThisProcess() async throws {
    let log = try TestLog().log
    var last = log.lastCommit
    for number in UInt64(1)...5 {
      try await log.append(event(number))
      #expect(log.lastCommit > last)
      last = log.lastCommit
      let read = try log.readNumbered { snapshot, commit in (snapshot.head, commit) }
      #expect(read == (Position(number), last))
      #expect(log.lastCommit == last)
    }
  }

  @Test("that was read with a state is the one of that state, whatever is committed meanwhile")
  func ofASnapshot() async throws {
    let log = try TestLog().log
    try await log.append(event(1))
    let before = log.lastCommit
    try log.readNumbered { snapshot, commit in
      #expect(commit == before)
      try appendNow(event(2), to: log)
      #expect(snapshot.head == Position(1))
      #expect(log.lastCommit > commit)
    }
  }

  @Test("grows with the commits of another process")
  func ofAnotherProcess() async throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let path = directory.path("log")
    let log = try ProcessTests.open(path)
    try await log.append(event(1))
    let before = log.lastCommit
    await #expect(processExitsWith: .success) { [path = path as String] in
      let log = try ProcessTests.open(path)
      try await log.append(event(2))
    }
    #expect(log.lastCommit > before)
    let read = try log.readNumbered { snapshot, commit in (snapshot.head, commit) }
    #expect(read == (Position(2), log.lastCommit))
  }
}
