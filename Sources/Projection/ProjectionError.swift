import EventLog
internal import LMDB

/// Why a view cannot be built, kept or read. Messages hold no row and no key: they may identify a
/// patient.
public enum ProjectionError: Error, Equatable {
  /// The payload of a known kind cannot be decoded; nothing at or after it was applied.
  case undecodable(Position, problem: String)
  /// The view has seen more than the log holds: the log was restored from an older backup.
  case aheadOfLog(view: String, checkpoint: Position, head: Position)
  /// The log's event at the view's checkpoint is another one than the view has seen.
  case foreignLog(view: String, checkpoint: Position)
  /// A newer program wrote the view; this one would ruin it.
  case newerVersion(view: String, stored: UInt32, known: UInt32)
  /// The files of a view contradict each other.
  case damaged(view: String, reason: String)
  case unknownView(String)
  /// A projector used a table that it does not name in `tables`.
  case unknownTable(String)
  /// A table was used with two types of rows.
  case wrongRowType(table: String)
  /// A state of the log was asked for that it has not reached.
  case beyondHead(Position, head: Position)
  /// Time ran out before the views, or the log itself, reached a position.
  case notReached(Position)
  /// The views would not come to rest at one position.
  case unsettled
  case files(operation: String, path: String, code: Int32)
  /// A named pipe, a device or a folder is in a file's place.
  case notAFile(path: String)
  /// The storage of a view failed; says where and what to do.
  case storage(String)
}

extension ProjectionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .undecodable(let position, let problem):
      """
      The event at position \(position) cannot be decoded (\(problem)). The views stop before it: \
      run `chartledger log verify`, and use a program at least as new as the one that wrote it.
      """
    case .aheadOfLog(let view, let checkpoint, let head):
      """
      View \(view) is at position \(checkpoint), beyond the log's head \(head): the log is an older \
      copy. Make sure that it is the right one, then run `chartledger view rebuild \(view)`.
      """
    case .foreignLog(let view, let checkpoint):
      """
      View \(view) was made from another log: the event at its position \(checkpoint) is not the \
      one it has seen. Make sure that the log is the right one, then run \
      `chartledger view rebuild \(view)`.
      """
    case .newerVersion(let view, let stored, let known):
      """
      View \(view) has version \(stored), this program knows version \(known): use the newer \
      program, or run `chartledger view rebuild \(view)` to go back.
      """
    case .damaged(let view, let reason):
      "View \(view) is damaged (\(reason)): run `chartledger view rebuild \(view)`."
    case .unknownView(let view):
      "There is no view \(view): see `chartledger view list` for all."
    case .unknownTable(let table):
      "A projector used table \(table) without naming it in `tables`: add it there."
    case .wrongRowType(let table):
      "Table \(table) was used with two types of rows: give each type its own table."
    case .beyondHead(let position, let head):
      "Position \(position) is not recorded yet; the log's head is \(head): ask for one up to it."
    case .notReached(let position):
      "Position \(position) was not reached in time: try again in a moment."
    case .unsettled:
      "The views move too fast to be read at one position: try again in a moment."
    case .files(let operation, let path, let code):
      "\(operation) failed at \(path) [errno \(code)]: check the owner, mode and space of the disk."
    case .notAFile(let path):
      "\(path) is no file, but a named pipe, a device or a folder: remove it, and the view is built "
        + "again."
    case .storage(let reason):
      """
      The storage of the views failed: \(reason). The log is not affected: check the disk, then run \
      `chartledger view rebuild`.
      """
    }
  }
}

/// Runs `body`, with errors of LMDB as errors of the views.
func storageErrors<Value>(_ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch let error as LMDBError {
    throw ProjectionError.storage("\(error)")
  }
}
