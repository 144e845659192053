import Backend
import EventLog
import Foundation
import Practice
import PracticeEvents
import PracticeSimulator

/// Six patients, one year. Made once for each process; `tools/fuzz` clears its temporary files.
let clinic: Backend = {
  do {
    var simulation = try ClinicSimulation(
      seed: 7, patients: 6, years: 1, through: CivilDate("2026-03-31"),
      zone: ClinicTimeZone("America/New_York"), personas: true)
    var events: [ImportedEvent] = []
    _ = try simulation.run(progress: { _, _ in }) { command in
      for (index, made) in command.events.enumerated() {
        events.append(
          ImportedEvent(
            event: try NewEvent(made),
            recordedAt: LogTime(rawValue: command.recordedAt(ofEvent: index).microseconds),
            command: CommandID(high: command.commandID.high, low: command.commandID.low)))
      }
    }
    let path = FileManager.default.temporaryDirectory
      .appending(path: "chartledger-fuzz-\(UUID().uuidString)").path
    let options = LMDBEventLog.Options(mapBytes: 256 << 20)
    return try waiting { [events] in
      try await Backend.create(DataDirectory(path), options: options) { backend in
        _ = try await backend.store.importEvents(events, blobs: [])
        _ = try backend.views.catchUp()
        return backend
      }
    }
  } catch {
    fatalError("no clinic to ask: \(error)")
  }
}()

/// Runs to its end before it returns; libFuzzer calls from a thread of its own.
func waiting<Value: Sendable>(
  _ body: @escaping @Sendable () async throws -> Value
) throws -> Value {
  let (done, box) = (DispatchSemaphore(value: 0), Outcome<Value>())
  Task {
    do { box.result = .success(try await body()) } catch { box.result = .failure(error) }
    done.signal()
  }
  done.wait()
  return try box.result.get()
}

/// Written before the semaphore is signalled, and read after it was waited for.
private final class Outcome<Value>: @unchecked Sendable {
  var result: Result<Value, any Error> = .failure(CancellationError())
}
