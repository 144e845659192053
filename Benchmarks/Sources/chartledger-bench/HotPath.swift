import ArgumentParser
import Backend
import EventLog
import Foundation
import Practice
import Projection
import ReadModels

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
    var options = LMDBEventLog.Options()
    // Valgrind has no room for the usual map.
    options.mapBytes = Self.mapBytes
    guard path != .append else {
      let corpus = try Corpus(events: events)
      let log = try LMDBEventLog(directory: directory + "/log", options: options, create: true)
      for _ in 0..<times { _ = try await log.importEvents(corpus.events, blobs: []) }
      return
    }
    let log = try LMDBEventLog(directory: directory + "/log", options: options, create: false)
    let busiest = try busiestStream(log)
    for _ in 0..<times { try take(log, busiest) }
  }

  private static let mapBytes = 1 << 28

  private func take(_ log: LMDBEventLog, _ busiest: SubjectID) throws {
    switch path {
    case .append: break
    case .scan:
      try log.read { snapshot in
        try snapshot.forEachRecord(
          from: Position(1), through: nil, kinds: [EventKind(.chargePosted)]
        ) { _ in true }
      }
    case .decode: _ = try Bench.decode(log)
    case .fold: _ = try log.read { try LogFacts($0).patient(busiest) }
    case .rebuild:
      var options = Views.Options()
      options.mapBytes = Self.mapBytes
      try Views(
        at: directory + "/views", store: log, projectors: ReadModelCatalog.all, options: options
      ).rebuild()
    }
  }

  /// The patient with most events.
  private func busiestStream(_ log: LMDBEventLog) throws -> SubjectID {
    var counts: [SubjectID: Int] = [:]
    try log.read { snapshot in
      try snapshot.forEachRecord(from: Position(1), through: nil, kinds: []) { record in
        let subject = SubjectID(high: record.stream.high, low: record.stream.low)
        if subject != .site, subject != .system { counts[subject, default: 0] += 1 }
        return true
      }
    }
    guard let busiest = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else {
      throw ValidationError("\(directory) holds no log")
    }
    return busiest.key
  }
}
