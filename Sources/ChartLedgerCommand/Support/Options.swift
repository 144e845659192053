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
    name: .customLong("data"), help: "The clinic's data directory (or set CHARTLEDGER_DATA).",
    completion: .directory)
  var path: String?

  var directory: DataDirectory {
    get throws {
      guard let path = path ?? environment("CHARTLEDGER_DATA") else {
        throw UsageError(
          "no data directory is named", hint: "give --data DIR, or set CHARTLEDGER_DATA")
      }
      return DataDirectory(path)
    }
  }

  func open() throws -> Backend { try Backend(directory) }
}

/// How data is written to stdout.
struct FormatOption: ParsableArguments {
  @Option(help: "How to write the data: table, json, ndjson or csv.")
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
  @Option(help: "How to write the data: table, json, ndjson or csv; a calendar also ics.")
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
    guard let text = by ?? environment("CHARTLEDGER_BY") else {
      throw UsageError(
        "nobody is named who does this",
        hint: "give --by USER:ROLE, e.g. --by dana:front-desk, or set CHARTLEDGER_BY")
    }
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
