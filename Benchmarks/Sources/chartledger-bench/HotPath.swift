import ArgumentParser
import Backend
import EventLog
import Foundation
import Practice
import Projection

/// Runs one hot path alone, for counting its instructions: see `tools/instructions`.
struct HotPath: AsyncParsableCommand {
  enum Name: String, CaseIterable, ExpressibleByArgument {
    case append, scan, decode, fold, rebuild
  }

  static let configuration = CommandConfiguration(commandName: "hot-path", shouldDisplay: false)
  @Argument var path: Name
  @Argument(help: "An empty folder; then one that holds a log.") var directory: String
  @Option(help: "Times the path is taken; 0 shows what only getting there costs.") var times = 1
  @Option var events = 2_000

  func run() async throws {
    if path == .append {
      let corpus = try Corpus(events: events)
      let log = try LMDBEventLog(directory: directory + "/log", create: true)
      for _ in 0..<times { _ = try await log.importEvents(corpus.events, blobs: []) }
      return
    }
    let log = try LMDBEventLog(directory: directory + "/log", create: false)
    for _ in 0..<times {
      switch path {
      case .append: break
      case .scan:
        try log.read { snapshot in
          try snapshot.forEachRecord(
            from: Position(1), through: nil, kinds: [EventKind(.chargePosted)]
          ) { _ in true }
        }
      case .decode: _ = try Bench.decode(log)
      case .fold:
        let patient = SubjectID(try log.longestStream())
        _ = try log.read { try LogFacts($0).patient(patient) }
      case .rebuild:
        try Views(
          at: directory + "/views", store: log, projectors: ReadModelCatalog.all
        ).rebuild()
      }
    }
  }
}
