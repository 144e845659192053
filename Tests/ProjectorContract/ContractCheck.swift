import EventLog
import PracticeEvents
import Projection
import Testing

/// What every projector must keep, whatever it projects. Run each as a case of one test:
///
///     @Test("keeps the contract of projectors", arguments: ContractCheck.allCases)
///     func contract(_ check: ContractCheck) async throws {
///       try await check.run(BalancesProjector.self, on: facts)
///     }
public enum ContractCheck: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case rebuiltIsKeptUpToDate = "a rebuild gives the rows of a view kept up to date"
  case anyBatchSize = "the rows do not depend on the size of batches"
  case resumesAnywhere = "a view resumes wherever it was interrupted"
  case asOfIsThePrefix = "the rows as of a position are those of a view that stopped there"
  case ignoresUnknownKinds = "kinds of a newer program change no row"
  case stopsBeforeUndecodable = "a view stops before an event that cannot be decoded"
  case sharesTheDirectory = "runners on the same directory do no harm to each other"

  public var testDescription: String { rawValue }

  /// Checks a projector on a history; it should touch every kind that the projector handles.
  public func run(_ projector: any Projector.Type, on facts: [RecordedFact]) async throws {
    let history = try History(facts)
    switch self {
    case .rebuiltIsKeptUpToDate: try await rebuilt(projector, history)
    case .anyBatchSize: try await batched(projector, history)
    case .resumesAnywhere: try await resumed(projector, history)
    case .asOfIsThePrefix: try await asOf(projector, history)
    case .ignoresUnknownKinds: try await unknownKinds(projector, history)
    case .stopsBeforeUndecodable: try await undecodable(projector, history)
    case .sharesTheDirectory: try await shared(projector, history)
    }
  }
}

extension ContractCheck {
  private func rebuilt(_ projector: any Projector.Type, _ history: History) async throws {
    let workspace = try Workspace(projector)
    let views = try workspace.open()
    try await workspace.grow(with: history.events, by: 7) { try views.catchUp() }
    let kept = try workspace.rows(of: views)
    #expect(kept.contains { !$0.value.isEmpty }, "the history makes no rows, so it tests nothing")
    #expect(try views.verify() == nil)
    try views.rebuild()
    #expect(try workspace.rows(of: views) == kept)
    #expect(try views.status().first?.generation == 2)
    #expect(try views.verify() == nil)
  }

  private func batched(_ projector: any Projector.Type, _ history: History) async throws {
    var images: [EncodedRows] = []
    for size in [1, 2, 13, 5_000] {
      let workspace = try Workspace(projector)
      // Built while the log is empty, so that all of it comes in batches.
      let views = try workspace.open(batchSize: size)
      try views.catchUp()
      try await workspace.grow(with: history.events, by: .max) { try views.catchUp() }
      images.append(try workspace.rows(of: views))
    }
    #expect(images.allSatisfy { $0 == images[0] })
  }

  private func resumed(_ projector: any Projector.Type, _ history: History) async throws {
    let workspace = try Workspace(projector)
    try await workspace.grow(with: history.events, by: .max) {}
    let whole = try workspace.open()
    try whole.catchUp()
    let expected = try workspace.rows(of: whole)

    let interrupted = try Workspace(projector, log: workspace.log)
    for position in history.positions(atMost: 40) {
      // Each opening finds what the one before left on disk.
      try interrupted.withOpen(batchSize: 3) { views throws in
        #expect(try views.catchUp(to: position) == position)
      }
    }
    try interrupted.withOpen { views throws in
      #expect(try interrupted.rows(of: views) == expected)
      #expect(try views.status().first?.generation == 1)
    }
  }

  private func asOf(_ projector: any Projector.Type, _ history: History) async throws {
    let workspace = try Workspace(projector)
    try await workspace.grow(with: history.events, by: .max) {}
    let whole = try workspace.open()
    let partial = try Workspace(projector, log: workspace.log)
    let growing = try partial.open()
    for position in history.positions(atMost: 20) {
      try growing.catchUp(to: position)
      let (rows, recordedAt) = try growing.read {
        (try $0.encodedRows(of: projector), $0.recordedAt)
      }
      try whole.read(asOf: position, of: [projector]) { set throws in
        #expect(try set.encodedRows(of: projector) == rows)
        #expect(set.recordedAt == recordedAt)
      }
    }
  }

  private func unknownKinds(_ projector: any Projector.Type, _ history: History) async throws {
    let workspace = try Workspace(projector)
    let views = try workspace.open()
    try await workspace.grow(with: history.events, by: .max) { try views.catchUp() }
    let before = try workspace.rows(of: views)
    let newer = [UInt16(1), 99, 60_000].map { history.event(kind: $0, payload: [0xff, 0xff]) }
    try await workspace.grow(with: newer, by: 1) { try views.catchUp() }
    #expect(try workspace.rows(of: views) == before)
    #expect(try views.status().first?.lag == 0)
    try views.rebuild()
    #expect(try workspace.rows(of: views) == before)
  }

  private func undecodable(_ projector: any Projector.Type, _ history: History) async throws {
    let workspace = try Workspace(projector)
    let views = try workspace.open()
    try views.catchUp()
    let kind = projector.kinds?.first ?? .patientRegistered
    let head = Position(UInt64(history.events.count))
    let bad = history.event(kind: kind.rawValue, payload: [0xff, 0xff])
    try await workspace.grow(with: history.events + [bad], by: .max) {
      let error = #expect(throws: ProjectionError.self) { try views.catchUp() }
      guard case .undecodable(let position, _) = error else {
        Issue.record("thrown was \(String(describing: error))")
        return
      }
      #expect(position == head.next)
    }
    #expect(try views.status().first?.position == head)
    let stopped = try views.read { try $0.encodedRows(of: projector) }
    try views.read(asOf: head, of: [projector]) { set throws in
      #expect(try set.encodedRows(of: projector) == stopped)
    }
  }

  private func shared(_ projector: any Projector.Type, _ history: History) async throws {
    let workspace = try Workspace(projector)
    let views = try workspace.open(batchSize: 2)
    try views.catchUp()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for runner in 0..<3 {
        group.addTask {
          for round in 0..<10 {
            if runner == 0, round % 4 == 0 { try views.rebuild() }
            let reached = try views.catchUp()
            #expect(try views.read { $0.position } >= reached)
          }
        }
      }
      try await workspace.grow(with: history.events, by: 5) {}
      try await group.waitForAll()
    }
    try views.catchUp()
    #expect(try views.verify() == nil)
    #expect(try views.status().first?.lag == 0)
  }
}
