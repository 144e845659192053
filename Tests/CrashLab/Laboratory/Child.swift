import EventLog
import Foundation
import Synchronization

/// What a child process does; its arguments are the child's command line.
public enum Errand: Sendable {
  case work(requests: UInt64, clients: UInt64, plant: Bool)
  /// - Parameter round: other histories of the same plan.
  case simulate(lives: Int, faults: Bool, round: Int)
  case undertake(Undertaking, source: String)
  /// Inspect a batch: the directory is the batch's.
  case inspect([String])

  var arguments: [String] {
    switch self {
    case .work(let requests, let clients, let plant):
      ["work", "\(requests)", "\(clients)", plant ? "planted" : "sound"]
    case .simulate(let lives, let faults, let round):
      ["simulate", "\(lives)", faults ? "faulty" : "sound", "\(round)"]
    case .undertake(let undertaking, let source): ["undertake", undertaking.rawValue, source]
    case .inspect(let arguments): ["inspect"] + arguments
    }
  }

  public init?(_ arguments: [String]) {
    switch arguments.first {
    case "work" where arguments.count == 4:
      guard let requests = UInt64(arguments[1]), let clients = UInt64(arguments[2]) else {
        return nil
      }
      self = .work(requests: requests, clients: clients, plant: arguments[3] == "planted")
    case "simulate" where arguments.count == 4:
      guard let lives = Int(arguments[1]), let round = Int(arguments[3]) else { return nil }
      self = .simulate(lives: lives, faults: arguments[2] == "faulty", round: round)
    case "inspect": self = .inspect(Array(arguments.dropFirst()))
    case "undertake" where arguments.count == 3:
      guard let undertaking = Undertaking(rawValue: arguments[1]) else { return nil }
      self = .undertake(undertaking, source: arguments[2])
    default: return nil
    }
  }

  /// In the child.
  public func run(in directory: String, marks: String, seed: UInt64) async throws {
    switch self {
    case .work(let requests, let clients, let plant):
      let file = try MarkFile(marks)
      do {
        let clinic = try Clinic(directory, plant: plant)
        await Work(
          clinic: clinic, plan: Plan(seed: seed, clients: clients), marks: file,
          before: Marks(file: marks), requests: requests
        ).run()
      } catch {
        file.failed(error)
      }
    case .simulate(let lives, let faults, let round):
      var options = Simulation.Options()
      (options.lives, options.faults, options.round) = (lives, faults, round)
      var simulation = try Simulation(directory, marks: marks, seed: seed, options)
      let problems = try Cores.$isOne.withValue(true) { try simulation.run() }
      let file = try MarkFile(marks)
      for problem in problems { file.problem(problem.kind, problem.detail) }
      file.line("steps \(simulation.steps)")
    case .undertake(let undertaking, let source):
      let file = try MarkFile(marks)
      await undertaking.run(in: directory, source: source, file)
    case .inspect(let arguments):
      guard let inspection = inspection(arguments) else { throw CocoaError(.formatting) }
      try await InspectionBatch(path: directory).inspect(inspection)
    }
  }
}

/// What the recorder does in a child; see `recorder.c`.
struct Recording: Sendable {
  enum Death: String, Sendable, CaseIterable { case before, after, half }
  enum Fault: String, Sendable, CaseIterable { case eio, enospc, short, late }

  var isTraced = false
  var death: (call: Int, how: Death)?
  var fault: (call: Int, kind: Fault, once: Bool)?
  /// Barriers on paths that end like this do nothing.
  var lie: String?
}

/// A place for one experiment: `data` is what programs see, beside it are marks and trace. It is also
/// a batch of one, to be inspected.
struct Bench: Sendable {
  var path: String
  var data: String { "\(path)/0/data" }
  var marks: String { "\(path)/0/marks" }
  var trace: String { "\(path)/trace" }

  init(_ path: String) throws {
    self.path = path
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(
      atPath: data, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  func problems(_ inspection: any Inspection, by nursery: Nursery) throws -> [Problem] {
    try InspectionBatch(path: path).problems(1, inspection, by: nursery).first ?? []
  }
}

/// How a child came to its end.
enum Ending: Hashable, Sendable {
  case exited(Int32)
  case killed(Int32)
  /// It did not end by itself, and was ended.
  case hung
}

/// Starts children of this program.
struct Nursery: Sendable {
  /// This program.
  var program: String
  /// The recorder, built.
  var recorder: String
  static let patience: DispatchTimeInterval = .seconds(60)

  /// Runs a child to its end.
  ///
  /// - Parameters:
  ///   - recording: nil runs it without the recorder.
  ///   - killAfter: microseconds; nil lets it live.
  func run(
    _ errand: Errand, on bench: Bench, seed: UInt64, _ recording: Recording? = nil,
    killAfter: UInt32? = nil
  ) throws -> Ending {
    try run(
      ["child", bench.data, bench.marks, "\(seed)"] + errand.arguments,
      environment(bench, recording), talk: "\(bench.path)/talk", killAfter: killAfter)
  }

  /// Inspects what of a batch has not been inspected.
  func inspect(_ batch: InspectionBatch, _ inspection: any Inspection) throws -> Ending {
    try run(
      ["child", batch.path, "", "0"] + Errand.inspect(inspection.arguments).arguments,
      environment(nil, nil), talk: "\(batch.path)/talk", killAfter: nil)
  }

  private func run(
    _ arguments: [String], _ environment: [String: String], talk: String, killAfter: UInt32?
  ) throws -> Ending {
    let child = Process()
    child.executableURL = URL(filePath: program)
    child.arguments = arguments
    child.environment = environment
    child.standardOutput = FileHandle.nullDevice
    _ = FileManager.default.createFile(atPath: talk, contents: nil)
    child.standardError = try FileHandle(forWritingTo: URL(filePath: talk))
    let ended = DispatchSemaphore(value: 0)
    child.terminationHandler = { _ in ended.signal() }
    try child.run()
    if let killAfter {
      usleep(killAfter)
      kill(child.processIdentifier, SIGKILL)
    }
    if ended.wait(timeout: .now() + Self.patience) == .timedOut {
      kill(child.processIdentifier, SIGKILL)
      ended.wait()
      return .hung
    }
    return child.terminationReason == .exit
      ? .exited(child.terminationStatus) : .killed(child.terminationStatus)
  }

  private func environment(_ bench: Bench?, _ recording: Recording?) -> [String: String] {
    var environment = ProcessInfo.processInfo.environment
    environment["SWIFT_BACKTRACE"] = "enable=no"
    guard let bench, let recording else { return environment }
    environment["LD_PRELOAD"] = recorder
    environment["CRASHLAB_ROOT"] = bench.data
    environment["CRASHLAB_MARKS"] = bench.marks
    if recording.isTraced { environment["CRASHLAB_TRACE"] = bench.trace }
    if let (call, how) = recording.death {
      environment["CRASHLAB_KILL"] = "\(call)"
      environment["CRASHLAB_KILL_HOW"] = how.rawValue
    }
    if let (call, kind, once) = recording.fault {
      environment["CRASHLAB_FAULT"] = "\(call)"
      environment["CRASHLAB_FAULT_KIND"] = kind.rawValue
      environment["CRASHLAB_FAULT_ONCE"] = once ? "1" : "0"
    }
    environment["CRASHLAB_LIE"] = recording.lie
    return environment
  }
}
