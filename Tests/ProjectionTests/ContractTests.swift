import PracticeEvents
import Projection
import ProjectorContract
import Testing

@Suite("The contract of projectors")
struct ContractTests {
  @Test("a simple projector keeps the contract", arguments: ContractCheck.allCases)
  func consents(_ check: ContractCheck) async throws {
    try await check.run(ConsentProjector.self, on: ConsentHistory.facts(60))
  }

  @Test("a projector of every kind keeps the contract", arguments: ContractCheck.allCases)
  func activity(_ check: ContractCheck) async throws {
    try await check.run(ActivityProjector.self, on: ConsentHistory.facts(60))
  }

  @Test("a projector with a memory of its own breaks the contract")
  func impure() async throws {
    await withKnownIssue {
      try await ContractCheck.anyBatchSize.run(BatchCounter.self, on: ConsentHistory.facts(60))
    }
  }
}

/// Counts how often it was made: not a function of its rows and the fact.
private struct BatchCounter: Projector {
  static let name = "batches"
  static let version: UInt32 = 1
  static let tables = ["total"]
  static let kinds: Set<PracticeEvent.Kind>? = nil
  private final class Memory { var isUsed = false }
  private nonisolated(unsafe) let memory = Memory()  // Proof: each instance stays on one thread.

  func apply(_ fact: RecordedFact, to rows: inout some RowWriter) throws {
    guard !memory.isUsed else { return }
    memory.isUsed = true
    try rows.update(in: ActivityProjector.total, at: ActivityProjector.key) { $0.value += 1 }
  }
}
