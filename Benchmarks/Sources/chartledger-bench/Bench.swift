import EventLog
import Foundation

/// What all measurements of one size share: the history, a scratch directory, and the two logs that
/// grow side by side: ours, and the floor's.
struct Bench {
  /// Repetitions of each kind of measurement.
  struct Sizes: Encodable {
    var events: Int
    /// Single appends, and appends of each concurrent writer.
    var loneAppends: Int
    var appendsPerWriter: Int
    /// Passes over the whole log.
    var passes: Int
    /// Single reads: folds, queries and reports.
    var folds: Int
    var reports: Int
    var openings: Int
    /// Events that the other stores get, and how long each may take.
    var peerEvents: Int
    var secondsPerPeer: Int
    var secondsOfRequests: Int

    static func quick(events: Int) -> Sizes {
      Sizes(
        events: events, loneAppends: 200, appendsPerWriter: 100, passes: 3, folds: 500,
        reports: 50, openings: 5, peerEvents: min(events, 20_000), secondsPerPeer: 40,
        secondsOfRequests: 3)
    }

    static func full(events: Int) -> Sizes {
      Sizes(
        events: events, loneAppends: 1_000, appendsPerWriter: 100, passes: 5, folds: 5_000,
        reports: 100, openings: 20, peerEvents: min(events, 100_000), secondsPerPeer: 300,
        secondsOfRequests: 15)
    }
  }

  let sizes: Sizes
  /// The history, or the last part of it.
  let corpus: Corpus
  /// How many parts there are.
  let corpora: Int
  let scratch: String
  /// Talks of what is going on.
  let say: (String) -> Void

  init(sizes: Sizes, scratch: String, say: @escaping (String) -> Void) throws {
    self.sizes = sizes
    self.scratch = scratch
    self.say = say
    corpora = Corpus.parts(of: sizes.events)
    corpus = try Corpus(events: sizes.events / corpora, part: corpora - 1)
  }

  /// A clinic's data directory.
  var clinic: String { scratch + "/clinic" }
  var log: String { clinic + "/log" }
  var bareLog: String { scratch + "/floor" }

  /// Events in the log after the import.
  private(set) var eventCount = 0

  /// What can be measured alone. The import comes first in any case: the others read its log.
  enum Part: String, CaseIterable {
    case imports = "import"
    case reads, queries, clinic, history, appends, upkeep, serve
  }

  /// The rows of these parts, in the order in which data flows.
  mutating func run(_ parts: Set<Part> = Set(Part.allCases)) async throws -> [Row] {
    var rows: [Row] = []
    say("importing")
    let small = try await importRow(batch: 1_000, into: log, floor: bareLog)
    eventCount = small.row.operations
    let treeCost = try treeCost()
    if parts.contains(.imports) { rows += try await importRows(small, treeCost) }
    say("reading the log")
    if parts.contains(.reads) { rows += try readRows() }
    if parts.contains(.queries) { rows += try queryRows() }
    say("folding and reporting")
    if parts.contains(.clinic) { rows += try clinicRows() }
    if parts.contains(.history) { rows += try await historyRows() }
    say("appending")
    if parts.contains(.appends) { rows = try await appendRows(treeCost) + rows }
    say("opening, checking, copying")
    if parts.contains(.upkeep) { rows += try openRows() + upkeepRows() }
    say("serving")
    if parts.contains(.serve) { rows += try await serveRows() }
    return rows
  }
}
