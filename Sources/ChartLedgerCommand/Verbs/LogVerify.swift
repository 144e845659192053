import ArgumentParser
import Backend
import EventLog
import Projection
import Reports

struct LogVerify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract:
      "Recompute the log and its checkpoints from the bytes; exit code 6 if anything differs.",
    discussion: """
      Records, links, indexes, hash tree, signed checkpoints, which key signed when, the lock beside \
      the signing key, and the places that the views have reached. Names the first event that is wrong.

      With --access the same of the access log, which has a key and a lock of its own. It is signed \
      when the clinic's log is: what was read since then could be cut off unnoticed.
      """)

  @OptionGroup var data: DataOption
  @OptionGroup var output: FormatOption
  @Flag(help: "Verify the access log instead: who read what.") var access = false

  func run() async throws {
    let backend = try data.open()
    let bar = ProgressBar()
    let found: LogVerification?
    do {
      let show: (UInt64, UInt64) -> Void = { bar.show("verify", done: $0, total: $1) }
      found =
        try access
        ? backend.verifyAccessLog(progress: show) : backend.verify(progress: show)
    } catch {
      bar.finish()
      throw Self.finding(error)
    }
    bar.finish()
    guard let found else { return Console.say("nothing has been read yet: there is no access log") }
    let rows: [(String, String)] = [
      ("events", "\(found.head)"), ("subjects", "\(found.streams)"),
      ("index terms", "\(found.tags)"),
      ("commands", "\(found.commands)"), ("blobs", "\(found.blobs)"),
      ("checkpoints", "\(found.checkpoints)"),
      ("signatures checked", "\(found.checkedSignatures)"), ("anchors", "\(found.anchors)"),
      ("tree root", found.root.base64), ("result", "every record, link, index and node agrees"),
    ]
    try Console.write(
      Listing(
        title: "Verified",
        columns: [Column("what", "What", .text), Column("value", "Value", .text)],
        rows: rows.map { [.text($0.0), .text($0.1)] }
      ).render(output.format))
  }

  /// What differs is a finding; what prevents the verification stays the failure that it is.
  private static func finding(_ error: any Error) -> any Error {
    switch error {
    case EventLogError.damaged:
      Finding(text: "\(error)", hint: "keep the directory as it is and restore from a backup")
    case EventLogError.frozen, is AccessLogContradicted:
      Finding(text: "\(error)", hint: "every record agrees with the others; see above")
    case ProjectionError.aheadOfLog, ProjectionError.foreignLog:
      Finding(
        text: "every record of the log agrees, but \(error)", hint: "run chartledger view rebuild")
    default: error
    }
  }
}
