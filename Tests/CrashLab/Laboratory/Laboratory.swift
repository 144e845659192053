import Foundation

/// The parts of the laboratory.
public enum Part: String, Sendable, CaseIterable {
  case kills, images, faults, simulations, planted
}

/// What was done and found.
public struct Totals: Sendable {
  public var kills = 0
  public var images = 0
  public var disks = 0
  public var faults = 0
  public var simulations = 0
  public var steps = 0
  public var planted: [(bug: String, caught: Problem?)] = []
  public var violations: [Violation] = []

  public var isSound: Bool { violations.isEmpty && planted.allSatisfy { $0.caught != nil } }
}

/// Something found in the real code.
public struct Violation: Sendable, CustomStringConvertible {
  var part: Part
  /// The number of the case.
  var number: Int
  var what: String
  var problem: Problem
  /// The directory that shows it, kept; nil when there is none.
  var evidence: String?

  /// Options that repeat it.
  public var again: String { "--only \(part.rawValue) --case \(number)" }

  public var description: String {
    "\(problem)\n  in \(part.rawValue), case \(number): \(what)"
      + (evidence.map { "\n  kept in \($0)" } ?? "")
  }
}

/// Runs its parts, each for a share of the time; a seed gives the same cases in the same order.
public struct Laboratory: Sendable {
  public struct Options: Sendable {
    public var seed: UInt64
    public var minutes: Double
    public var parts: [Part]
    /// The first case of each part, to repeat a failure.
    public var firstCase: Int
    /// How many cases of each part at most; nil is as many as there is time for.
    public var cases: Int?
    /// Where directories are made; removed again unless they show a violation.
    public var scratch: String
    public var program: String
    public var recorder: String

    public init(
      seed: UInt64, minutes: Double, parts: [Part], firstCase: Int, cases: Int?, scratch: String,
      program: String, recorder: String
    ) {
      self.seed = seed
      self.minutes = minutes
      self.parts = parts
      self.firstCase = firstCase
      self.cases = cases
      self.scratch = scratch
      self.program = program
      self.recorder = recorder
    }
  }

  let options: Options
  let nursery: Nursery
  let say: @Sendable (String) -> Void

  /// - Parameter say: gets lines of talk.
  public init(_ options: Options, say: @escaping @Sendable (String) -> Void) {
    self.options = options
    nursery = Nursery(program: options.program, recorder: options.recorder)
    self.say = say
  }

  public func run() async throws -> Totals {
    var totals = Totals()
    if !FileManager.default.fileExists(atPath: source) {
      try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
      try await Undertaking.makeSource(at: source)
    }
    let weights: [Part: Double] = [
      .kills: 3, .images: 4, .faults: 3, .simulations: 1.5, .planted: 1,
    ]
    let sum = options.parts.reduce(0) { $0 + (weights[$1] ?? 1) }
    for part in Part.allCases where options.parts.contains(part) {
      let share = options.minutes * 60 * (weights[part] ?? 1) / sum
      let deadline = ContinuousClock.now + .seconds(share)
      say("\(part.rawValue): up to \(Int(share)) s")
      switch part {
      case .kills: try await kills(until: deadline, &totals)
      case .images: try await images(until: deadline, &totals)
      case .faults: try await faults(until: deadline, &totals)
      case .simulations: try await simulations(until: deadline, &totals)
      case .planted: try await planted(&totals)
      }
    }
    return totals
  }

  /// What a case did.
  struct CaseOutcome: Sendable {
    var kills = 0
    var images = 0
    var disks = 0
    var faults = 0
    var steps = 0
    var simulations = 0
    var found: [Finding] = []
  }

  struct Finding: Sendable {
    var what: String
    var problem: Problem
    /// The directory that shows it.
    var evidence: String?

    init(_ what: String, _ problem: Problem, _ evidence: String?) {
      (self.what, self.problem, self.evidence) = (what, problem, evidence)
    }
  }

  /// Runs numbered cases, two at once, until time or cases run out, or something was found.
  func cases(
    of part: Part, until deadline: ContinuousClock.Instant, atOnce workers: Int = 2,
    limit: Int? = nil, _ totals: inout Totals,
    _ body: @escaping @Sendable (_ number: Int, _ bench: Bench) async throws -> CaseOutcome
  ) async throws {
    let next = SharedCounter()
    let last = min(options.cases ?? .max, limit ?? .max)
    let outcomes = try await withThrowingTaskGroup(of: [(Int, CaseOutcome)].self) { group in
      for _ in 0..<workers {
        group.addTask {
          var done: [(Int, CaseOutcome)] = []
          while ContinuousClock.now < deadline || self.options.cases != nil,
            let index = next.take(below: last)
          {
            let number = self.options.firstCase + index
            let bench = try Bench("\(self.options.scratch)/\(part.rawValue)-\(number)")
            let outcome = try await body(number, bench)
            done.append((number, outcome))
            if outcome.found.isEmpty { bench.remove() } else { break }
          }
          return done
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    for (number, outcome) in outcomes.sorted(by: { $0.0 < $1.0 }) {
      totals.kills += outcome.kills
      totals.images += outcome.images
      totals.disks += outcome.disks
      totals.faults += outcome.faults
      totals.steps += outcome.steps
      totals.simulations += outcome.simulations
      for finding in outcome.found {
        totals.violations.append(
          Violation(
            part: part, number: number, what: finding.what, problem: finding.problem,
            evidence: finding.evidence))
      }
    }
  }

  /// A clinic and its backup, for what is done with whole clinics.
  var source: String { "\(options.scratch)/source" }

  func seed(_ part: Part, _ number: Int) -> UInt64 {
    options.seed.part((Part.allCases.firstIndex(of: part) ?? 0) << 32 | number)
  }
}
