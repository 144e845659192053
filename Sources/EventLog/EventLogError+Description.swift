extension EventLogError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .conditionFailed(let position):
      """
      The event at position \(position) was recorded meanwhile and matches the append condition: \
      read again, decide again, then retry. Nothing was appended.
      """
    case .duplicateEventID(let id):
      "Event \(id) is in the log already: give every event a new id. Nothing was appended."
    case .duplicateBlobID(let id):
      "Blob \(id) is in the log already: give every blob a new id. Nothing was appended."
    case .payloadTooLarge(let bytes):
      """
      An event's payload has \(bytes) bytes, more than \(NewEvent.maximumPayloadBytes): keep the \
      large part in a blob. Nothing was appended.
      """
    case .tooManyTags(let count):
      "An event has \(count) tags, more than \(NewEvent.maximumTags). Nothing was appended."
    case .invalidTag(let reason):
      "A tag \(reason). Nothing was appended."
    case .requestTooLarge(let events, let bytes):
      """
      A request has \(events) events and \(bytes) bytes, more than \(Proposal.maximumEvents) \
      events or \(Proposal.maximumBytes) bytes: divide it. Nothing was appended.
      """
    case .timeNotIncreasing(let time):
      """
      An imported event recorded at \(time) is not later than the event before it: import in the \
      order of the original log. Nothing was appended.
      """
    case .splitCommand(let command):
      """
      The imported events of command \(command) do not follow each other, or the log holds that \
      command already. Nothing was appended.
      """
    case .invalidSalt(let bytes):
      "A salt has \(bytes) bytes instead of \(RecordFormat.saltBytes). Nothing was appended."
    case .malformedExport(let line, let reason):
      "Line \(line) of the export cannot be imported: \(reason). Nothing was imported."
    case .overloaded:
      "More requests are waiting than the log's writer accepts: try again in a moment."
    case .stopped(let reason):
      """
      The log's writer has stopped: \(reason). Nothing unacknowledged is known to be stored; \
      check the disk, reopen the log and verify it.
      """
    case .notALog(let reason):
      reason
    case .frozen(let reason):
      "The log is frozen: \(reason). It can be read; nothing is appended or signed."
    case .damaged(let position, let reason):
      """
      The log is damaged at position \(position): \(reason). Stop writing to it, keep a copy as \
      evidence, and restore a verified backup.
      """
    case .storage(let reason):
      "The log's storage failed: \(reason)."
    }
  }
}
