import ArgumentParser
import Backend
import EventLog
import Foundation
import Practice
import PracticeEvents
import Reports

/// One kind of document that stands for something issued: issues it and prints it, or prints again
/// what was issued.
struct IssuedDocumentCommand<D: IssuedDocument>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: D.name, abstract: D.summary, discussion: discussion)
  }

  private static var flag: String { D.parameter.kebabCased }

  private static var discussion: String {
    let lines = D.Issue.fields.map { field in
      let words = [
        field.isRequired ? "required" : "", field.kind.text, field.help,
      ].filter { !$0.isEmpty }.joined(separator: "; ")
      return "  --\(field.flag)  \(words)"
    }
    return """
      With --\(flag) alone it prints what was issued, the same to the byte however much was recorded
      since. With the fields of `record \(D.Issue.name)` it issues a new one first:
      \(lines.joined(separator: "\n"))
      """
  }

  @OptionGroup var data: DataOption
  @OptionGroup var reader: ReaderOption
  @Option(help: "html, to print or to read, text of 78 columns, or json.")
  var format = DocumentFormat.html
  @Option(help: "A file to write; stdout by default.", completion: .file()) var out: String?
  @Flag(help: "Check that it can be issued, show the events, and issue nothing.") var dryRun = false

  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("What is issued, or what was.", valueName: "field flags"),
    completion: .list(D.Issue.fields.map { "--\($0.flag)" }))
  var fields: [String] = []

  func run() async throws {
    let backend = try data.open()
    let person = try reader.reader(in: backend)
    try await backend.requireReadable(D.self, [:], by: person)
    let id: EntityID
    if fields.count == 2, fields[0] == "--\(Self.flag)", let named = try? EntityID(fields[1]),
      named.kind == D.identifier
    {
      id = named
    } else {
      guard let issued = try await issue(backend) else { return }
      id = issued
    }
    let print = try backend.print(D.self, id)
    try await record(print, backend, by: person)
    try await backend.recordAccess(
      DataAccess(
        by: person, what: "document.\(D.name)",
        parameters: [(D.parameter, id.description)], format: format.rawValue,
        disclosed: .patients([print.patient]), rows: 1, asOf: print.asOf))
    try write(print)
    if print.differing.contains(format) {
      throw Finding(
        text: "this print of \(id) is not byte for byte what was issued",
        hint:
          "it first left in another format, of which the log keeps the bytes; or print this one "
          + "with the version of the program that issued it; the log says its SHA-256")
    }
  }

  /// Issues a new one; nil in a dry run.
  private func issue(_ backend: Backend) async throws -> EntityID? {
    let command = try CommandInput.decode(D.Issue.self, flags: fields)
    let envelope = try envelope(backend)
    if dryRun {
      let outcome = try backend.rehearse(command, envelope)
      try Console.write(OutcomeListing.render(outcome, .table, dryRun: true))
      return nil
    }
    let outcome = try await backend.record(command, envelope)
    for warning in outcome.warnings { Console.say("warning: \(warning)") }
    let named = outcome.facts.compactMap { $0.event.fact.flatMap(D.issued(by:)) }.first
    guard let named else { return nil }
    Console.say("issued \(named)")
    return try EntityID(named)
  }

  /// Notes the first print. A reader without a role that may, prints all the same.
  private func record(_ print: IssuedPrint, _ backend: Backend, by person: Reader) async throws {
    guard print.first == nil else { return }
    let role = person.actor.role
    guard role == .supervisor || RecordIssuedDocument.roles.contains(role) else { return }
    let facts = try await backend.note(print, D.name, printed: format, envelope(backend))
    Signing.signIfDue(backend, after: facts)
  }

  private func envelope(_ backend: Backend) throws -> CommandEnvelope {
    var generator = SystemRandomNumberGenerator()
    let milliseconds = UInt64(Date().timeIntervalSince1970 * 1000)
    return CommandEnvelope(
      id: CommandID.uuidV7(milliseconds: milliseconds, using: &generator),
      actor: try reader.actor.actor(in: backend))
  }

  private func write(_ print: IssuedPrint) throws {
    let text = print.renderings[format] ?? ""
    guard let out else { return try Console.write(text) }
    try DocumentFile.write(text, to: out)
    Console.say("\(out): \(print.id) as of position \(print.asOf.rawValue)")
  }
}

enum DocumentFile {
  /// Patient data: for nobody else on this machine, and never half written.
  static func write(_ text: String, to path: String) throws {
    let url = URL(filePath: path)
    try Data(text.utf8).write(to: url, options: .atomic)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: url.path)
  }
}
