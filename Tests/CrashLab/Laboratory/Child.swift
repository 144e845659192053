import Backend
import EventLog
import Foundation
import Synchronization

/// What a child process does; its arguments are the child's command line.
public enum Errand: Sendable {
  /// - Parameter rival: 0 or 1, for every other client: another child has the rest; nil is all.
  case work(requests: UInt64, clients: UInt64, plant: Bool, rival: UInt64? = nil)
  /// - Parameter round: other histories of the same plan.
  case simulate(lives: Int, faults: Bool, round: Int)
  case undertake(Undertaking, source: String)
  /// Inspect a batch: the directory is the batch's.
  case inspect([String])

  var arguments: [String] {
    switch self {
    case .work(let requests, let clients, let plant, let rival):
      [
        "work", "\(requests)", "\(clients)", plant ? "planted" : "sound",
        rival.map { "\($0)" } ?? "alone",
      ]
    case .simulate(let lives, let faults, let round):
      ["simulate", "\(lives)", faults ? "faulty" : "sound", "\(round)"]
    case .undertake(let undertaking, let source): ["undertake", undertaking.rawValue, source]
    case .inspect(let arguments): ["inspect"] + arguments
    }
  }

  public init?(_ arguments: [String]) {
    switch arguments.first {
    case "work" where arguments.count == 5:
      guard let requests = UInt64(arguments[1]), let clients = UInt64(arguments[2]) else {
        return nil
      }
      self = .work(
        requests: requests, clients: clients, plant: arguments[3] == "planted",
        rival: UInt64(arguments[4]))
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
    Backend.endProcessOnMapFault()
    switch self {
    case .work(let requests, let clients, let plant, let rival):
      let file = try MarkFile(marks)
      do {
        let clinic = try Clinic(directory, plant: plant)
        await Work(
          clinic: clinic, plan: Plan(seed: seed, clients: clients), marks: file,
          before: Marks(file: marks), requests: requests, rival: rival
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
  /// From this call on no page of a mapped database can be had.
  var mapFault: Int?
  /// The number of the reading call to fail.
  var readFault: (call: Int, once: Bool)?
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
  /// What the last child wrote to stderr.
  var talk: String { "\(path)/talk" }

  init(_ path: String) throws {
    self.path = path
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(
      atPath: data, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      atPath: "\(path)/empty", withIntermediateDirectories: true)
    try Data().write(to: URL(filePath: "\(path)/empty/data.mdb"))
  }

  /// Puts what an undertaking begins with where it works.
  func prepare(_ undertaking: Undertaking, from source: String) throws {
    guard let beginning = undertaking.beginning else { return }
    try FileManager.default.copyItem(
      atPath: "\(source)/\(beginning)", toPath: "\(data)/\(Undertaking.place)")
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
  ///   - talk: where its words go; nil is the bench's.
  func run(
    _ errand: Errand, on bench: Bench, seed: UInt64, _ recording: Recording? = nil,
    killAfter: UInt32? = nil, talk: String? = nil
  ) throws -> Ending {
    try run(
      ["child", bench.data, bench.marks, "\(seed)"] + errand.arguments,
      environment(bench, recording), talk: talk ?? bench.talk, killAfter: killAfter)
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
    if let call = recording.mapFault {
      environment["CRASHLAB_MAPS"] = "\(call)"
      environment["CRASHLAB_EMPTY"] = "\(bench.path)/empty/data.mdb"
    }
    if let (call, once) = recording.readFault {
      environment["CRASHLAB_READ"] = "\(call)"
      environment["CRASHLAB_READ_ONCE"] = once ? "1" : "0"
    }
    environment["CRASHLAB_LIE"] = recording.lie
    return environment
  }
}
