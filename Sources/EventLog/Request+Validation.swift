extension Proposal {
  /// Payloads and blobs together.
  var byteCount: Int {
    events.reduce(blobs.reduce(0) { $0 + $1.bytes.count }) { $0 + $1.payload.count }
  }

  /// Throws what any engine must refuse whatever the log holds: limits, tags, and ids that occur
  /// twice in the request itself.
  func validate() throws(EventLogError) {
    let byteCount = byteCount
    guard events.count <= Self.maximumEvents, byteCount <= Self.maximumBytes else {
      throw .requestTooLarge(events: events.count, bytes: byteCount)
    }
    for event in events { try event.validate() }
    if let repeated = events.lazy.map(\.id).firstRepeat { throw .duplicateEventID(repeated) }
    var blobIDs = Set<BlobID>()
    for blob in blobs {
      guard blobIDs.insert(blob.id).inserted else { throw .duplicateBlobID(blob.id) }
    }
  }
}

extension Collection where Element: SixteenByteID {
  /// The least id that occurs more than once.
  fileprivate var firstRepeat: Element? {
    guard count > 1 else { return nil }
    let sorted = sorted()
    return zip(sorted, sorted.dropFirst()).first { $0 == $1 }?.0
  }
}

extension NewEvent {
  /// Throws what a log refuses in an event by itself: too many bytes or tags, or tags of a wrong form.
  package func validate() throws(EventLogError) {
    guard payload.count <= Self.maximumPayloadBytes else {
      throw .payloadTooLarge(bytes: payload.count)
    }
    guard tags.count <= Self.maximumTags else { throw .tooManyTags(tags.count) }
    for (index, tag) in tags.enumerated() {
      try tag.validate()
      guard !tags[..<index].contains(tag) else { throw .invalidTag("occurs twice in its event") }
    }
  }
}

extension Tag {
  func validate() throws(EventLogError) {
    let bytes = text.utf8
    guard (1...Self.maximumBytes).contains(bytes.count) else {
      throw .invalidTag("has \(bytes.count) bytes instead of 1 to \(Self.maximumBytes)")
    }
    // Not through the view's iterator, which is slow: every append comes by here.
    let isPrintable = text.utf8Span.span.bytes.withUnsafeBytes { text in
      text.allSatisfy { (0x20...0x7e).contains($0) }
    }
    guard isPrintable else {
      throw .invalidTag("has characters other than printable ASCII")
    }
  }
}

/// Imported events as requests: what is checked before anything is written.
enum ImportBatch {
  /// - Parameter last: the log's time at its head.
  static func validate(
    _ events: [ImportedEvent], blobs: [Blob], after last: LogTime?
  ) throws(EventLogError) {
    try Proposal(events: events.map(\.event), blobs: blobs).validate()
    var last = last
    for event in events {
      if let last, event.recordedAt <= last { throw .timeNotIncreasing(event.recordedAt) }
      last = event.recordedAt
      if let salt = event.salt, salt.count != RecordFormat.saltBytes {
        throw .invalidSalt(bytes: salt.count)
      }
    }
  }

  /// The command of each run of events, with the indices of its events; throws when a command has
  /// more than one run.
  static func runs(
    of events: [ImportedEvent]
  ) throws(EventLogError) -> [(command: CommandID, indices: Range<Int>)] {
    var runs: [(command: CommandID, indices: Range<Int>)] = []
    for (index, event) in events.enumerated() {
      if let last = runs.last, last.command == event.command {
        runs[runs.count - 1].indices = last.indices.lowerBound..<index + 1
      } else {
        runs.append((event.command, index..<index + 1))
      }
    }
    if let repeated = runs.lazy.map(\.command).firstRepeat { throw .splitCommand(repeated) }
    return runs
  }
}
