import Backend
import EventLog
import Practice
import PracticeEvents
import Projection
import ReadModels
import TestSupport
import Testing

@Suite("20,000 random commands, valid and invalid")
struct RandomHistoryTests {
  @Test("leave the log sound, every view equal to its rebuild, and the balances adding up")
  func everythingAgrees() async throws {
    let folder = TemporaryDirectory()
    let backend = try await Backend.create(
      DataDirectory(folder.path), options: LMDBEventLog.Options(mapBytes: 1 << 30)
    ) { $0 }
    var commands = try RandomCommands(seed: 20_000)
    var memory = FactMemory()
    var batch: [ImportedEvent] = []
    var lastRecorded = Int64.min
    var (recorded, refused) = (0, 0)
    for number in 1...20_000 {
      var (command, context) = commands.next()
      do {
        let decision = try command.checkedDecision(memory, &context)
        let events = decision.events(in: &context)
        memory.record(events, at: context.now)
        commands.learn(events)
        for event in events {
          lastRecorded = max(lastRecorded + 1, context.now.microseconds)
          batch.append(
            ImportedEvent(
              event: try NewEvent(event), recordedAt: LogTime(rawValue: lastRecorded),
              command: CommandID(high: 0xc0de, low: UInt64(number))))
        }
        recorded += events.count
      } catch is Refusal {
        refused += 1
      } catch is ValueError {
        refused += 1
      }
      if number.isMultiple(of: 2_000) {
        _ = try await backend.store.importEvents(batch, blobs: [])
        batch = []
        _ = try backend.views.catchUp()
      }
    }
    #expect(recorded > 3_000)
    #expect(refused > 5_000)

    #expect(try backend.store.verify().head.rawValue == UInt64(recorded))
    #expect(try backend.views.verify() == nil)
    let sums = try backend.balanceSums()
    #expect(sums.balances == sums.receivables - sums.credits)
    #expect(sums.unbalancedCharges == 0)
  }

  @Test("are decided on the log as they are decided in memory")
  func logAndMemoryDecideAlike() async throws {
    let folder = TemporaryDirectory()
    let clock = TestClock(Instant(microseconds: 0))
    let backend = try await Backend.create(
      DataDirectory(folder.path), options: TestClinic.options(clock)
    ) { $0 }
    var commands = try RandomCommands(seed: 7)
    var memory = FactMemory()
    var compared = 0
    for number in 1...400 {
      let (command, context) = commands.next()
      clock.move(to: context.now)
      let now = context.now
      var inMemory = context
      let expected = Result {
        try command.checkedDecision(memory, &inMemory).events(in: &inMemory)
      }
      let id = CommandID(high: 0xabc, low: UInt64(number))
      let actual: Result<[RecordedFact], any Error>
      do {
        let receipt = try await backend.store.append(command: id) { log, _ in
          var onLog = context
          let decision = try command.checkedDecision(LogFacts(log), &onLog)
          return Proposal(events: try decision.events(in: &onLog).map(NewEvent.init))
        }
        actual = .success(
          try backend.store.read { log in
            try log.events(
              .all,
              ReadOptions(
                from: Position(receipt.positions.lowerBound), limit: receipt.positions.count)
            ).map { try RecordedFact($0) }
          })
      } catch {
        actual = .failure(error)
      }
      switch (expected, actual) {
      case (.success(let events), .success(let facts)):
        #expect(events.map(\.event) == facts.map(\.event))
        memory.record(events, at: now)
        commands.learn(events)
        compared += 1
      case (.failure(let expected), .failure(let actual)):
        #expect("\(expected)" == "\(actual)")
      default:
        Issue.record("\(type(of: command).name) is decided differently")
      }
    }
    #expect(compared > 50)
  }
}
