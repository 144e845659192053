import Backend
import EventLog
import Foundation
import Glibc

extension Bench {
  /// Checking the whole log, copying it while it is open, and opening it after its writer was killed.
  func upkeepRows() throws -> [Row] {
    [try killRow()] + (try copyRows())
  }

  private func copyRows() throws -> [Row] {
    let log = try LMDBEventLog(directory: log, create: false)
    let store = try BareStore(directory: bareLog)
    let head = try log.read { Double($0.head.rawValue) }
    var verify = Samples()
    _ = try verify.measure { try log.verify() }
    var copy = Samples()
    var bare = Samples()
    for round in 0..<max(1, sizes.passes / 2) {
      let paths = ("\(scratch)/copy\(round)", "\(scratch)/bare-copy\(round)")
      try copy.measure { try log.backUp(to: paths.0) }
      try FileManager.default.createDirectory(
        atPath: paths.1, withIntermediateDirectories: true)
      try bare.measure { try store.copy(to: paths.1) }
      for path in [paths.0, paths.1] { try FileManager.default.removeItem(atPath: path) }
    }
    return [
      Row(
        "verify the whole log", .eventsPerSecond, ours: verify.median / head,
        floorIs: "nobody else can", operations: Int(head), durability: "reads"),
      Row(
        "hot copy of the log", .milliseconds, ours: copy.median, floor: bare.median,
        floorIs: "mdb_env_copyfd and fsync in C", operations: copy.count, flushes: copy.flushes,
        durability: "flushed"),
    ]
  }

  /// Another process appends to the log and is killed; then this one opens it.
  private func killRow() throws -> Row {
    var ours = Samples()
    var bare = Samples()
    for _ in 0..<sizes.openings {
      let (writer, line) = try Child.start(["append-until-killed", log])
      guard line == "appending" else { throw BareError(description: "the writer did not start") }
      usleep(50_000)
      kill(writer.processIdentifier, SIGKILL)
      writer.waitUntilExit()
      _ = try ours.measure { try LMDBEventLog(directory: log, create: false).read { $0.head } }
      _ = try bare.measure { try BareStore(directory: bareLog) }
    }
    return Row(
      "open after kill -9", .milliseconds, ours: ours.median, p99: ours.percentile(99),
      floor: bare.median, floorIs: "open in C", operations: ours.count, durability: "reads"
    ).aiming("at most 20 ms", ours.percentile(99) <= 20e6)
  }
}
