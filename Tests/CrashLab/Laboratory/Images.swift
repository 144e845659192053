import Foundation

extension Laboratory {
  /// Each case records one history and opens the disks that a power failure may have left at each
  /// of its moments.
  func images(until deadline: ContinuousClock.Instant, _ totals: inout Totals) async throws {
    // The examination itself uses both processors.
    try await cases(of: .images, until: deadline, atOnce: 1, &totals) { number, bench in
      let seed = self.seed(.images, number)
      let (errand, inspection) = self.errand(number, seed)
      if case .undertake(let undertaking, _) = errand {
        try bench.prepare(undertaking, from: self.source)
      }
      let beginning = try Trace.Beginning(of: bench.data)
      var generator = SeededGenerator(seed: seed.part(1))
      var recording = Recording()
      recording.isTraced = true
      if number % 6 == 3 {
        // A power failure after a kill: what the killed process left in the cache, the next one finds.
        var killed = recording
        let how = Recording.Death.allCases.randomElement(using: &generator) ?? .before
        killed.death = (Int.random(in: 0..<120, using: &generator), how)
        _ = try self.nursery.run(errand, on: bench, seed: seed, killed)
      }
      let ending = try self.nursery.run(errand, on: bench, seed: seed, recording)
      var outcome = CaseOutcome()
      let what = errand.arguments.joined(separator: " ")
      var problems = Self.problems(of: ending)
      if number % 6 != 2 { problems += Self.failures(Marks(file: bench.marks)) }
      let trace = try Trace(file: bench.trace, root: bench.data, after: beginning)
      if let difference = try Disk.difference(of: trace, from: bench.data) {
        problems.append(Problem(.recorder, difference))
      }
      outcome.found = problems.map { Finding(what, $0, bench.path) }
      // From the beginning, or from anywhere.
      let first = min(beginning.steps.count, trace.steps.count - 1)
      let start =
        number % 4 == 0 ? first : Int.random(in: first..<trace.steps.count, using: &generator)
      let found = try await Examination(
        inspection: inspection, nursery: self.nursery,
        choice: ImageChoice(exhaustiveUpTo: 6, samples: 12),
        scratch: bench.path,
        deadline: self.options.cases == nil ? deadline : .now + .seconds(86_400),
        maximum: Self.disksPerCase
      ).run(trace, seed: seed, from: start)
      outcome.images = found.images
      outcome.disks = found.opened
      outcome.found += found.found.map { moment, selection, problem in
        Finding("\(what), after step \(moment), \(Self.text(selection))", problem, bench.path)
      }
      return outcome
    }
  }

  /// So that many histories have their turn.
  private static let disksPerCase = 400

  private func errand(_ number: Int, _ seed: UInt64) -> (Errand, any Inspection) {
    let clinic = ClinicInspection(plan: Plan(seed: seed, clients: Self.clients))
    switch number % 6 {
    case 0: return (.simulate(lives: 2, faults: false, round: 0), clinic)
    case 3: return (.simulate(lives: 1, faults: false, round: 1), clinic)
    case 2: return (.simulate(lives: 2, faults: true, round: 0), clinic)
    case 4: return (.work(requests: 4, clients: Self.clients, plant: false), clinic)
    default:
      let undertaking = Undertaking.allCases[number / 3 % Undertaking.allCases.count]
      return (
        .undertake(undertaking, source: source), UndertakingInspection(undertaking: undertaking)
      )
    }
  }

  static func text(_ selection: Selection) -> String {
    "kept changes \(selection.whole.sorted()), torn \(selection.torn.keys.sorted())"
  }
}
