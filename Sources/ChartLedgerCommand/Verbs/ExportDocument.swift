import ArgumentParser
import Backend
import EventLog
import Foundation
import Practice
import PracticeEvents
import Reports

/// `chartledger export document`: the pages of a fax or scan, as they came.
struct ExportDocument: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "document",
    abstract: "The stored pages of a received document, byte for byte as they came.",
    discussion: """
      The pages are checked against the commitment in the event before anything is written, and the \
      reading is in the access log.

      Example: chartledger export document doc-4KD92MQX7TWP --out rx.pdf --data clinic
      """)

  @Argument(help: "Identifier of the document.") var document: String
  @Option(help: "A file to write; stdout by default.", completion: .file()) var out: String?
  @OptionGroup var data: DataOption
  @OptionGroup var reader: ReaderOption

  func run() async throws {
    let id = try EntityID(document)
    let backend = try data.open()
    let reader = try reader.reader(in: backend)
    try await backend.requireDocumentReadable(by: reader)
    guard out != nil || isatty(STDOUT_FILENO) == 0 else {
      throw UsageError("a document is no text for a terminal", hint: "give --out FILE")
    }
    let stored = try backend.document(id)
    try await backend.recordAccess(
      DataAccess(
        by: reader, what: "export.document", parameters: [("document", id.description)],
        format: stored.received.mediaType,
        disclosed: stored.patient.map { .patients([$0]) } ?? .everyone, rows: 1,
        asOf: stored.asOf))
    guard let out else { return try Console.write(stored.bytes) }
    try PrivateFile.write(Data(stored.bytes), to: out)
    Console.say("\(out): \(stored.received.mediaType), \(stored.bytes.count) bytes")
  }
}

/// A file with patient data: for nobody else on this machine, and never half written.
enum PrivateFile {
  static func write(_ data: Data, to path: String) throws {
    let url = URL(filePath: path)
    try data.write(to: url, options: .atomic)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: url.path)
  }
}
