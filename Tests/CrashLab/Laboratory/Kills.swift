import Foundation

extension Laboratory {
  static let clients: UInt64 = 3
  private static let rounds = 8

  /// Each case is one clinic, killed several times and inspected after each: at a call that the seed
  /// chooses, under the deterministic scheduler; or at a random moment, on real threads.
  func kills(until deadline: ContinuousClock.Instant, _ totals: inout Totals) async throws {
    try await cases(of: .kills, until: deadline, &totals) { number, bench in
      let seed = self.seed(.kills, number)
      if number % 8 == 3 { return try await self.killsOfRivals(seed, bench) }
      if number % 8 == 7 { return try await self.killsOfUndertakings(seed, bench) }
      return try await self.killsOfClinic(seed, bench, isTimed: number % 2 == 1)
    }
  }

  private func killsOfClinic(
    _ seed: UInt64, _ bench: Bench, isTimed: Bool
  ) async throws -> CaseOutcome {
    var outcome = CaseOutcome()
    var generator = SeededGenerator(seed: seed.part(1))
    let inspection = ClinicInspection(plan: Plan(seed: seed, clients: Self.clients))
    for round in 0..<Self.rounds {
      let what: String
      let ending: Ending
      if isTimed {
        let microseconds = UInt32.random(in: 10_000...160_000, using: &generator)
        what = "round \(round), killed after \(microseconds) µs"
        ending = try nursery.run(
          .work(requests: .max, clients: Self.clients, plant: false), on: bench, seed: seed,
          killAfter: microseconds)
      } else {
        var recording = Recording()
        let how = Recording.Death.allCases.randomElement(using: &generator) ?? .before
        let call = Int.random(in: 0..<400, using: &generator)
        recording.death = (call, how)
        what = "round \(round), killed \(how.rawValue) call \(call)"
        ending = try nursery.run(
          .simulate(lives: 3, faults: false, round: round), on: bench, seed: seed, recording)
      }
      if case .killed(SIGKILL) = ending { outcome.kills += 1 }
      let marks = Marks(file: bench.marks)
      var problems = Self.problems(of: ending, expectsKill: true) + Self.failures(marks)
      problems += try bench.problems(inspection, by: nursery)
      outcome.found += problems.map { Finding(what, $0, bench.path) }
      if !problems.isEmpty { break }
    }
    return outcome
  }

  /// Two processes write, sign and project the same clinic at once; one is killed, then the other one,
  /// or it ends by itself.
  private func killsOfRivals(_ seed: UInt64, _ bench: Bench) async throws -> CaseOutcome {
    var outcome = CaseOutcome()
    var generator = SeededGenerator(seed: seed.part(1))
    let clients = 2 * Self.clients
    let inspection = ClinicInspection(plan: Plan(seed: seed, clients: clients))
    for round in 0..<Self.rounds / 2 {
      let times = (0..<2).map { _ in UInt32.random(in: 20_000...250_000, using: &generator) }
      let isLast = round == Self.rounds / 2 - 1
      let endings = try await withThrowingTaskGroup(of: (UInt64, Ending).self) { group in
        for rival in UInt64(0)..<2 {
          // In the end the second one outlives the first.
          let survives = isLast && rival == 1
          group.addTask {
            let ending = try self.nursery.run(
              .work(
                requests: survives ? 30 : .max, clients: clients, plant: false, rival: rival),
              on: bench, seed: seed, killAfter: survives ? nil : times[Int(rival)],
              talk: "\(bench.path)/talk-\(rival)")
            return (rival, ending)
          }
        }
        return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      }
      outcome.kills += endings.values.count { $0 == .killed(SIGKILL) }
      let marks = Marks(file: bench.marks)
      var problems = endings.values.flatMap { Self.problems(of: $0, expectsKill: true) }
      problems += Self.failures(marks)
      problems += try bench.problems(inspection, by: nursery)
      let what = "two at once, round \(round), killed after \(times) µs"
      outcome.found += problems.map { Finding(what, $0, bench.path) }
      if !problems.isEmpty { break }
    }
    return outcome
  }

  /// Of what is done once with a whole clinic, at every few calls.
  private func killsOfUndertakings(_ seed: UInt64, _ bench: Bench) async throws -> CaseOutcome {
    var outcome = CaseOutcome()
    var generator = SeededGenerator(seed: seed.part(1))
    let undertaking = Undertaking.allCases.randomElement(using: &generator) ?? .create
    let inspection = UndertakingInspection(undertaking: undertaking)
    for _ in 0..<Self.rounds {
      let trial = try Bench("\(bench.path)/trial")
      try trial.prepare(undertaking, from: source)
      var recording = Recording()
      let how = Recording.Death.allCases.randomElement(using: &generator) ?? .before
      let call = Int.random(in: 0..<undertaking.calls, using: &generator)
      recording.death = (call, how)
      let ending = try nursery.run(
        .undertake(undertaking, source: source), on: trial, seed: seed, recording)
      if case .killed(SIGKILL) = ending { outcome.kills += 1 }
      let marks = Marks(file: trial.marks)
      var problems = Self.problems(of: ending, expectsKill: true) + Self.failures(marks)
      problems += try trial.problems(inspection, by: nursery)
      let what = "\(undertaking.rawValue), killed \(how.rawValue) call \(call)"
      outcome.found += problems.map { Finding(what, $0, trial.path) }
      if !problems.isEmpty { break }
    }
    return outcome
  }

  /// Whatever failed though the disk did not.
  static func failures(_ marks: Marks) -> [Problem] {
    marks.failures.map { Problem(.failed, $0) }
  }

  static func problems(of ending: Ending, expectsKill: Bool = false) -> [Problem] {
    switch ending {
    case .exited(0): []
    case .killed(SIGKILL) where expectsKill: []
    case .exited(let status): [Problem(.crashed, "exit status \(status)")]
    case .killed(let signal): [Problem(.crashed, "signal \(signal)")]
    case .hung: [Problem(.hung, "ended after a minute")]
    }
  }
}
