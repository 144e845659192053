import Foundation

/// A bug that is put in where the laboratory can do so without a switch in the real code.
struct PlantedBug: Sendable {
  var name: String
  /// Any of these shows it.
  var expected: Set<Problem.Kind>
  var find: @Sendable (Laboratory) async throws -> [Problem]
}

extension Laboratory {
  func planted(_ totals: inout Totals) async throws {
    for bug in Self.plantedBugs {
      let found = try await bug.find(self)
      let caught = found.first { bug.expected.contains($0.kind) }
      say("planted: \(bug.name): \(caught.map { "caught, \($0)" } ?? "NOT caught")")
      totals.planted.append((bug.name, caught))
    }
  }

  static let plantedBugs = [
    // As if the writer answered before its flush: the log's flushes return at once and do nothing.
    PlantedBug(name: "acknowledged before the flush", expected: [.lost]) { laboratory in
      try await laboratory.imagesOfLie("log/data.mdb", until: [.lost])
    },
    // As if the directory of a new log were not flushed: its name is lost with all that is in it.
    PlantedBug(name: "a new log's directory is not flushed", expected: [.lost]) { laboratory in
      try await laboratory.imagesOfLie("/log", until: [.lost])
    },
    // The recorded steps in another order: those of the keys before those of the commit they sign.
    PlantedBug(name: "checkpoint signed before the commit", expected: [.lock]) { laboratory in
      let (trace, inspection, bench) = try laboratory.traced("order", lie: nil)
      defer { bench.remove() }
      guard let reordered = trace.signingBeforeCommitting() else { return [] }
      // Up to here nothing is wrong.
      let start = zip(trace.steps, reordered.steps).prefix { $0 == $1 }.count
      return try await laboratory.problems(
        of: reordered, from: start, until: [.lock], inspection, bench)
    },
    // A projector of the laboratory that commits a row of its own.
    PlantedBug(name: "projector commits rows apart from its checkpoint", expected: [.views]) {
      laboratory in
      try await laboratory.killsOfSplitProjector()
    },
  ]

  private func traced(
    _ name: String, lie: String?
  ) throws -> (Trace, ClinicInspection, Bench) {
    let bench = try Bench("\(options.scratch)/planted-\(name)")
    var recording = Recording()
    (recording.isTraced, recording.lie) = (true, lie)
    let seed = self.seed(.planted, 1)
    _ = try nursery.run(
      .simulate(lives: 2, faults: false, round: 0), on: bench, seed: seed, recording)
    let trace = try Trace(file: bench.trace, root: bench.data)
    return (trace, ClinicInspection(plan: Plan(seed: seed, clients: Self.clients)), bench)
  }

  private func imagesOfLie(
    _ path: String, until expected: Set<Problem.Kind>
  ) async throws -> [Problem] {
    let (trace, inspection, bench) = try traced("lie", lie: path)
    defer { bench.remove() }
    return try await problems(of: trace, from: 0, until: expected, inspection, bench)
  }

  private func problems(
    of trace: Trace, from start: Int, until expected: Set<Problem.Kind>,
    _ inspection: ClinicInspection, _ bench: Bench
  ) async throws -> [Problem] {
    try await Examination(
      inspection: inspection, nursery: nursery,
      choice: ImageChoice(exhaustiveUpTo: 4, samples: 4), scratch: bench.path,
      deadline: .now + .seconds(120), stopsAt: { expected.contains($0.kind) }
    ).run(trace, seed: self.seed(.planted, 2), from: start).found.map(\.problem)
  }

  private func killsOfSplitProjector() async throws -> [Problem] {
    let bench = try Bench("\(options.scratch)/planted-split")
    defer { bench.remove() }
    let seed = self.seed(.planted, 3)
    let inspection = ClinicInspection(
      plan: Plan(seed: seed, clients: Self.clients), plant: true)
    for round in 0..<40 {
      var recording = Recording()
      recording.death = (60 + round * 7, .after)
      _ = try nursery.run(
        .work(requests: .max, clients: Self.clients, plant: true), on: bench, seed: seed, recording)
      let problems = try bench.problems(inspection, by: nursery)
      if !problems.isEmpty { return problems }
    }
    return []
  }
}

extension Trace {
  /// The steps that lock a checkpoint moved before those of the last commit of the log before them;
  /// nil when there is no checkpoint.
  func signingBeforeCommitting() -> Trace? {
    var nodes: [String: NodeID] = [:]
    for case .createFile(let path, let node) in steps where nodes[path] == nil {
      nodes[path] = node
    }
    guard let log = nodes["log/data.mdb"],
      // The last one: it signs more than the one before it.
      let rename = steps.lastIndex(where: {
        if case .rename(from: _, to: "keys/checkpoint") = $0 { true } else { false }
      }),
      let created = steps[..<rename].lastIndex(where: {
        if case .createFile(path: "keys/checkpoint.tmp", _) = $0 { true } else { false }
      }),
      let end = steps[rename...].firstIndex(where: {
        if case .barrierEnds = $0 { true } else { false }
      })
    else { return nil }
    func isOfLog(_ step: Step) -> Bool {
      if case .write(log, offset: _, bytes: _, id: _) = step { true } else { false }
    }
    // Back over the commit's meta page, to the end of the commit before it.
    var start = created
    var commits = 0
    while start > 0 {
      if case .writeIsDurable = steps[start - 1] {
        commits += 1
        if commits > 1 { break }
      }
      start -= 1
    }
    guard steps[start..<created].contains(where: isOfLog) else { return nil }
    return Trace(
      Array(steps[..<start] + steps[created...end] + steps[start..<created] + steps[(end + 1)...]))
  }
}
