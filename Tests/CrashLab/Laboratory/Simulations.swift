import Foundation

extension Laboratory {
  /// Each case is one history of several lives with failing disks. Some are done twice: the same seed
  /// must tell the same.
  func simulations(until deadline: ContinuousClock.Instant, _ totals: inout Totals) async throws {
    try await cases(of: .simulations, until: deadline, &totals) { number, bench in
      let seed = self.seed(.simulations, number)
      let errand = Errand.simulate(lives: 4, faults: number % 4 != 0, round: 0)
      var outcome = CaseOutcome(simulations: 1)
      let ending = try self.nursery.run(errand, on: bench, seed: seed, Recording())
      let told = try String(contentsOfFile: bench.marks, encoding: .utf8)
      let marks = Marks(file: bench.marks)
      var problems = Self.problems(of: ending) + Self.messages(marks)
      if number % 4 == 0 { problems += Self.failures(marks) }
      problems += try bench.problems(
        ClinicInspection(plan: Plan(seed: seed, clients: Self.clients)), by: self.nursery)
      if number % 8 < 2 {
        let again = try Bench(bench.path)
        _ = try self.nursery.run(errand, on: again, seed: seed, Recording())
        if try String(contentsOfFile: again.marks, encoding: .utf8) != told {
          problems.append(Problem(.notReproduced, "two runs told different things"))
        }
      }
      outcome.steps = marks.words.compactMap { $0.hasPrefix("steps ") ? Int($0.dropFirst(6)) : nil }
        .reduce(0, +)
      outcome.found = problems.map { Finding("seed \(seed)", $0, bench.path) }
      return outcome
    }
  }
}
