import Backend
import EventLog

extension Bench {
  /// From a directory that nobody has open to one that answers; the pages are in memory already.
  func openRows() throws -> [Row] {
    var log = Samples()
    var clinic = Samples()
    var bare = Samples()
    for _ in 0..<sizes.openings {
      // Each is closed, unmeasured, before the next opens.
      _ = try bare.measure { try BareStore(directory: bareLog) }
      _ = try log.measure { try LMDBEventLog(directory: self.log, create: false) }
      _ = try clinic.measure { try Backend(DataDirectory(self.clinic)) }
    }
    return [
      Row(
        "open the log", .milliseconds, ours: log.median, p99: log.percentile(99),
        floor: bare.median, floorIs: "open in C", operations: log.count, durability: "reads"),
      Row(
        "open the clinic", .milliseconds, ours: clinic.median, p99: clinic.percentile(99),
        floor: bare.median, floorIs: "open of a log in C", operations: clinic.count,
        durability: "reads"),
    ]
  }
}
