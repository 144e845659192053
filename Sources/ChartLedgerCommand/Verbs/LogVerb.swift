import ArgumentParser

/// `chartledger log`: the event log itself.
struct LogVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "Show, follow, measure, sign, verify and prove the event log.",
    subcommands: [
      LogShow.self, LogFollow.self, LogStat.self, LogSchema.self, LogVerify.self,
      LogCheckpoint.self, LogRotateKey.self, LogForkVerb.self, LogProve.self, LogCheckProof.self,
      LogWitness.self,
      LogAnchor.self, LogExportTiles.self,
    ])
}
