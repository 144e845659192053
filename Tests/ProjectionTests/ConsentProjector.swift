import EventLog
import PracticeEvents
import Projection
import SwiftProtobuf

/// A small view for tests: rows are set, changed, removed, and one holds a map.
struct ConsentProjector: Projector {
  static let name = "consents"
  static let version: UInt32 = 1
  static let tables = ["counts", "open", "tally"]
  static let kinds: Set<PracticeEvent.Kind>? = [
    .patientRegistered, .consentSigned, .consentRevoked,
  ]

  static let counts = RowTable<Google_Protobuf_Int64Value>("counts")
  static let open = RowTable<Google_Protobuf_StringValue>("open")
  static let tally = RowTable<Google_Protobuf_Struct>("tally")

  static func key(_ fact: RecordedFact) -> RowKey {
    RowKey().adding(fact.stream.high).adding(fact.stream.low)
  }

  func apply(_ fact: RecordedFact, to rows: inout some RowWriter) throws {
    let key = Self.key(fact)
    try rows.update(in: Self.counts, at: key) { $0.value += 1 }
    switch fact.event.fact {
    case .consentSigned:
      try rows.set(Google_Protobuf_StringValue("\(fact.position)"), in: Self.open, at: key)
    case .consentRevoked: try rows.remove(in: Self.open, at: key)
    default: break
    }
    let isOpen = try rows.row(in: Self.open, at: key) != nil
    try rows.update(in: Self.tally, at: RowKey().adding("all")) { row in
      let name = "\(fact.event.kind?.rawValue ?? 0) \(isOpen) \(fact.stream.low % 5)"
      row.fields[name, default: 0].count += 1
    }
  }
}

/// The same view by a newer program, with other rows.
struct NewerConsentProjector: Projector {
  static let name = ConsentProjector.name
  static let version: UInt32 = 2
  static let tables = ["counts"]
  static let kinds: Set<PracticeEvent.Kind>? = nil

  func apply(_ fact: RecordedFact, to rows: inout some RowWriter) throws {
    try rows.update(in: ConsentProjector.counts, at: ConsentProjector.key(fact)) { $0.value += 100 }
  }
}

/// Another view of the same facts, of every kind.
struct ActivityProjector: Projector {
  static let name = "activity"
  static let version: UInt32 = 1
  static let tables = ["total"]
  static let kinds: Set<PracticeEvent.Kind>? = nil
  static let total = RowTable<Google_Protobuf_Int64Value>("total")
  static let key = RowKey().adding("total")

  func apply(_ fact: RecordedFact, to rows: inout some RowWriter) throws {
    try rows.update(in: Self.total, at: Self.key) { $0.value += 1 }
  }
}

extension Google_Protobuf_Value {
  fileprivate var count: Double {
    get { numberValue }
    set { numberValue = newValue }
  }
}

/// A history of registrations, consents and their ends; the same for the same arguments.
enum ConsentHistory {
  static func facts(_ count: Int, patients: UInt64 = 7) -> [RecordedFact] {
    (1...UInt64(count)).map { position in
      var event = PracticeEvent()
      event.reason = "as number \(position)"
      event.fact =
        switch position % 5 {
        case 0: .patientRegistered(PatientRegistered())
        case 1, 2: .consentSigned(ConsentSigned())
        case 3: .consentRevoked(ConsentRevoked())
        default: .intakeCompleted(IntakeCompleted())
        }
      return RecordedFact(
        position: position, recordedAt: 1_700_000_000_000_000 + Int64(position),
        id: UUIDKey(high: 1, low: position), stream: UUIDKey(high: 2, low: position % patients),
        streamSequence: position / patients + 1, event: event)
    }
  }

  static func events(_ facts: [RecordedFact]) throws -> [ImportedEvent] {
    try facts.map { fact in
      ImportedEvent(
        event: NewEvent(
          id: EventID(high: fact.id.high, low: fact.id.low),
          stream: StreamID(high: fact.stream.high, low: fact.stream.low),
          kind: EventKind(fact.event.kind ?? .patientRegistered), tags: [],
          payload: try fact.event.payload()),
        recordedAt: LogTime(rawValue: fact.recordedAt),
        command: CommandID(high: 3, low: fact.position))
    }
  }

  static func log(_ count: Int) async throws -> InMemoryEventLog {
    let log = InMemoryEventLog()
    _ = try await log.importEvents(events(facts(count)), blobs: [])
    return log
  }
}
