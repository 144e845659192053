import ArgumentParser
import Backend
import Practice

/// `chartledger log fork`: a frozen log goes on under a new identity.
struct LogForkVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fork",
    abstract: "Let a frozen log go on under a new signing key, and record why.",
    discussion: """
      A log is frozen when it is not what its key has signed: an older copy was restored, or its \
      keys are lost. First look for the newest copy of log and keys: with these nothing is lost. \
      A fork is on record for ever, and whoever holds a later checkpoint can see what is missing. An \
      access log that is not what its own key has signed is forked by the same command.

      Example:
        chartledger log fork --data clinic --by dana:supervisor \\
          --reason "disk failed on 3 March; restored the backup of 2 March"
      """)

  @OptionGroup var data: DataOption
  @OptionGroup var actor: ActorOption
  @Option(help: "What was restored or lost, and why.") var reason: String

  func run() async throws {
    let backend = try data.open()
    let actor = try actor.actor(in: backend)
    let access = try await backend.forkAccessLog(actor: actor, reason: reason)
    if access != nil { Console.say("the access log goes on under a new key; it says so itself") }
    // When neither is frozen, the refusal says so.
    guard backend.keeper.frozen != nil || access == nil else { return }
    let checkpoint = try await backend.fork(actor: actor, reason: reason)
    try Console.write(checkpoint.text)
    Console.say(
      "the log goes on as \(checkpoint.origin); whoever checks its checkpoints needs its new key:")
    Console.say("  log \(try backend.verifierKey())")
  }
}
