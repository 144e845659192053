/// One measurement: ours, the floor, and whoever else does the same. All are in `unit`.
struct Row: Encodable {
  enum Unit: String, Encodable {
    case eventsPerSecond = "events/s"
    case requestsPerSecond = "req/s"
    case microseconds = "µs"
    case milliseconds = "ms"
    case megabytes = "MB"
    case percent = "%"

    /// The figure for a cost per event, or per operation, in nanoseconds; other units are given as
    /// they are.
    func figure(_ cost: Double) -> Double {
      switch self {
      case .eventsPerSecond, .requestsPerSecond: 1e9 / cost
      case .microseconds: cost / 1e3
      case .milliseconds: cost / 1e6
      case .megabytes, .percent: cost
      }
    }
  }

  var name: String
  /// What others call the same measurement; nil when nobody else has it.
  var key: String?
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
  /// Flushes counted, where the row writes.
  var flushes: Int?
  var durability: String
  var peers: [PeerFigure] = []
  var goals: [Goal] = []

  /// - Parameters:
  ///   - ours: nanoseconds per event or per operation, unless the unit is another.
  ///   - floor: the same of the floor.
  init(
    _ name: String, key: String? = nil, _ unit: Unit, ours: Double, p99: Double? = nil,
    floor: Double? = nil, floorIs: String, operations: Int, flushes: Int? = nil,
    durability: String
  ) {
    self.name = name
    self.key = key
    self.unit = unit
    self.ours = unit.figure(ours)
    self.p99 = p99.map(unit.figure)
    self.floor = floor.map(unit.figure)
    self.floorIs = floorIs
    ratio = floor.map { ours / $0 }
    self.operations = operations
    self.flushes = flushes
    self.durability = durability
  }

  /// Ours by the other's speed: above 1 we are faster.
  func speed(against other: Double) -> Double {
    switch unit {
    case .eventsPerSecond, .requestsPerSecond: ours / other
    case .microseconds, .milliseconds, .megabytes, .percent: other / ours
    }
  }

  /// The speed of ours by that of the peer whose name begins so; nil when it did not run.
  func speed(againstPeer name: String) -> Double? {
    peers.first { $0.name.hasPrefix(name) }.map { speed(against: $0.figure) }
  }

  func aiming(_ text: String, _ isMet: Bool?) -> Row {
    var row = self
    row.goals.append(Goal(text: text, isMet: isMet))
    return row
  }
}

/// What a figure should be. Nil when it could not be told, because the peer did not run.
struct Goal: Encodable {
  var text: String
  var isMet: Bool?
}

/// What somebody else needs for the same.
struct PeerFigure: Encodable {
  var name: String
  /// Within the process, or reached through a socket: to be compared with their like.
  var place: Peer.Place
  var figure: Double
  var p99: Double?
  /// Our cost by theirs: below 1 we are faster.
  var ratio: Double
  var operations: Int
  var flushes: Int?
  var note: String?
}
