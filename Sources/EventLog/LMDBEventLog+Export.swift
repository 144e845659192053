import Foundation
internal import LMDB

extension LMDBEventLog {
  /// Writes the log as newline-delimited JSON, the form that outlives this program: see
  /// `ExportFormat`. It holds everything, patient data and salts included.
  ///
  /// Reads in short transactions, so that an export of any length keeps no old pages alive.
  ///
  /// - Parameters:
  ///   - through: the last position to export; nil is the head at the beginning.
  ///   - describe: JSON text of an event for readers, added to its line; imports ignore it.
  ///   - write: gets a few whole lines at a time.
  /// - Returns: the last exported position.
  @discardableResult
  public func export(
    through: Position? = nil,
    describe: (RecordedEvent) throws -> String? = { _ in nil },
    write: ([UInt8]) throws -> Void
  ) throws -> Position {
    let encoder = ExportFormat.Encoder()
    let (header, end) = try exportHeader(through: through)
    var buffer: [UInt8] = []
    try encoder.append(header, to: &buffer)
    try write(buffer)

    try exportBlobs(through: end, encoder, write)
    var position = Position.none
    while position < end {
      buffer.removeAll(keepingCapacity: true)
      position = try appendLines(after: position, through: end, describe, encoder, to: &buffer)
      try write(buffer)
    }
    return end
  }

  /// About how much one transaction gathers.
  private static let chunkBytes = 1 << 20

  private func exportHeader(through: Position?) throws -> (ExportFormat.Header, Position) {
    try storageErrors {
      try environment.read { transaction in
        let head = try transaction.head(tables)
        let end = min(head, through ?? head)
        var blobs: UInt64 = 0
        var cursor = try transaction.cursor(over: tables.blobs)
        while let row = try cursor.next() {
          if let blob = BlobView(row), blob.head <= end { blobs += 1 }
        }
        let header = ExportFormat.Header(
          format: ExportFormat.name, log: try transaction.logID(tables).description,
          events: end.rawValue, blobs: blobs)
        return (header, end)
      }
    }
  }

  /// - Returns: the position of the last line.
  private func appendLines(
    after position: Position, through end: Position,
    _ describe: (RecordedEvent) throws -> String?, _ encoder: ExportFormat.Encoder,
    to buffer: inout [UInt8]
  ) throws -> Position {
    var last = position
    var lines = buffer
    try read { log in
      try log.forEachRecord(from: position.next, through: end, kinds: []) { record in
        try encoder.append(
          ExportFormat.EventLine(record), event: try describe(record.recorded()), to: &lines)
        last = record.position
        return lines.count < Self.chunkBytes
      }
    }
    buffer = lines
    return last
  }

  private func exportBlobs(
    through end: Position, _ encoder: ExportFormat.Encoder, _ write: ([UInt8]) throws -> Void
  ) throws {
    var last: [UInt8]?
    while true {
      let (line, key): ([UInt8], [UInt8]?) = try storageErrors {
        try environment.read { transaction in
          var cursor = try transaction.cursor(over: tables.blobs)
          var entry = try cursor.seek(atOrAfter: last ?? [])
          while let row = entry {
            let key = [UInt8](copying: row.key)
            if key != last, let blob = BlobView(row), blob.head <= end {
              var line: [UInt8] = []
              try encoder.append(
                ExportFormat.BlobLine(
                  blob: blob.id.description, bytes: blob.bytes.withUnsafeBytes { Data($0) }),
                to: &line)
              return (line, key)
            }
            entry = try cursor.next()
          }
          return ([], nil)
        }
      }
      guard let key else { return }
      try write(line)
      last = key
    }
  }
}
