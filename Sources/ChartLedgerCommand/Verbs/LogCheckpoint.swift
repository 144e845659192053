import ArgumentParser
import Backend
import Reports

/// `chartledger log checkpoint`: what the log's key has signed.
struct LogCheckpoint: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint",
    abstract: "Sign the log as it is now, and print the signed note.",
    discussion: """
      A checkpoint is the log's claim about its whole content: so many events, this root. It holds \
      no patient data: give it to anybody, e.g. print it into the day-close binder.

      The access log is signed too; --access prints its checkpoint instead.

      Examples:
        chartledger log checkpoint --data clinic > today.checkpoint
        chartledger log checkpoint --data clinic --list --format csv
      """)

  @OptionGroup var data: DataOption
  @OptionGroup var output: FormatOption
  @Flag(help: "List every checkpoint; sign none.") var list = false
  @Flag(help: "Those of the access log: who read what.") var access = false

  func run() async throws {
    let backend = try data.open()
    if list {
      let rows = try access ? backend.accessCheckpointSummaries() : backend.checkpointSummaries()
      let listing = output.format == .table ? Self.table(rows) : Self.listing(rows)
      return try Console.write(listing.render(output.format))
    }
    if access {
      try backend.checkpointAccessLog()
    } else {
      try backend.checkpoint()
      if let warning = Signing.signAccess(backend) { Console.say(warning) }
    }
    let newest =
      try access ? backend.accessCheckpointSummaries().last : backend.newestCheckpoint()
    guard let newest else {
      return Console.say("nothing has been read yet: there is no access log")
    }
    try Console.write(
      output.format == .table ? newest.text : Self.listing([newest]).render(output.format))
  }

  /// What a person looks for; the other formats have the whole of it.
  private static func table(_ checkpoints: [CheckpointSummary]) -> Listing {
    Listing(
      title: "Checkpoints",
      columns: [
        Column("size", "Events", .integer), Column("recordedAt", "Last recorded", .instant),
        Column("root", "Root begins", .text), Column("cosigners", "Cosigned by", .list),
        Column("anchors", "Anchored", .list),
      ],
      rows: checkpoints.map {
        [
          .integer(Int(clamping: $0.size)), $0.recordedAt.map { .instant($0) } ?? .none,
          .text(String($0.root.prefix(12))), .list($0.cosigners), .list($0.anchors),
        ]
      })
  }

  private static func listing(_ checkpoints: [CheckpointSummary]) -> Listing {
    Listing(
      title: "Checkpoints",
      columns: [
        Column("size", "Events", .integer), Column("recordedAt", "Last recorded", .instant),
        Column("root", "Root", .text), Column("origin", "Origin", .text),
        Column("signers", "Signed by", .text),
        Column("anchors", "Anchored", .list), Column("note", "Note", .text),
      ],
      rows: checkpoints.map {
        [
          .integer(Int(clamping: $0.size)), $0.recordedAt.map { .instant($0) } ?? .none,
          .text($0.root), .text($0.origin), .text($0.signers.joined(separator: ", ")),
          .list($0.anchors), .text($0.text),
        ]
      })
  }
}
