import ArgumentParser
import Backend
import EventLog
import Foundation
import Practice
import PracticeEvents
import Reports

/// `chartledger record COMMAND`: every command of the catalogue is a subcommand.
struct RecordVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Record an action of the clinic: it is checked, then appended to the log.",
    discussion: """
      Give the fields as flags, or as one JSON object with --json FILE (- is stdin).

      Examples:
        chartledger record register-patient --data clinic --by dana:front-desk \\
          --mrn P-0001 --family-name Rivera --given-name Ana --born-on 1984-06-02
        chartledger record deliver-session --data clinic --by kim:therapist:KL:1234567893 \\
          --appointment apt-4KD92MQX7TWP --services 97140:30:neck --dry-run
        chartledger record --list
      """,
    subcommands: CommandCatalog.all.map(subcommand))

  @Flag(help: "List every command with its fields.")
  var list = false

  @OptionGroup var output: FormatOption

  func run() async throws {
    guard list else { throw CleanExit.helpRequest(self) }
    let rows = CommandCatalog.all.flatMap { command in
      command.fields.map { field -> [Cell] in
        [
          .text(command.name), .text(field.flag), .flag(field.isRequired),
          .text(field.kind.text), .text(field.help),
        ]
      }
    }
    try Console.write(
      Listing(
        title: "Commands",
        columns: [
          Column("command", "Command", .text), Column("flag", "Field", .text),
          Column("required", "Required", .flag), Column("form", "Form", .text),
          Column("help", "Meaning", .text),
        ], rows: rows
      ).render(output.format))
  }

  private static func subcommand(_ type: any Command.Type) -> any ParsableCommand.Type {
    func generic<C: Command>(_ type: C.Type) -> any ParsableCommand.Type { RecordCommand<C>.self }
    return generic(type)
  }
}

/// One command of the catalogue.
struct RecordCommand<C: Command>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: C.name, abstract: C.summary, discussion: fieldHelp)
  }

  @OptionGroup var data: DataOption
  @OptionGroup var actor: ActorOption
  @OptionGroup var output: FormatOption

  @Option(
    help: "When it happened, in the clinic's local time, e.g. 2026-03-11T09:00. Default: now.")
  var occurredAt: String?

  @Option(help: "Why; required of corrections.")
  var reason: String?

  @Option(help: "A UUID for this command: given again, the first outcome is returned.")
  var commandID: String?

  @Option(help: "Read the fields from a JSON file; - is stdin.", completion: .file())
  var json: String?

  @Flag(help: "Decide and show the events; append nothing.")
  var dryRun = false

  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("The command's fields.", valueName: "field flags"),
    completion: .list(
      C.fields.map { "--\($0.flag)" } + (AttachedFile.isTaken(by: C.self) ? ["--file"] : [])))
  var fields: [String] = []

  func run() async throws {
    let (path, words) =
      AttachedFile.isTaken(by: C.self) ? try AttachedFile.split(fields) : (nil, fields)
    let command = try input(words)
    let file = try path.map { try AttachedFile.read($0) }
    let id = try envelopeID()
    let backend = try data.open()
    let envelope = CommandEnvelope(
      id: id, actor: try actor.actor(in: backend), occurredAt: occurredAt, reason: reason)
    let outcome: RecordedOutcome
    if let file, let document = command as? ReceiveDocument {
      outcome = try await backend.receive(document, pages: file, envelope, dryRun: dryRun)
    } else if dryRun {
      outcome = try backend.rehearse(command, envelope)
    } else {
      outcome = try await backend.record(command, envelope)
    }
    try Console.write(OutcomeListing.render(outcome, output.format, dryRun: dryRun))
    for warning in outcome.warnings { Console.say("warning: \(warning)") }
    if !dryRun { Signing.signIfDue(backend, after: outcome.facts) }
  }

  private func input(_ fields: [String]) throws -> C {
    guard let json else { return try CommandInput.decode(C.self, flags: fields) }
    guard fields.isEmpty else {
      throw UsageError("fields are given both as flags and as JSON", hint: "choose one")
    }
    let bytes: Data
    if json == "-" {
      bytes = FileHandle.standardInput.readDataToEndOfFile()
    } else {
      guard let read = FileManager.default.contents(atPath: json) else {
        throw UsageError("\(json) cannot be read", hint: "check the path")
      }
      bytes = read
    }
    return try CommandInput.decode(C.self, json: bytes)
  }

  private func envelopeID() throws -> CommandID {
    guard let commandID else {
      var generator = SystemRandomNumberGenerator()
      let milliseconds = UInt64(Date().timeIntervalSince1970 * 1000)
      return CommandID.uuidV7(milliseconds: milliseconds, using: &generator)
    }
    guard let id = CommandID(commandID) else {
      throw UsageError("--command-id \(commandID) is not a UUID", hint: "use uuidgen to make one")
    }
    return id
  }

  private static var fieldHelp: String {
    let lines = C.fields.map { field in
      let words = [
        field.isRequired ? "required" : "", field.kind.text, field.help,
      ].filter { !$0.isEmpty }.joined(separator: "; ")
      return "  --\(field.flag)  \(words)"
    }
    let attached = AttachedFile.isTaken(by: C.self) ? [AttachedFile.help] : []
    return "Fields:\n" + (lines + attached).joined(separator: "\n")
      + "\n\nRoles: "
      + (C.roles.map(\.text).sorted() + ["supervisor"]).joined(separator: ", ")
  }
}

extension CommandField.Kind {
  /// How a value is written.
  var text: String {
    switch self {
    case .text(let example): example.isEmpty ? "text" : "e.g. \(example)"
    case .integer: "whole number"
    case .flag: "yes or no"
    case .choice(let words): words.joined(separator: " | ")
    case .list(let element): "list of: \(element.text)"
    case .object(let fields):
      "JSON {" + fields.map { $0.isRequired ? $0.name : $0.name + "?" }.joined(separator: ", ")
        + "}"
    }
  }
}
