import ArgumentParser
import Backend
import EventLog
import Reports
import TransparencyLog

/// `chartledger backup`: copies that can be relied upon.
struct BackupVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Make a backup while the clinic works, and verify one.",
    subcommands: [BackupCreate.self, BackupVerify.self])
}

struct BackupCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Copy the log, consistently, while it is in use.",
    discussion: """
      The backup holds patient data: keep it as you keep the log. It has the public key and the \
      newest checkpoint, not the secret key: keep a copy of the keys directory apart from the \
      backups, because a restored log goes on only with it, or after chartledger log fork.

      Example: chartledger backup create --data clinic --out /mnt/backup/2026-03-02
      """)

  @OptionGroup var data: DataOption
  @OptionGroup var output: FormatOption
  @Option(help: "A new or empty directory.", completion: .directory) var out: String
  @Flag(help: "Include the secret signing key; whoever has it can sign another history.")
  var withKeys = false

  func run() async throws {
    let backend = try data.open()
    Signing.sign(backend)
    let bar = ProgressBar()
    defer { bar.finish() }
    let manifest = try backend.backUp(to: out, withKeys: withKeys) {
      bar.show($0, done: $1, total: $2)
    }
    bar.finish()
    try Console.write(BackupListing.render(manifest, output.format))
  }
}

struct BackupVerify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Recompute a backup from its bytes; exit code 6 if anything differs.",
    discussion: """
      Reads only: the backup may lie on a medium that cannot be written. Its signatures are checked \
      with the keys that lie in it; with --policy (as of `audit verify`) with yours, which whoever \
      forges a backup does not have.
      """)

  @Argument(help: "The backup.", completion: .directory) var directory: String
  @Option(help: "Whom you trust.", completion: .file()) var policy: String?
  @OptionGroup var output: FormatOption

  func run() async throws {
    let bar = ProgressBar()
    defer { bar.finish() }
    do {
      let trusted = try policy.map { try TrustPolicy(parsing: EvidenceFiles.read($0)) }
      let manifest = try Backend.verifyBackup(directory, trusting: trusted) {
        bar.show($0, done: $1, total: $2)
      }
      bar.finish()
      try Console.write(BackupListing.render(manifest, output.format))
      Console.say(
        "every file, record, index, node and signature agrees; signatures were checked with "
          + (trusted == nil ? "the keys in the backup" : "the keys of the policy"))
    } catch let error as EventLogError {
      guard case .damaged = error else { throw error }
      throw Finding(text: error.description, hint: "use another backup")
    }
  }
}

/// `chartledger restore`: a data directory from a backup.
struct RestoreVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Make a data directory from a backup.",
    discussion: """
      On a machine that has the log's newest keys directory, name it with CHARTLEDGER_KEYS, or copy \
      its files into the new keys directory afterwards. If the backup is older than what these keys \
      have signed, the log is frozen: it can be read, and goes on after chartledger log fork. The \
      access log goes on recording who reads, and is signed again after the same.

      Example: chartledger restore --from /mnt/backup/2026-03-02 --data clinic
      """)

  @Option(help: "The backup.", completion: .directory) var from: String
  @OptionGroup var data: DataOption
  @OptionGroup var output: FormatOption

  func run() async throws {
    let bar = ProgressBar()
    defer { bar.finish() }
    let outcome = try Backend.restore(from: from, to: data.directory) {
      bar.show($0, done: $1, total: $2)
    }
    bar.finish()
    try Console.write(BackupListing.render(outcome.manifest, output.format))
    if let reason = outcome.frozen {
      Console.say("restored, and frozen: \(reason)")
    } else if outcome.access == nil {
      Console.say("restored; next: chartledger log verify")
    }
    if let access = outcome.access { Console.say("restored, and \(access)") }
  }
}

private enum BackupListing {
  static func render(_ manifest: BackupManifest, _ format: ReportFormat) throws -> String {
    try Listing(
      title: "Backup of \(manifest.createdAt)",
      columns: [
        Column("log", "Log", .text), Column("events", "Events", .integer),
        Column("root", "Tree root", .text), Column("bytes", "Bytes", .integer),
      ],
      rows: manifest.logs.map { log in
        let bytes = manifest.files.first { $0.path == "\(log.name)/data.mdb" }?.bytes ?? 0
        return [
          .text(log.name), .integer(Int(log.events)), .text(log.root), .integer(Int(bytes)),
        ]
      }
    ).render(format)
  }
}
