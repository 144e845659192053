import Foundation
import Synchronization

/// Looks at the disks that crashes may leave, at every moment of a trace.
struct Examination: Sendable {
  var inspection: any Inspection
  var nursery: Nursery
  var choice: ImageChoice
  /// Where images are put.
  var scratch: String
  var deadline: ContinuousClock.Instant
  /// How many disks to open at most, about.
  var maximum = Int.max
  /// Whether to stop at what was found.
  var stopsAt: @Sendable (Problem) -> Bool = { _ in true }

  struct Outcome: Sendable {
    /// Choices of what survived.
    var images = 0
    /// Different ones among them, together with what had been told: so many were opened.
    var opened = 0
    var moments = 0
    var found: [(moment: Int, selection: Selection, problem: Problem)] = []
  }

  private struct Candidate: Sendable {
    var disk: Disk
    var image: DiskImage
    var selection: Selection
    var marks: [String]
    var moment: Int
    var lockBytes: [UInt8]?
  }

  /// - Parameter from: the first moment to look at.
  func run(_ trace: Trace, seed: UInt64, from start: Int = 0) async throws -> Outcome {
    var outcome = Outcome()
    var disk = Disk()
    var marks: [String] = []
    var known: Set<Known> = []
    var batch: [Candidate] = []
    for (moment, step) in trace.steps.enumerated() {
      try disk.apply(step)
      if case .mark(let text) = step {
        marks += text.split(separator: "\n").map(String.init)
      }
      guard moment >= start else { continue }
      if case .barrierBegins = step { continue }
      guard ContinuousClock.now < deadline else { break }
      outcome.moments += 1
      var generator = SeededGenerator(seed: seed.part(moment))
      for selection in choice.selections(disk, using: &generator) {
        outcome.images += 1
        let image = disk.image(selection)
        guard known.insert(Known(image: image, marks: marks.count)).inserted else { continue }
        batch.append(
          Candidate(
            disk: disk, image: image, selection: selection, marks: marks, moment: moment,
            lockBytes: Self.lockBytes(using: &generator)))
      }
      // One after another of a batch that is small enough to be repeated, several at once.
      if batch.count >= 64 || moment == trace.steps.count - 1 {
        try await examine(batch, &outcome)
        batch = []
        if outcome.opened >= maximum || outcome.found.contains(where: { stopsAt($0.problem) }) {
          break
        }
      }
    }
    try await examine(batch, &outcome)
    return outcome
  }

  private struct Known: Hashable {
    var image: DiskImage
    var marks: Int
  }

  /// Lock files are changed through a shared map: after a crash they hold anything.
  private static func lockBytes(using generator: inout SeededGenerator) -> [UInt8]? {
    guard Bool.random(using: &generator) else { return nil }
    let isZero = Bool.random(using: &generator)
    return (0..<8_192).map { _ in isZero ? 0 : UInt8(truncatingIfNeeded: generator.next()) }
  }

  private func examine(_ candidates: [Candidate], _ outcome: inout Outcome) async throws {
    guard !candidates.isEmpty else { return }
    let half = (candidates.count + 1) / 2
    let found = try await withThrowingTaskGroup(of: [(Candidate, [Problem])].self) { group in
      for (worker, share) in [candidates.prefix(half), candidates.dropFirst(half)].enumerated()
      where !share.isEmpty {
        group.addTask { try self.problems(Array(share), worker) }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    outcome.opened += candidates.count
    for (candidate, problems) in found.sorted(by: { $0.0.moment < $1.0.moment }) {
      outcome.found += problems.map { (candidate.moment, candidate.selection, $0) }
    }
  }

  private func problems(
    _ candidates: [Candidate], _ worker: Int
  ) throws -> [(Candidate, [Problem])] {
    let batch = InspectionBatch(path: "\(scratch)/images-\(worker)")
    try? FileManager.default.removeItem(atPath: batch.path)
    for (index, candidate) in candidates.enumerated() {
      try candidate.disk.write(
        candidate.image, to: batch.data(index), lockBytes: candidate.lockBytes)
      let marks = candidate.marks.map { "\($0)\n" }.joined()
      try marks.write(toFile: batch.marks(index), atomically: false, encoding: .utf8)
    }
    let found = try batch.problems(candidates.count, inspection, by: nursery)
    return Array(zip(candidates, found))
  }
}

/// A number that several tasks count up.
final class SharedCounter: Sendable {
  private let next = Atomic<Int>(0)

  /// The next number, nil from the limit on.
  func take(below limit: Int) -> Int? {
    let taken = next.add(1, ordering: .relaxed).oldValue
    return taken < limit ? taken : nil
  }
}

extension Disk {
  /// Whether a directory is what the trace says; what differs, if anything does. Lock files, which
  /// change through a shared map, are left out.
  static func difference(of trace: Trace, from directory: String) throws -> String? {
    var disk = Disk()
    for step in trace.steps { try disk.apply(step) }
    let image = disk.image(Selection(whole: Set(disk.pending.map(\.number))))
    let names = try FileManager.default.subpathsOfDirectory(atPath: directory)
    if Set(names) != Set(image.entries.keys) {
      return "names: \(Set(names).symmetricDifference(image.entries.keys).sorted())"
    }
    for (path, content) in image.entries where !path.hasSuffix("/lock.mdb") {
      guard let content else { continue }
      let real = [UInt8](try Data(contentsOf: URL(filePath: "\(directory)/\(path)")))
      if real != disk.bytes(content) { return "bytes of \(path)" }
    }
    return nil
  }
}
