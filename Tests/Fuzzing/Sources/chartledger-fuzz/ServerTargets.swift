import Backend
import EventLog
import Foundation
import HummingbirdCore
import Practice
import PracticeEvents
import PracticeSimulator
import Reports

@testable import ReportServer

/// What a stranger can send: target, header fields and form.
@Sendable func fuzzRequest(_ bytes: [UInt8]) {
  var pieces = Pieces(bytes)
  let (target, accept, other) = (pieces.line(), pieces.line(), pieces.line())
  let uri = URI(target)
  use((uri.path, uri.host, uri.port))
  let accepted = Accepted(accept)
  use((accepted.prefersHTML, EntityTags.matches(other, "\"tag\""), SignIn.local(target)))
  if let pairs = try? FormText.pairs(uri.query ?? "") {
    let again = try? FormText.pairs(FormText.query(pairs))
    let isSame = again?.elementsEqual(pairs, by: ==) ?? false
    require(isSame || pairs.contains { $0.name.isEmpty && $0.value.isEmpty }, "a query is kept")
  }
  let name = uri.path.split(separator: "/").last.map(String.init) ?? ""
  use(try? ReportRequest(path: name, query: uri.query ?? "", accepted: accepted))
}

/// Every report with any parameters, of a small clinic, in every format.
@Sendable func fuzzReport(_ bytes: [UInt8]) {
  var pieces = Pieces(bytes)
  let report = ReportCatalog.all[Int(pieces.byte()) % ReportCatalog.all.count]
  let format = ReportFormat.allCases[Int(pieces.byte()) % ReportFormat.allCases.count]
  var given: [String: String] = [:]
  for parameter in report.parameters {
    let text = pieces.line()
    if !text.isEmpty { given[parameter.name] = text }
  }
  let asOf = pieces.line()
  do {
    let request = asOf.isEmpty ? nil : try AsOfRequest(asOf, in: .utc)
    let answer = try clinic.answer(report, given, asOf: request)
    for row in answer.body.rows {
      require(row.count == answer.columns.count, "a row has a cell for each column")
    }
    use(try format.render(answer))
  } catch {
    use("\(error)")
  }
}

/// Six patients, one year. Made once for each process; the system clears its temporary files.
private let clinic: Backend = {
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
private func waiting<Value: Sendable>(
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
