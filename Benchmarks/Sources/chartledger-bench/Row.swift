/// One measured figure beside its floor. Both are in `unit`.
struct Row: Encodable {
  enum Unit: String, Encodable {
    case eventsPerSecond = "events/s"
    case microseconds = "µs"
    case milliseconds = "ms"

    /// The figure for a cost per event, or per operation, in nanoseconds.
    func figure(nanoseconds: Double) -> Double {
      switch self {
      case .eventsPerSecond: 1e9 / nanoseconds
      case .microseconds: nanoseconds / 1e3
      case .milliseconds: nanoseconds / 1e6
      }
    }
  }

  var name: String
  var unit: Unit
  var ours: Double
  /// The 99th percentile, where single operations were timed; `ours` is then the median.
  var p99: Double?
  /// Nil when nothing smaller does the same.
  var floor: Double?
  /// What the floor does.
  var floorIs: String
  /// Our cost by the floor's: 1.00 is as fast as the floor, above is slower.
  var ratio: Double?
  var operations: Int
  /// Flushed transactions, counted, where the row writes.
  var commits: Int?
  var durability: String

  /// - Parameters:
  ///   - ours: nanoseconds per event or per operation.
  ///   - floor: the same of the floor.
  init(
    _ name: String, _ unit: Unit, ours: Double, p99: Double? = nil, floor: Double? = nil,
    floorIs: String, operations: Int, commits: Int? = nil, durability: String
  ) {
    self.name = name
    self.unit = unit
    self.ours = unit.figure(nanoseconds: ours)
    self.p99 = p99.map(unit.figure(nanoseconds:))
    self.floor = floor.map(unit.figure(nanoseconds:))
    self.floorIs = floorIs
    ratio = floor.map { ours / $0 }
    self.operations = operations
    self.commits = commits
    self.durability = durability
  }
}
