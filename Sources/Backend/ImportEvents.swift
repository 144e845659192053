import EventLog
import Foundation
import Practice
import PracticeEvents
import Projection

extension Backend {
  /// Imports an export of a clinic's log into a directory: a new one, or an unfinished copy.
  ///
  /// - Parameter finally: called with the clinic when all is imported.
  /// - Throws: `EventLogError`; nothing is imported, and a directory made for it is removed.
  public static func importEvents(
    from file: URL, into directory: DataDirectory,
    progress: (_ done: UInt64, _ total: UInt64) -> Void, finally: (Backend) -> Void = { _ in }
  ) async throws -> ImportSummary {
    func run(_ backend: Backend) async throws -> ImportSummary {
      let summary = try await backend.store.importExport(
        from: file, progress: progress, accept: requireReadable)
      finally(backend)
      return summary
    }
    guard directory.exists else { return try await create(directory, run) }
    return try await run(
      Backend(directory, options: LMDBEventLog.Options(), create: directory.isBeginning))
  }

  /// Says what the import would do, or throws what it would throw; writes nothing there.
  public static func checkImport(
    of file: URL, into directory: DataDirectory
  ) throws
    -> ImportSummary
  {
    if directory.exists {
      return try Backend(directory).store.checkExport(from: file, accept: requireReadable)
    }
    let scratch = FileManager.default.temporaryDirectory
      .appending(path: "chartledger-check-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    return try LMDBEventLog(directory: scratch.path, create: true)
      .checkExport(from: file, accept: requireReadable)
  }

  /// An event that this program cannot read, or that is indexed otherwise than it says, would stop
  /// every view for ever: it is refused at the door.
  private static func requireReadable(_ recorded: RecordedEvent) throws {
    let event = try RecordedFact(recorded).event
    guard let kind = event.kind else { return }  // Newer than this program: kept, not understood.
    guard kind.rawValue == recorded.kind.rawValue else {
      throw ImportProblem(description: "kind: the event says \(kind.rawValue)")
    }
    guard event.tags.map(\.text) == recorded.tags.map(\.text) else {
      throw ImportProblem(description: "tags: they are not those of the event")
    }
  }
}

private struct ImportProblem: Error, CustomStringConvertible { let description: String }
