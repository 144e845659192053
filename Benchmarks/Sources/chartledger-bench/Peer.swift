/// Another store that was measured, or why it was not.
struct Peer: Encodable {
  enum Place: String, Encodable {
    case embedded, served
  }
  /// A measurement of it, in nanoseconds per operation; medians where there is a p99.
  struct Figure: Codable {
    var name: String
    var nanoseconds: Double
    var p99: Double?
    var operations: Int
    var flushes: Int?
    var note: String?
  }

  var name: String
  var place: Place
  var durability: String
  /// By `Row.key`.
  var figures: [String: Figure] = [:]
  /// Why it was not measured, or not to the end.
  var problem: String?

  /// Whether it flushed at least once for each durable append of a lone writer; nil when its flushes
  /// were not counted.
  var isDurable: Bool? {
    guard let lone = figures["lone"], let flushes = lone.flushes else { return nil }
    return flushes >= lone.operations
  }
}

extension Row {
  /// With what the peers need for the same.
  func beside(_ peers: [Peer]) -> Row {
    guard let key else { return self }
    var row = self
    row.peers = peers.compactMap { peer in
      guard let figure = peer.figures[key] else { return nil }
      let theirs = unit.figure(figure.nanoseconds)
      return PeerFigure(
        name: peer.name, place: peer.place, figure: theirs, p99: figure.p99.map(unit.figure),
        ratio: 1 / speed(against: theirs), operations: figure.operations,
        flushes: figure.flushes, note: figure.note)
    }
    return row
  }
}
