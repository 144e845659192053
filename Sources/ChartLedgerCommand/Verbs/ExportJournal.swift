import ArgumentParser
import Backend
import EventLog
import Foundation
import Practice
import PracticeEvents
import Reports

/// Which days of the journal, and what becomes of the file.
struct JournalOptions: ParsableArguments {
  @Option(help: "First day. Default: that of the first entry.") var from: String?
  @Option(help: "Last day. Default: that of the last entry.") var through: String?
  @Option(help: "The file to write; stdout when left out.", completion: .file()) var out: String?
  @Flag(help: "Record in the log that this journal was handed over, with the file's SHA-256.")
  var record = false
  @OptionGroup var data: DataOption
  @OptionGroup var asOf: AsOfOption
  @OptionGroup var reader: ReaderOption

  /// Records the reading, writes the file, and records the hand-over if asked to.
  ///
  /// - Parameter make: the file's text with what is in it.
  func write(
    _ format: JournalFormatChoice,
    _ make: (Backend, _ from: CivilDate?, _ through: CivilDate?, AsOfRequest?) throws -> (
      text: String, file: JournalFile
    )
  ) async throws {
    let backend = try data.open()
    let reader = try reader.reader(in: backend)
    try await backend.requireReadable(LedgerJournalReport.self, [:], by: reader)
    let days = try (from.map { try CivilDate($0) }, through.map { try CivilDate($0) })
    let actor = record ? try self.reader.actor.actor(in: backend) : nil
    let made = try make(backend, days.0, days.1, asOf.request(backend))
    try await backend.recordAccess(
      DataAccess(
        by: reader, what: "export.\(format.rawValue)",
        parameters: [
          ("from", made.file.dates.lowerBound.description),
          ("through", made.file.dates.upperBound.description),
        ],
        format: format.rawValue, disclosed: .nobody, rows: made.file.entries,
        asOf: made.file.asOf))
    if let out {
      try Data(made.text.utf8).write(to: URL(filePath: out), options: .atomic)
    } else {
      try Console.write(made.text)
    }
    Console.say(
      "\(made.file.entries) entries, \(made.file.dates.lowerBound) to "
        + "\(made.file.dates.upperBound), as of position \(made.file.asOf), SHA-256 "
        + "\(made.file.sha256)")
    guard let actor else { return }
    var generator = SystemRandomNumberGenerator()
    let milliseconds = UInt64(Date().timeIntervalSince1970 * 1000)
    let outcome = try await backend.record(
      RecordJournalExport(
        from: made.file.dates.lowerBound, through: made.file.dates.upperBound, format: format,
        sha256: made.file.sha256, asOf: Int(clamping: made.file.asOf.rawValue),
        entries: made.file.entries),
      CommandEnvelope(
        id: CommandID.uuidV7(milliseconds: milliseconds, using: &generator), actor: actor))
    Signing.signIfDue(backend, after: outcome.facts)
  }
}

struct ExportBeancount: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "beancount",
    abstract: "The journal for beancount, with assertions; bean-check must accept it.",
    discussion: """
      Every entry carries the id and position of its event. Each account's balance is asserted at the \
      end of each month, and at the end receivables, credits and packages as patients' accounts have \
      them. The file names no patient.

      Example: chartledger export beancount --data clinic --out books.beancount && bean-check \
      books.beancount
      """)

  @OptionGroup var options: JournalOptions

  func run() async throws {
    let bar = ProgressBar()
    try await options.write(.beancount) { backend, from, through, asOf in
      defer { bar.finish() }
      var text = ""
      let file = try backend.writeBeancount(
        from: from, through: through, asOf: asOf,
        progress: { bar.show($0.phase, done: $0.done, total: $0.total) }, { text += $0 })
      return (text, file)
    }
  }
}

struct ExportJournal: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal",
    abstract: "The journal as CSV, for an accountant's program; one row for each line of an entry.",
    discussion: """
      The same rows as `report ledger.journal --format csv`, from the first entry on.

      Example: chartledger export journal --data clinic --from 2026-01-01 --through 2026-03-31 \
      --out q1.csv --record --by dana:biller
      """)

  @OptionGroup var options: JournalOptions

  func run() async throws {
    try await options.write(.csv) { backend, from, through, asOf in
      try backend.journalCSV(from: from, through: through, asOf: asOf)
    }
  }
}
