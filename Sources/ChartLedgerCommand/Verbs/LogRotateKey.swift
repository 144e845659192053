import ArgumentParser
import Backend
import EventLog
import Foundation
import TransparencyLog

/// `chartledger log rotate-key`: the log goes on under another key.
struct LogRotateKey: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate-key",
    abstract: "Go over to a new signing key, and prove that the old one agreed.",
    discussion: """
      For a key that has served its time, or that somebody may have seen. The change is an event; the \
      old key signs a last checkpoint that holds it, the new one signs the same, and the old secret \
      is deleted (wipe its copies and backups yourself). Origin, proofs and checkpoints stay as they \
      are. From then on `log verify` refuses a newer checkpoint of the old key. The access log's key \
      is changed too, and the change is recorded in it.

      The three files of --out prove the change to whoever trusts the old key: send them, or read the \
      new key out to them. They name who did it and why, and no patient. Should they get lost, \
      `log prove POSITION --size SIZE --opening` writes them again.

      Examples:
        chartledger log rotate-key --data clinic --by dana:supervisor \\
          --reason "yearly change" --out rotation-2026
        chartledger log check-proof rotation-2026 --leaf rotation-2026.leaf \\
          --opening rotation-2026.opening --policy policy
      """)

  @OptionGroup var data: DataOption
  @OptionGroup var actor: ActorOption
  @Option(help: "Why the key is changed.") var reason: String
  @Option(help: "Where to write the proof: FILE, FILE.leaf and FILE.opening.") var out: String

  func run() async throws {
    let folder = URL(filePath: out).deletingLastPathComponent().path
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw UsageError("\(out) cannot be written", hint: "check the path before the key changes")
    }
    let backend = try data.open()
    let actor = try actor.actor(in: backend)
    let rotated = try await backend.rotateKey(actor: actor, reason: reason)
    let size = try Checkpoint(parsing: rotated.checkpoint.text).size
    try LogProve.write(rotated.position, under: rotated.checkpoint, to: out, opening: true, backend)
    try Console.write("log \(rotated.newKey)\n")
    Console.say(
      "event \(rotated.position) records it, checkpoint \(size) is signed by both keys; give the new "
        + "key, above, to whoever checks this log's checkpoints")
    do {
      if try await backend.rotateAccessKey(actor: actor, reason: reason) != nil {
        Console.say("the access log goes on under a new key too")
      }
    } catch let contradiction as AccessLogContradicted {
      Console.say("warning: the access log keeps its key: \(contradiction)")
    }
  }
}
