import ArgumentParser
import Backend
import EventLog
import Reports

struct LogVerify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract:
      "Recompute records, links, indexes and tree from the bytes; exit code 6 if any differs.")

  @OptionGroup var data: DataOption
  @OptionGroup var output: FormatOption
  @Flag(help: "Verify the access log instead: who read what.") var access = false

  func run() async throws {
    let backend = try data.open()
    let log = access ? try backend.accessLog.store() : backend.store
    let bar = ProgressBar()
    let found: LogVerification
    do {
      found = try log.verify { bar.show("verify", done: $0, total: $1) }
    } catch let error as EventLogError {
      bar.finish()
      guard case .damaged = error else { throw error }
      throw Finding(
        text: error.description, hint: "keep the directory as it is and restore from a backup")
    }
    bar.finish()
    let rows: [(String, String)] = [
      ("events", "\(found.head)"), ("subjects", "\(found.streams)"),
      ("index terms", "\(found.tags)"),
      ("commands", "\(found.commands)"), ("blobs", "\(found.blobs)"),
      ("tree root", found.root.base64), ("result", "every record, link, index and node agrees"),
    ]
    try Console.write(
      Listing(
        title: "Verified",
        columns: [Column("what", "What", .text), Column("value", "Value", .text)],
        rows: rows.map { [.text($0.0), .text($0.1)] }
      ).render(output.format))
  }
}
