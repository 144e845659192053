import EventLog
import EventLogConformance
import Testing

@Suite struct EventStoreConformance {
  @Test("in memory", arguments: ConformanceCase.all)
  func inMemory(_ promise: ConformanceCase) async throws {
    let clock = TestClock()
    try await promise.check(on: InMemoryEventLog(clock: { clock.now }), clock)
  }

  @Test("on LMDB", arguments: ConformanceCase.all, [1, 4_096])
  func lmdb(_ promise: ConformanceCase, eventsBetweenSettlements: UInt64) async throws {
    let clock = TestClock()
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let log = try LMDBEventLog(
      directory: directory.path("log"),
      options: LMDBEventLog.Options(
        mapBytes: 128 << 20, eventsBetweenSettlements: eventsBetweenSettlements,
        clock: { clock.now }),
      create: true)
    try await promise.check(on: log, clock)
  }
}
