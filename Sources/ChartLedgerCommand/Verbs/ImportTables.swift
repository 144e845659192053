import ArgumentParser
import Backend
import EventLog
import Foundation
import Practice
import PracticeEvents
import Reports

/// `chartledger import rules`: numbers that rules go by.
struct ImportRules: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract: "Rules from a CSV file: table,key,value,effectiveFrom,source. All of them or none.",
    discussion: """
      A table is a rule table (clearance, ncci, massage-codes, billing, …) or payer/ID. A file with \
      one malformed line is refused as a whole, with the line named.

      Example: chartledger import rules rules.csv --version 2026-07 --data clinic
      """)

  @Argument(help: "The file; - is stdin.", completion: .file()) var file: String
  @Option(help: "Names this publication, e.g. 2026-07.") var version: String
  @OptionGroup var options: TableImportOptions

  func run() async throws {
    let rows = try CSVTable(
      CSVTable.text(of: file), required: ["table", "key", "value", "effectiveFrom", "source"]
    ).rows
    let rules = try rows.map { row in
      try row.reading {
        guard let value = Int(row["value"]) else {
          throw InputError(field: "value", "it is not a whole number")
        }
        return PublishRules.Rule(
          table: row["table"], key: row["key"], value: value,
          effectiveFrom: try CivilDate(row["effectiveFrom"]), source: row["source"])
      }
    }
    try await options.record(PublishRules(version: version, rules: rules), rows)
  }
}

/// `chartledger import codes`: a list of diagnosis codes.
struct ImportCodes: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "codes",
    abstract: "ICD-10-CM codes from a CSV file: code,billable,label[,effectiveFrom,effectiveTo].",
    discussion: """
      The file holds whole categories (all codes of M54); each replaces what was known of it for \
      days of service from --effective-from on. A visit is judged by the list of its day. A file \
      with one malformed line is refused as a whole, with the line named.

      Example: chartledger import codes fy2027.csv --version FY2027 --effective-from 2026-10-01 \\
        --source "CMS ICD-10-CM FY2027" --data clinic
      """)

  @Argument(help: "The file; - is stdin.", completion: .file()) var file: String
  @Option(help: "Names this publication, e.g. FY2027.") var version: String
  @Option(help: "The first day of service that is judged by it.") var effectiveFrom: String
  @Option(help: "Where the list is from.") var source: String
  @OptionGroup var options: TableImportOptions

  func run() async throws {
    let from = try CivilDate(effectiveFrom)
    let bar = ProgressBar()
    defer { bar.finish() }
    bar.show("read", done: 0, total: 1)
    let rows = try CSVTable(
      CSVTable.text(of: file), required: ["code", "billable", "label"],
      optional: ["effectiveFrom", "effectiveTo"]
    ).rows
    let entries = try rows.enumerated().map { index, row in
      if index % 1_000 == 0 { bar.show("check", done: UInt64(index), total: UInt64(rows.count)) }
      return try row.reading {
        CodeListEntry(
          code: try ICD10CM(row["code"]), billable: try row.flag("billable"), label: row["label"],
          from: try row.date("effectiveFrom"), through: try row.date("effectiveTo"))
      }
    }
    bar.show("record", done: UInt64(rows.count), total: UInt64(rows.count))
    try await options.record(
      PublishCodeList(version: version, effectiveFrom: from, source: source, entries: entries),
      rows)
  }
}

/// How a file of rules or codes is recorded.
struct TableImportOptions: ParsableArguments {
  @OptionGroup var data: DataOption
  @OptionGroup var actor: ActorOption
  @OptionGroup var output: FormatOption
  @Flag(help: "Check the file and say what would be recorded; append nothing.") var dryRun = false

  private static let listedEvents = 100

  /// Records the command; a refusal that names an entry of the file names its line too.
  func record(_ command: some Command, _ rows: [CSVTable.Row]) async throws {
    let backend = try data.open()
    var generator = SystemRandomNumberGenerator()
    let id = CommandID.uuidV7(
      milliseconds: UInt64(Date().timeIntervalSince1970 * 1000), using: &generator)
    let envelope = CommandEnvelope(
      id: id, actor: try actor.actor(in: backend), channel: .import)
    do {
      let outcome =
        try dryRun
        ? backend.rehearse(command, envelope) : await backend.record(command, envelope)
      Console.say(
        "\(dryRun ? "would record" : "recorded"): \(rows.count) lines in \(outcome.facts.count) events"
      )
      // A line for each of thousands of events is for programs.
      if output.format != .table || outcome.facts.count <= Self.listedEvents {
        try Console.write(OutcomeListing.render(outcome, output.format, dryRun: dryRun))
      }
      for warning in outcome.warnings { Console.say("warning: \(warning)") }
    } catch var refusal as Refusal {
      let number = refusal.problem.firstMatch(of: /^(?:rule|code) (\d+)\b/).flatMap { Int($0.1) }
      if let number, rows.indices.contains(number - 1) {
        refusal.problem = "line \(rows[number - 1].line): \(refusal.problem)"
      }
      throw refusal
    }
  }
}

extension CSVTable.Row {
  /// What the row says; an error says on which line.
  fileprivate func reading<Value>(_ read: () throws -> Value) throws -> Value {
    do {
      return try read()
    } catch let error as InputError {
      let place = error.field.map { "\($0): " } ?? ""
      throw InputError(field: nil, "line \(line): \(place)\(error.problem)")
    } catch let error as ValueError {
      throw InputError(field: nil, "line \(line): \(error)")
    }
  }

  fileprivate func date(_ column: String) throws -> CivilDate? {
    self[column].isEmpty ? nil : try CivilDate(self[column])
  }

  fileprivate func flag(_ column: String) throws -> Bool {
    switch self[column].lowercased() {
    case "true", "yes", "1": return true
    case "false", "no", "0": return false
    default: throw InputError(field: column, "it is neither true nor false")
    }
  }
}
