import EventLog
import Foundation

/// What all measurements share: sizes, the history, a scratch directory, and the two logs that grow
/// side by side: ours, and the floor's.
struct Bench {
  /// Repetitions of each kind of measurement.
  struct Sizes: Encodable {
    var events: Int
    /// Single appends, and appends of each concurrent writer.
    var loneAppends: Int
    var appendsPerWriter: Int
    /// Passes over the whole log.
    var passes: Int
    /// Single reads: folds and reports.
    var folds: Int
    var reports: Int
    var openings: Int

    static func quick(events: Int) -> Sizes {
      Sizes(
        events: events, loneAppends: 200, appendsPerWriter: 20, passes: 3, folds: 500,
        reports: 50, openings: 5)
    }

    static func full(events: Int) -> Sizes {
      Sizes(
        events: events, loneAppends: 1_000, appendsPerWriter: 100, passes: 5, folds: 5_000,
        reports: 100, openings: 20)
    }
  }

  let sizes: Sizes
  let corpus: Corpus
  let scratch: String
  /// Talks of what is going on.
  let say: (String) -> Void

  /// A clinic's data directory.
  var clinic: String { scratch + "/clinic" }
  var log: String { clinic + "/log" }
  var bareLog: String { scratch + "/floor" }

  /// All rows, in the order in which data flows.
  func run() async throws -> [Row] {
    var rows: [Row] = []
    say("importing")
    rows += try await importRows()
    say("reading the log")
    rows += try readRows()
    say("folding and reporting")
    rows += try clinicRows()
    say("appending")
    rows = try await appendRows() + rows
    say("opening")
    rows += try openRows()
    return rows
  }
}
