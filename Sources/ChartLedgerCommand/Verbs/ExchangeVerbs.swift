import ArgumentParser
import Backend
import EventLog
import Foundation
import PracticeEvents
import Projection
import Reports

/// `chartledger export`: the log in a form that outlives this program.
struct ExportVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write data out.", subcommands: [ExportEvents.self])
}

struct ExportEvents: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "The whole log as newline-delimited JSON; `import events` restores it exactly.",
    discussion: """
      Each line holds a record's bytes and, with --readable, the event as JSON for people.
      The export holds patient data: keep it as you keep the log.

      Example: chartledger export events --data clinic | chartledger import events - --data copy
      """)

  @OptionGroup var data: DataOption
  @OptionGroup var asOf: AsOfOption
  @Flag(help: "Add each event as JSON, for readers.") var readable = false
  @OptionGroup var reader: ReaderOption

  func run() async throws {
    let backend = try data.open()
    let reader = try reader.reader(in: backend)
    try await backend.requireLogReadable("export.events", by: reader)
    let through =
      try asOf.request(backend).map { try backend.resolve($0) }
      ?? backend.store.read { $0.head }
    try await backend.recordAccess(
      DataAccess(
        by: reader, what: "export.events", format: "ndjson", disclosed: .everyone,
        rows: Int(clamping: through.rawValue), asOf: through))
    try backend.store.export(
      through: through,
      describe: { event in
        guard readable else { return nil }
        return try RecordedFact(event).event.json
      },
      write: { try Console.write($0) })
  }
}

/// `chartledger import`: data from elsewhere.
struct ImportVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Read data in.",
    subcommands: [
      ImportEvents.self, ImportRules.self, ImportCodes.self, ImportRemittance.self,
      ImportEligibility.self, ImportAcknowledgements.self, ImportFileAcknowledgements.self,
    ])
}

struct ImportEvents: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "An export of another log, into a new or unfinished copy of it.",
    discussion: """
      The whole file is checked before anything is written; an interrupted import is continued by \
      repeating it.
      """)

  @Argument(help: "The export; - is stdin.", completion: .file()) var file: String
  @OptionGroup var data: DataOption
  @OptionGroup var output: FormatOption
  @Flag(help: "Check the file and say what would be imported; write nothing.") var dryRun = false

  func run() async throws {
    let directory = try data.directory
    guard directory.exists || directory.isVacant else {
      throw DataDirectoryError.occupied(directory.path)
    }
    let source = try source()
    defer { if source.isTemporary { try? FileManager.default.removeItem(at: source.url) } }
    let summary: ImportSummary
    if dryRun {
      summary = try Backend.checkImport(of: source.url, into: directory)
    } else {
      let bar = ProgressBar()
      defer { bar.finish() }
      summary = try await Backend.importEvents(
        from: source.url, into: directory,
        progress: { bar.show("import", done: $0, total: $1) }, finally: { Signing.sign($0) })
    }
    Console.say(dryRun ? "would import:" : "imported:")
    try Console.write(
      Listing(
        title: "Import",
        columns: [
          Column("imported", "New events", .integer),
          Column("present", "There already", .integer),
        ], rows: [[.integer(Int(summary.imported)), .integer(Int(summary.present))]]
      ).render(output.format))
  }

  /// The file to read; stdin is gathered in one first, because it is read twice.
  private func source() throws -> (url: URL, isTemporary: Bool) {
    guard file == "-" else {
      guard FileManager.default.isReadableFile(atPath: file) else {
        throw UsageError("\(file) cannot be read", hint: "check the path")
      }
      return (URL(filePath: file), false)
    }
    let url = FileManager.default.temporaryDirectory
      .appending(path: "chartledger-import-\(UUID().uuidString)")
    let made = FileManager.default.createFile(
      atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600])
    guard made else {
      throw UsageError("stdin cannot be kept at \(url.path)", hint: "give a file instead of -")
    }
    let handle = try FileHandle(forWritingTo: url)
    while let chunk = try FileHandle.standardInput.read(upToCount: 1 << 20), !chunk.isEmpty {
      try handle.write(contentsOf: chunk)
    }
    try handle.close()
    return (url, true)
  }
}
