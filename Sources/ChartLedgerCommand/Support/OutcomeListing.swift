import Backend
import Foundation
import Practice
import PracticeEvents
import Reports

/// What a command recorded, for a person or a program.
enum OutcomeListing {
  static func render(
    _ outcome: RecordedOutcome, _ format: ReportFormat, dryRun: Bool
  ) throws
    -> String
  {
    switch format {
    case .table: try table(outcome, dryRun: dryRun)
    case .json: try object(outcome, dryRun: dryRun) + "\n"
    case .ndjson: try outcome.facts.map { try fact($0) + "\n" }.joined()
    case .csv, .ics, .svg, .html: try EventListing.listing(outcome.facts).render(.csv)
    }
  }

  private static func table(_ outcome: RecordedOutcome, dryRun: Bool) throws -> String {
    var lines = outcome.facts.map { fact in
      let names = names(fact).map { "\($0.kind) \($0.id)" }.joined(separator: "  ")
      let kind = fact.event.kind.map { "\($0)" } ?? ""
      return "#\(fact.position)  \(kind)  \(names)"
    }
    if dryRun {
      lines = lines.map { "would record \($0.drop { $0 != " " }.trimmingPrefix { $0 == " " })" }
    }
    if outcome.isRepeat { lines.append("(recorded before under this command id; nothing added)") }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func object(_ outcome: RecordedOutcome, dryRun: Bool) throws -> String {
    let facts = try outcome.facts.map(fact).joined(separator: ",\n    ")
    let warnings = try JSONSerialization.data(
      withJSONObject: outcome.warnings, options: .withoutEscapingSlashes)
    return """
      {
        "dryRun": \(dryRun),
        "isRepeat": \(outcome.isRepeat),
        "facts": [
          \(facts)
        ],
        "warnings": \(String(decoding: warnings, as: UTF8.self))
      }
      """
  }

  /// One fact as a line of JSON.
  static func fact(_ fact: RecordedFact) throws -> String {
    let names = identifiers(fact).map { "\"\($0.kind)\": \"\($0.id)\"" }.joined(separator: ", ")
    return """
      {"position": \(fact.position), "recordedAt": "\(Instant(microseconds: fact.recordedAt))", \
      "eventID": "\(fact.eventID)", "subject": "\(fact.subject)", \
      "kind": "\(fact.event.kind.map { "\($0)" } ?? "")", "identifiers": {\(names)}, \
      "event": \(try fact.event.json)}
      """
  }

  /// The subject, if it is a person or payer, and the short identifiers that the fact names.
  static func names(_ fact: RecordedFact) -> [(kind: String, id: String)] {
    let unnamed: [SubjectKind?] = [nil, .site, .system, .codeLists, .books]
    guard let kind = fact.subjectKind, !unnamed.contains(kind)
    else {
      return identifiers(fact)
    }
    return [("\(kind)", fact.subject.description)] + identifiers(fact)
  }

  /// The short identifiers that the fact names, by kind.
  static func identifiers(_ fact: RecordedFact) -> [(kind: String, id: String)] {
    fact.event.tags.compactMap { tag -> (kind: String, id: String)? in
      let parts = tag.text.split(separator: ":", maxSplits: 1).map(String.init)
      guard parts.count == 2, (try? EntityID(parts[1])) != nil else { return nil }
      return (parts[0], parts[1])
    }
  }
}

/// Events as rows.
enum EventListing {
  static func listing(_ facts: [RecordedFact]) -> Listing {
    Listing(
      title: "Events",
      columns: [
        Column("position", "#", .integer), Column("recordedAt", "Recorded", .instant),
        Column("kind", "Event", .text), Column("subject", "Subject", .text, isDetail: true),
        Column("user", "By", .text), Column("role", "Role", .text, isDetail: true),
        Column("identifiers", "Identifiers", .list),
      ],
      rows: facts.map { fact in
        [
          .integer(Int(fact.position)), .instant(Instant(microseconds: fact.recordedAt)),
          .text(fact.event.kind.map { "\($0)" } ?? "unknown"), .text(fact.subject.description),
          .text(fact.event.actor.user), .text(fact.event.actor.role.text),
          .list(OutcomeListing.identifiers(fact).map(\.id)),
        ]
      })
  }
}
