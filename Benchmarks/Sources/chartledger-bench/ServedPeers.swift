import Foundation

extension Bench {
  /// Stores that are not Swift: each driven by a script of its own, on the same events and disk.
  ///
  /// - Parameter drivers: the folder with the scripts.
  func scriptedPeers(python: String, drivers: String) throws -> [Peer] {
    let events = scratch + "/events.ndjson"
    try writeEvents(to: events)
    return [
      scripted(
        Peer(
          name: "UmaDB 0.7.8", place: .served, durability: "flushed per append, gRPC, own client"),
        python, "\(drivers)/umadb_peer.py", events),
      scripted(
        Peer(
          name: "PostgreSQL log", place: .served,
          durability: "fsync, synchronous_commit; local socket, pgbench"),
        python, "\(drivers)/postgres_peer.py", events),
      scripted(
        Peer(
          name: "eventsourcing 9.5.6", place: .embedded, durability: "SQLite WAL, from Python"),
        python, "\(drivers)/eventsourcing_peer.py", events),
    ]
  }

  /// As many of the history's first events as the peers get.
  private func writeEvents(to path: String) throws {
    var text = ""
    for imported in corpus.events.prefix(sizes.peerEvents) {
      let event = imported.event
      let tags = event.tags.map { "\"\($0.text)\"" }.joined(separator: ",")
      text +=
        "{\"kind\":\(event.kind.rawValue),\"stream\":\"\(event.stream)\",\"tags\":[\(tags)],"
        + "\"payload\":\"\(Data(event.payload).base64EncodedString())\"}\n"
    }
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }

  private func scripted(
    _ peer: Peer, _ python: String, _ script: String, _ events: String
  ) -> Peer {
    say("measuring \(peer.name)")
    var peer = peer
    do {
      let folder = scratch + "/" + URL(filePath: script).deletingPathExtension().lastPathComponent
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      // A server that runs as another user has to reach its folder.
      for path in [scratch, folder] {
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
      }
      let output = try Child.output(
        of: python,
        [script, folder, events, String(sizes.loneAppends), String(sizes.appendsPerWriter)],
        within: sizes.secondsPerPeer)
      for line in output.text.split(separator: "\n") {
        let figure = try JSONDecoder().decode(Peer.Figure.self, from: Data(line.utf8))
        peer.figures[figure.name] = figure
      }
      peer.problem = output.problem
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      peer.problem = "\(error)"
    }
    return peer
  }
}
