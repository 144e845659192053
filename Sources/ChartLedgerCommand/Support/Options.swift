import ArgumentParser
import Backend
import Foundation
import Practice
import PracticeEvents
import Reports

extension ReportFormat: ExpressibleByArgument {}

/// Where the clinic's data lies.
struct DataOption: ParsableArguments {
  @Option(
    name: .customLong("data"),
    help: ArgumentHelp(
      "The clinic's data directory (or set CHARTLEDGER_DATA).",
      discussion: "CHARTLEDGER_KEYS names a directory of its keys elsewhere than in it."),
    completion: .directory)
  var path: String?

  var directory: DataDirectory {
    get throws {
      guard let path = path ?? environment("CHARTLEDGER_DATA") else {
        throw UsageError(
          "no data directory is named", hint: "give --data DIR, or set CHARTLEDGER_DATA")
      }
      return DataDirectory(path, keys: environment("CHARTLEDGER_KEYS"))
    }
  }

  func open() throws -> Backend { try Backend(directory) }
}

/// How data is written to stdout.
struct FormatOption: ParsableArguments {
  @Option(
    help:
      "How to write the data: table, json, ndjson, csv, html, or svg for a report with a picture.")
  var format = ReportFormat.table

  mutating func validate() throws {
    guard format != .ics else { throw Self.noCalendar }
  }

  static var noCalendar: ValidationError {
    ValidationError("this is no calendar; ask for table, json, ndjson or csv")
  }
}

/// How a report is written to stdout.
struct ReportFormatOption: ParsableArguments {
  @Option(
    help:
      "How to write the data: table, json, ndjson, csv, html; a calendar also ics, a picture svg.")
  var format: ReportFormat?
}

/// Who acts.
struct ActorOption: ParsableArguments {
  @Option(
    name: .customLong("by"),
    help: ArgumentHelp(
      "Who does it, as USER:ROLE[:INITIALS[:NPI]] (or set CHARTLEDGER_BY).",
      discussion: "Roles: front-desk, therapist, biller, supervisor (owner), auditor."))
  var by: String?

  /// The actor; a therapist's NPI or id is looked up in the log.
  func actor(in backend: Backend?) throws -> EventActor {
    guard let text = named else {
      throw UsageError(
        "nobody is named who does this",
        hint: "give --by USER:ROLE, e.g. --by dana:front-desk, or set CHARTLEDGER_BY")
    }
    return try Self.actor(text, in: backend)
  }

  var named: String? { by ?? environment("CHARTLEDGER_BY") }

  private static func actor(_ text: String, in backend: Backend?) throws -> EventActor {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (2...4).contains(parts.count), !parts[0].isEmpty, let role = Role(text: parts[1]) else {
      throw UsageError(
        "\"\(text)\" does not say who does this",
        hint: "write USER:ROLE[:INITIALS[:NPI]], e.g. kim:therapist:KL:1234567893")
    }
    var actor = EventActor()
    actor.user = parts[0]
    actor.role = role
    let hasInitials = parts.count > 2 && !parts[2].isEmpty
    actor.initials = hasInitials ? parts[2] : String(parts[0].prefix(2)).uppercased()
    if parts.count == 4, let backend {
      actor.practitioner = try backend.practitionerID(parts[3]).description
    }
    return actor
  }
}

/// Who reads patient data, and what for: it is recorded before anything is shown.
struct ReaderOption: ParsableArguments {
  @OptionGroup var actor: ActorOption
  @Option(
    help: ArgumentHelp(
      "What it is read for: \(PurposeOfUse.choices.map(\.text).joined(separator: ", ")).",
      discussion: "By default what the role reads for."),
    completion: .list(PurposeOfUse.choices.map(\.text)))
  var purpose: String?

  func validate() throws {
    guard purpose.map({ PurposeOfUse(text: $0) != nil }) ?? true else {
      throw ValidationError(
        "--purpose is one of \(PurposeOfUse.choices.map(\.text).joined(separator: ", "))")
    }
  }

  /// Whoever is named, else the user of the operating system, who can read the files anyway.
  func reader(in backend: Backend) throws -> Reader {
    var person = EventActor()
    if actor.named != nil {
      person = try actor.actor(in: backend)
    } else {
      person.user = NSUserName()
      person.role = .system
    }
    return Reader(person, channel: .cli, purpose: purpose.flatMap { PurposeOfUse(text: $0) })
  }
}

/// The state of the log to read.
struct AsOfOption: ParsableArguments {
  @Option(
    help: "The log as it was: a position, a date (its end), or a time. Default: now.")
  var asOf: String?

  func request(_ backend: Backend) throws -> AsOfRequest? {
    try asOf.map { try AsOfRequest($0, in: backend.zone()) }
  }
}

func environment(_ name: String) -> String? {
  ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
}
