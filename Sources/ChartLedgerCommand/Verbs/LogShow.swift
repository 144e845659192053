import ArgumentParser
import Backend
import EventLog
import Foundation
import Practice
import PracticeEvents
import Projection
import Reports

/// Which events of the log to show.
struct EventSelection: ParsableArguments {
  @Option(help: "Only events of this kind, e.g. SessionDelivered; repeatable.")
  var kind: [String] = []
  @Option(help: "Only events with this identifier, e.g. apt-4KD92MQX7TWP.")
  var about: String?
  @Option(help: "Only events of this patient: MRN or id.")
  var patient: String?

  func query(_ backend: Backend) throws -> Query {
    let kinds = try kind.map { name in
      guard let kind = PracticeEvent.Kind(name: name) else {
        throw UsageError(
          "there is no kind of event \(name)", hint: "chartledger log schema lists them")
      }
      return EventKind(kind)
    }
    let tags: Set<Tag> = try about.map { [Tag(FactTag.entity(try EntityID($0)).text)] } ?? []
    let stream = try patient.map { text in
      let id = try backend.patientID(text)
      return StreamID(high: id.high, low: id.low)
    }
    if kinds.isEmpty && tags.isEmpty && stream == nil { return .all }
    return Query([Query.Item(kinds: Set(kinds), tags: tags, stream: stream)])
  }
}

struct LogShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Events with who, when and what.",
    discussion: """
      Examples:
        chartledger log show --data clinic --limit 20 --backwards
        chartledger log show --data clinic --patient P-0001 --kind SessionDelivered --format json
      """)

  @OptionGroup var data: DataOption
  @OptionGroup var selection: EventSelection
  @OptionGroup var asOf: AsOfOption
  @OptionGroup var reader: ReaderOption
  @OptionGroup var output: FormatOption
  @Option(help: "First position in the direction of reading.") var from: UInt64?
  @Option(help: "At most so many events.") var limit: Int?
  @Flag(help: "Newest first.") var backwards = false

  func validate() throws {
    guard (limit ?? 0) >= 0 else { throw ValidationError("--limit must not be negative") }
  }

  func run() async throws {
    let backend = try data.open()
    let reader = try reader.reader(in: backend)
    try await backend.requireLogReadable("log.show", by: reader)
    let query = try selection.query(backend)
    let asOf = try asOf.request(backend).map { try backend.resolve($0) }
    let options = ReadOptions(
      direction: backwards ? .backwards : .forwards, from: from.map { Position($0) }, asOf: asOf,
      limit: limit)
    let (facts, head) = try backend.store.read { log in
      (try log.events(query, options).map { try RecordedFact($0) }, log.head)
    }
    try await backend.recordAccess(
      DataAccess(
        ofEvents: facts, by: reader, what: "log.show", format: output.format,
        asOf: asOf ?? head))
    switch output.format {
    case .table, .csv, .ics, .svg, .html:
      try Console.write(EventListing.listing(facts).render(output.format))
    case .ndjson: for fact in facts { try Console.write(OutcomeListing.fact(fact) + "\n") }
    case .json:
      let objects = try facts.map { "  " + (try OutcomeListing.fact($0)) }
      try Console.write(
        objects.isEmpty ? "[]\n" : "[\n" + objects.joined(separator: ",\n") + "\n]\n")
    }
  }
}

struct LogFollow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "follow", abstract: "Show events as they are recorded, by any process.")

  @OptionGroup var data: DataOption
  @OptionGroup var selection: EventSelection
  @Option(help: "Begin at this position; by default with the next event.") var from: UInt64?
  @Option(help: "End after so many events.") var limit: Int?
  @OptionGroup var reader: ReaderOption
  @OptionGroup var output: FormatOption

  func validate() throws {
    guard output.format == .table || output.format == .ndjson else {
      throw ValidationError("what has no end comes as table or ndjson, an event a line")
    }
  }

  func run() async throws {
    let backend = try data.open()
    let reader = try reader.reader(in: backend)
    try await backend.requireLogReadable("log.follow", by: reader)
    let query = try selection.query(backend)
    var next = try from.map { Position($0) } ?? backend.store.read { $0.head.next }
    var left = limit ?? .max
    for await head in backend.store.heads() {
      guard left > 0 else { return }
      guard head >= next else { continue }
      let facts = try backend.store.read { log in
        try log.events(query, ReadOptions(from: next, asOf: head, limit: left)).map {
          try RecordedFact($0)
        }
      }
      if !facts.isEmpty {
        try await backend.recordAccess(
          DataAccess(
            ofEvents: facts, by: reader, what: "log.follow", format: output.format, asOf: head))
      }
      for fact in facts { try show(fact) }
      left -= facts.count
      next = head.next
      if left == 0 { return }
    }
  }

  private func show(_ fact: RecordedFact) throws {
    guard output.format == .table else {
      return try Console.write(OutcomeListing.fact(fact) + "\n")
    }
    let identifiers = OutcomeListing.identifiers(fact).map(\.id).joined(separator: " ")
    let kind = fact.event.kind.map { "\($0)" } ?? "unknown"
    try Console.write(
      "#\(fact.position)  \(Instant(microseconds: fact.recordedAt))  \(fact.event.actor.user)  "
        + "\(kind)  \(identifiers)\n")
  }
}
