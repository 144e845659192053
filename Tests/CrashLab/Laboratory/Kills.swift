import Foundation

extension Laboratory {
  static let clients: UInt64 = 3
  private static let rounds = 8

  /// Each case is one clinic, killed several times and inspected after each: at a call that the seed
  /// chooses, under the deterministic scheduler; or at a random moment, on real threads.
  func kills(until deadline: ContinuousClock.Instant, _ totals: inout Totals) async throws {
    try await cases(of: .kills, until: deadline, &totals) { number, bench in
      let seed = self.seed(.kills, number)
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

  /// Of a clinic being made, backed up or restored, at every few calls.
  private func killsOfUndertakings(_ seed: UInt64, _ bench: Bench) async throws -> CaseOutcome {
    var outcome = CaseOutcome()
    var generator = SeededGenerator(seed: seed.part(1))
    let undertaking = Undertaking.allCases.randomElement(using: &generator) ?? .create
    let inspection = UndertakingInspection(undertaking: undertaking)
    for _ in 0..<Self.rounds {
      let trial = try Bench("\(bench.path)/trial")
      var recording = Recording()
      let how = Recording.Death.allCases.randomElement(using: &generator) ?? .before
      let call = Int.random(in: 0..<70, using: &generator)
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
