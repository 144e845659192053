import EventLog
import Foundation
import Projection
import TransparencyLog

/// The clinic's writer, queue, projectors, signer and readers, and its clients, under a scheduler
/// that decides by a seed what goes on next. Everything runs on one thread, so that a seed gives the
/// same history again; the code is the real one, down to the storage's calls.
struct Simulation {
  struct Options: Sendable {
    var clients: UInt64 = 3
    /// The clinic is closed and opened again so many times.
    var lives = 3
    /// Acknowledged by each client in each life.
    var requests: UInt64 = 4
    /// Whether the disk may fail, except in the last life; needs the recorder.
    var faults = false
    /// Other histories of the same plan.
    var round = 0
  }

  let directory: String
  let plan: Plan
  let options: Options
  let markFile: String
  private let marks: MarkFile
  private let source: DeterministicSource
  private var generator: SeededGenerator
  private var problems: [Problem] = []
  /// The tree's root at each size that a reader has seen: it never changes.
  private var roots: [UInt64: TreeHash] = [:]
  private(set) var steps = 0

  init(_ directory: String, marks: String, seed: UInt64, _ options: Options) throws {
    self.directory = directory
    self.options = options
    plan = Plan(seed: seed, clients: options.clients)
    markFile = marks
    self.marks = try MarkFile(marks)
    source = DeterministicSource(seed: seed.part(2 * options.round + 1))
    generator = SeededGenerator(seed: seed.part(2 * options.round + 2))
  }

  /// - Returns: what was found wrong.
  mutating func run() throws -> [Problem] {
    let disk = options.faults ? FaultyDisk() : nil
    for life in 0..<options.lives {
      let isLast = life == options.lives - 1
      if let disk, !isLast, !isArmedFromOutside { arm(disk) }
      do {
        try live()
      } catch {
        // Not even opened: only a disk that fails excuses it.
        if disk == nil || isLast { problems.append(Problem(.cannotOpen, "\(error)")) }
      }
      disk?.heal()
    }
    return problems
  }

  /// The laboratory has chosen the call that fails in the first life.
  private var isArmedFromOutside: Bool { getenv("CRASHLAB_FAULT") != nil }

  private mutating func arm(_ disk: FaultyDisk) {
    let kinds = ["eio", "enospc", "short", "late"]
    disk.fail(
      after: Int.random(in: 0..<150, using: &generator),
      kinds[Int.random(in: kinds.indices, using: &generator)],
      once: Bool.random(using: &generator))
  }

  // MARK: One life

  private mutating func live() throws {
    let clinic = try Clinic(
      directory, deterministic: source, batchSize: Int.random(in: 1...4, using: &generator))
    let work = Work(
      clinic: clinic, plan: plan, marks: marks, before: Marks(file: markFile),
      requests: options.requests)
    let executor = SeededExecutor()
    let remaining = Countdown(plan.clients)
    for client in 0..<plan.clients {
      Task(executorPreference: executor) {
        await work.client(client)
        remaining.countDown()
      }
    }
    while !remaining.isOver || !executor.isIdle {
      do {
        try step(clinic, executor)
      } catch {
        // A failing disk may fail any of it; nothing wrong may be told.
        if options.faults {
          marks.failed(error)
        } else {
          problems.append(Problem(.failed, "\(error)"))
        }
      }
    }
  }

  private mutating func step(_ clinic: Clinic, _ executor: SeededExecutor) throws {
    steps += 1
    switch Int.random(in: 0..<100, using: &generator) {
    case 0..<60 where !executor.isIdle: executor.runOne(using: &generator)
    case 0..<75: clinic.log.writeWhatWaits()
    case 75..<86: try project(clinic)
    case 86..<97: try read(clinic)
    case 97: try clinic.views.rebuild()
    default: if let signed = try clinic.sign() { marks.signed(signed) }
    }
  }

  private mutating func project(_ clinic: Clinic) throws {
    let head = try clinic.log.read { $0.head }
    guard head > .none else { return }
    let target = UInt64.random(in: 1...head.rawValue, using: &generator)
    try clinic.views.catchUp(to: Position(target))
  }

  /// Reads log and views, and compares them with what has been told.
  private mutating func read(_ clinic: Clinic) throws {
    let promised = Marks(file: markFile).acknowledged.values.flatMap { $0 }
    let last = promised.map(\.upperBound).max().map { $0 - 1 } ?? 0
    let head = try clinic.log.treeHead()
    if head.size < last {
      problems.append(Problem(.lost, "a reader sees \(head.size) events, \(last) were told"))
    }
    if let known = roots[head.size], known != head.root {
      problems.append(Problem(.tree, "another tree of \(head.size) events than before"))
    }
    roots[head.size] = head.root
    try clinic.views.read(atLeast: Position(last), of: [ChainProjector.self]) { set in
      let expected = (0..<set.position.rawValue).reduce(Int64(0)) {
        ChainProjector.extended($0, by: $1 + 1)
      }
      let found = try set.rows(of: ChainProjector.self)
        .row(in: ChainProjector.all, at: ChainProjector.key)?.value
      if set.position.rawValue < last || found ?? 0 != expected {
        problems.append(Problem(.views, "at \(set.position) of \(head.size), \(last) were told"))
      }
    }
  }
}
