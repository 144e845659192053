import Foundation

extension Laboratory {
  /// Each case fails one call of a history, once or from then on, and looks at what was told, at what
  /// is there, and at what a power failure right after it may leave.
  func faults(until deadline: ContinuousClock.Instant, _ totals: inout Totals) async throws {
    try await cases(of: .faults, until: deadline, &totals) { number, bench in
      // Neighbouring cases fail each call of one history in turn.
      let seed = self.seed(.faults, number / 4_096)
      var generator = SeededGenerator(seed: self.seed(.faults, number).part(1))
      let (errand, inspection, calls) = self.faultyErrand(number, seed)
      if case .undertake(let undertaking, _) = errand {
        try bench.prepare(undertaking, from: self.source)
      }
      let beginning = try Trace.Beginning(of: bench.data)
      let once = Bool.random(using: &generator)
      let call = Int.random(in: 0..<calls, using: &generator)
      let kind: String
      var recording = Recording()
      recording.isTraced = true
      switch number / 8 % 4 {
      case 2:
        kind = "no page of a map"
        recording.mapFault = call
      case 3:
        kind = "failing reads"
        recording.readFault = (call / 4, once)
      default:
        let fault = Recording.Fault.allCases.randomElement(using: &generator) ?? .eio
        kind = fault.rawValue
        recording.fault = (call, fault, once)
      }
      let ending = try self.nursery.run(errand, on: bench, seed: seed, recording)
      let marks = Marks(file: bench.marks)
      var problems = Self.problems(of: ending, on: bench, recording) + Self.messages(marks)
      let powerFailures = try await self.powerFailures(bench, beginning, inspection, seed)
      problems += powerFailures.found.map(\.problem)
      problems += try bench.problems(inspection, by: self.nursery)
      let what =
        "\(errand.arguments[0]) \(errand.arguments[1]): \(kind) at call \(call) "
        + (once ? "once" : "for ever")
      var outcome = CaseOutcome(
        images: powerFailures.images, disks: powerFailures.opened, faults: 1)
      outcome.found = problems.map { Finding(what, $0, bench.path) }
      return outcome
    }
  }

  private func faultyErrand(
    _ number: Int, _ seed: UInt64
  ) -> (Errand, any Inspection, calls: Int) {
    let clinic = ClinicInspection(plan: Plan(seed: seed, clients: Self.clients))
    switch number % 8 {
    case 3, 7:
      let undertaking = Undertaking.allCases[number / 4 % Undertaking.allCases.count]
      return (
        .undertake(undertaking, source: source), UndertakingInspection(undertaking: undertaking),
        undertaking.calls
      )
    case 6: return (.work(requests: 4, clients: Self.clients, plant: false), clinic, 300)
    default: return (.simulate(lives: 2, faults: true, round: 0), clinic, 260)
    }
  }

  /// When a map fails under it, the program may end, if it says why.
  private static func problems(
    of ending: Ending, on bench: Bench, _ recording: Recording
  ) -> [Problem] {
    guard recording.mapFault != nil, ending == .exited(74) else { return problems(of: ending) }
    let said = (try? String(contentsOfFile: bench.talk, encoding: .utf8)) ?? ""
    return said.contains("data.mdb cannot be had") ? [] : [Problem(.message, said)]
  }

  /// Whether each message tells whoever runs the clinic what to do.
  static func messages(_ marks: Marks) -> [Problem] {
    let remedies = [
      "check the", "free space", "reopen", "restore", "rebuild", "run `", "again", "choose",
      "see to",
    ]
    return Set(marks.failures).filter { text in !remedies.contains { text.contains($0) } }
      .map { Problem(.message, $0) }
  }

  /// Nothing, all and some of what was not certain at the end.
  private func powerFailures(
    _ bench: Bench, _ beginning: Trace.Beginning, _ inspection: any Inspection, _ seed: UInt64
  ) async throws -> Examination.Outcome {
    let trace = try Trace(file: bench.trace, root: bench.data, after: beginning)
    if let difference = try Disk.difference(of: trace, from: bench.data) {
      return Examination.Outcome(found: [(0, Selection(), Problem(.recorder, difference))])
    }
    return try await Examination(
      inspection: inspection, nursery: nursery,
      choice: ImageChoice(exhaustiveUpTo: 1, samples: 2, singles: false),
      scratch: bench.path, deadline: .now + .seconds(600)
    ).run(trace, seed: seed, from: trace.steps.count - 1)
  }
}
