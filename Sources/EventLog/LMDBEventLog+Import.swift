public import Foundation
internal import LMDB

/// What an import of a file did.
public struct ImportSummary: Hashable, Sendable {
  /// Events appended.
  public var imported: UInt64
  /// Events that the log had already, byte for byte.
  public var present: UInt64

  public init(imported: UInt64 = 0, present: UInt64 = 0) {
    self.imported = imported
    self.present = present
  }
}

extension LMDBEventLog {
  /// Imports an export into a log that is empty, or whose events are the first ones of the file: so
  /// an interrupted import is continued by repeating it. An empty log takes over the log's id.
  ///
  /// The whole file is validated before anything is written.
  ///
  /// - Parameters:
  ///   - progress: called with the number of events done and their total.
  ///   - accept: see `checkExport`.
  /// - Throws: what `checkExport` throws.
  public func importExport(
    from file: URL,
    progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in },
    accept: (RecordedEvent) throws -> Void = { _ in }
  ) async throws -> ImportSummary {
    let present = try read { $0.head }
    let header = try check(file, present: present, accept)
    if present == .none { try await adopt(header.id) }
    return try await write(file, header, present: present, progress)
  }

  /// Says what an import of this export into this log would do; writes nothing.
  ///
  /// - Parameter accept: called for every event of the file, also those that the log has already.
  ///   Throws when the payload does not fit the rest of the event, which is opaque to the log; the
  ///   error's description becomes the reason, so it must hold no patient data.
  /// - Throws: `EventLogError.malformedExport` with the line and what is wrong; `.notALog` when the
  ///   log belongs to another export.
  public func checkExport(
    from file: URL, accept: (RecordedEvent) throws -> Void = { _ in }
  ) throws -> ImportSummary {
    let present = try read { $0.head }
    let header = try check(file, present: present, accept)
    let known = min(present.rawValue, header.events)
    return ImportSummary(imported: header.events - known, present: known)
  }

  /// First pass over the file.
  private func check(
    _ file: URL, present: Position, _ accept: (RecordedEvent) throws -> Void
  ) throws -> ExportCheck.Header {
    var check = ExportCheck(log: self, head: present)
    var reader = try LineReader(file)
    while let line = try reader.next() {
      let event: RecordedEvent?
      do {
        event = try check.accept(line)
      } catch let problem as ExportFormat.Problem {
        throw EventLogError.malformedExport(line: reader.number, reason: problem.reason)
      }
      guard let event else { continue }
      do {
        try accept(event)
      } catch {
        throw EventLogError.malformedExport(line: reader.number, reason: "\(error)")
      }
    }
    return try check.finish(line: reader.number)
  }

  private static let eventsPerBatch = 5_000
  private static let bytesPerBatch = 8 << 20

  /// Second pass over a file that has been found good.
  private func write(
    _ file: URL, _ header: ExportCheck.Header, present: Position,
    _ progress: (UInt64, UInt64) -> Void
  ) async throws -> ImportSummary {
    let decoder = JSONDecoder()
    var reader = try LineReader(file)
    var events: [ImportedEvent] = []
    var byteCount = 0
    var summary = ImportSummary(present: min(present.rawValue, header.events))
    var batches = BatchImport(into: self)
    func flush() async throws {
      try await batches.add(events)
      summary.imported += UInt64(events.count)
      progress(summary.present + summary.imported, header.events)
      events = []
      byteCount = 0
    }
    _ = try reader.next()
    while let line = try reader.next() {
      let lineIndex = UInt64(reader.number) - 2
      if lineIndex < header.blobs {
        let blob = try decoder.decode(ExportFormat.BlobLine.self, from: line)
        let id: BlobID = try ExportFormat.parse(blob.blob, "blob")
        if try read({ try $0.blob(id) }) == nil {
          _ = try await importEvents([], blobs: [Blob(id: id, bytes: Array(blob.bytes))])
        }
      } else if lineIndex - header.blobs >= present.rawValue {
        let event = try decoder.decode(ExportFormat.EventLine.self, from: line).imported()
        events.append(event)
        byteCount += event.event.payload.count
        if events.count >= Self.eventsPerBatch || byteCount >= Self.bytesPerBatch {
          try await flush()
        }
      }
    }
    if !events.isEmpty { try await flush() }
    try await batches.finish()
    return summary
  }

  /// The event at a position as a line; nil beyond the head.
  fileprivate func exportLine(at position: Position) throws -> ExportFormat.EventLine? {
    try storageErrors {
      try environment.read { transaction in
        guard position <= (try transaction.head(tables)) else { return nil }
        return ExportFormat.EventLine(try transaction.record(tables, at: position))
      }
    }
  }
}

/// Checks the lines of an export one after another, also against what the log has already.
private struct ExportCheck {
  struct Header {
    var id: LogID
    var events: UInt64
    var blobs: UInt64
  }

  /// How far the clock that recorded the events may have been ahead of this log's.
  private static let clockToleranceMicroseconds: Int64 = 86_400_000_000

  let log: LMDBEventLog
  let head: Position
  private let latestTime: LogTime
  private let decoder = JSONDecoder()
  private var header: Header?
  private var blobs: Set<BlobID> = []
  private var position = Position.none
  private var lastTime: LogTime?
  private var eventIDs: Set<EventID> = []
  private var sequences: [StreamID: UInt64] = [:]
  private var command: CommandID?
  private var commands: Set<CommandID> = []

  init(log: LMDBEventLog, head: Position) {
    self.log = log
    self.head = head
    latestTime = LogTime(rawValue: log.clock().rawValue + Self.clockToleranceMicroseconds)
  }

  /// - Returns: the event of the line, when it has one.
  mutating func accept(_ line: Data) throws -> RecordedEvent? {
    guard let header else {
      header = try check(ExportFormat.decode(ExportFormat.Header.self, line, decoder))
      return nil
    }
    guard UInt64(blobs.count) == header.blobs else {
      try accept(ExportFormat.decode(ExportFormat.BlobLine.self, line, decoder))
      return nil
    }
    return try accept(ExportFormat.decode(ExportFormat.EventLine.self, line, decoder), header)
  }

  /// - Parameter line: number of the line after the last.
  func finish(line: Int) throws -> Header {
    guard let header else {
      throw EventLogError.malformedExport(line: 1, reason: "the file is empty")
    }
    guard UInt64(blobs.count) == header.blobs, position.rawValue == header.events else {
      throw EventLogError.malformedExport(
        line: line,
        reason: """
          the file ends after \(blobs.count) blobs and \(position) events, but its header \
          promises \(header.blobs) and \(header.events)
          """)
    }
    return header
  }

  private func check(_ line: ExportFormat.Header) throws -> Header {
    guard line.format == ExportFormat.name else {
      throw ExportFormat.Problem("format: \"\(ExportFormat.name)\" is expected")
    }
    let id: LogID = try ExportFormat.parse(line.log, "log")
    let present = try log.id
    guard head == .none || id == present else {
      throw EventLogError.notALog(
        "The export is of log \(id), but this is log \(present): import it into a new log.")
    }
    return Header(id: id, events: line.events, blobs: line.blobs)
  }

  private mutating func accept(_ line: ExportFormat.BlobLine) throws {
    let id: BlobID = try ExportFormat.parse(line.blob, "blob")
    guard line.bytes.count <= Proposal.maximumBytes else {
      throw ExportFormat.Problem("bytes: more than \(Proposal.maximumBytes)")
    }
    guard blobs.insert(id).inserted else {
      throw ExportFormat.Problem("blob: the same id as on a line above")
    }
    if let present = try log.read({ try $0.blob(id) }), present != Array(line.bytes) {
      throw ExportFormat.Problem("bytes: the log has a blob of this id with other bytes")
    }
  }

  private mutating func accept(
    _ line: ExportFormat.EventLine, _ header: Header
  ) throws -> RecordedEvent {
    let imported = try line.imported()
    guard position.rawValue < header.events else {
      throw ExportFormat.Problem("there are more events than the header promises")
    }
    position = position.next
    guard line.position == position.rawValue else {
      throw ExportFormat.Problem("position: \(line.position) instead of \(position)")
    }
    if let lastTime, imported.recordedAt <= lastTime {
      throw ExportFormat.Problem("recordedAt: not later than on the line above")
    }
    guard imported.recordedAt <= latestTime else {
      throw ExportFormat.Problem(
        "recordedAt: more than a day after this computer's clock, which may be wrong")
    }
    lastTime = imported.recordedAt
    guard eventIDs.insert(imported.event.id).inserted else {
      throw ExportFormat.Problem("id: the same as on a line above")
    }
    let sequence = sequences[imported.event.stream, default: 0] + 1
    guard line.streamSequence == sequence else {
      throw ExportFormat.Problem("streamSequence: \(line.streamSequence) instead of \(sequence)")
    }
    sequences[imported.event.stream] = sequence
    if command != imported.command {
      guard commands.insert(imported.command).inserted else {
        throw ExportFormat.Problem("command: the events of one command must follow each other")
      }
      command = imported.command
    }
    if position <= head, try log.exportLine(at: position) != line {
      throw ExportFormat.Problem("the log has another event at position \(position)")
    }
    return RecordedEvent(
      position: position, recordedAt: imported.recordedAt, id: imported.event.id,
      stream: imported.event.stream, streamSequence: sequence, kind: imported.event.kind,
      tags: imported.event.tags, command: imported.command, payload: imported.event.payload)
  }
}
