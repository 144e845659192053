import Practice
import PracticeEvents
import PracticeSimulator
import Projection
import ProjectorContract
import ReadModels
import Testing

/// A year of a small simulated clinic, made once.
enum SimulatedYear {
  static let facts: [RecordedFact] = {
    var memory = FactMemory()
    var facts: [RecordedFact] = []
    do {
      var simulation = try ClinicSimulation(
        seed: 11, patients: 12, years: 1, through: CivilDate("2026-03-31"))
      _ = try simulation.run { command in
        for (index, event) in command.events.enumerated() {
          facts += memory.record([event], at: command.recordedAt(ofEvent: index))
        }
      }
    } catch {
      Issue.record(error, "the simulation failed")
    }
    return facts
  }()
}

@Suite("Every read model keeps the projector's contract")
struct ReadModelContractTests {
  @Test("schedule", arguments: ContractCheck.allCases)
  func schedule(_ check: ContractCheck) async throws {
    try await check.run(ScheduleProjector.self, on: SimulatedYear.facts)
  }

  @Test("treatment progress", arguments: ContractCheck.allCases)
  func treatmentProgress(_ check: ContractCheck) async throws {
    try await check.run(TreatmentProgressProjector.self, on: SimulatedYear.facts)
  }

  @Test("balances", arguments: ContractCheck.allCases)
  func balances(_ check: ContractCheck) async throws {
    try await check.run(BalancesProjector.self, on: SimulatedYear.facts)
  }

  @Test("readiness", arguments: ContractCheck.allCases)
  func readiness(_ check: ContractCheck) async throws {
    try await check.run(ReadinessProjector.self, on: SimulatedYear.facts)
  }

  @Test("remittances", arguments: ContractCheck.allCases)
  func remittances(_ check: ContractCheck) async throws {
    try await check.run(RemittancesProjector.self, on: RemittanceHistory.facts)
  }

  @Test("ledger", arguments: ContractCheck.allCases)
  func ledger(_ check: ContractCheck) async throws {
    try await check.run(LedgerProjector.self, on: SimulatedYear.facts)
  }
}

@Suite("A read model's row is the fold of its subject's facts")
struct RowsAreFoldsTests {
  private let bySubject = Dictionary(grouping: SimulatedYear.facts, by: \.subject)

  private func rows(_ projector: (some Projector).Type) throws -> MemoryRows {
    let rows = MemoryRows(of: projector)
    try rows.apply(SimulatedYear.facts, with: projector)
    return rows
  }

  @Test("each patient's readiness row is the state that decisions fold")
  func readiness() throws {
    let views: [String: any RowReader] = [
      ReadinessProjector.name: try rows(ReadinessProjector.self),
      TreatmentProgressProjector.name: try rows(TreatmentProgressProjector.self),
      BalancesProjector.name: try rows(BalancesProjector.self),
    ]
    let queries = try ReadinessQueries(ViewSet(rows: views))
    var count = 0
    try queries.forEachPatient { patient, row in
      var state = PatientState()
      for fact in bySubject[patient] ?? [] { state.apply(fact) }
      // A view keeps neither.
      (state.position, state.eventCount) = (0, 0)
      #expect(row == state)
      count += 1
    }
    #expect(count >= 12)
  }

  @Test("each account row equals the account that decisions fold, and its open items add up to it")
  func balances() throws {
    let queries = BalancesQueries(try rows(BalancesProjector.self))
    var receivables: Int64 = 0
    try queries.forEachAccount { patient, row in
      var account = AccountState()
      for fact in bySubject[patient] ?? [] { account.apply(fact) }
      #expect(row == account)
      #expect(row.isBalanced())
      receivables += row.receivableCents.insurance + row.receivableCents.patient
    }
    var open: Int64 = 0
    try queries.forEachOpenAccount { _, account in
      open += account.items.reduce(0) { $0 + $1.insuranceOpenCents + $1.patientOpenCents }
    }
    #expect(open == receivables)
  }

  @Test("each appointment stands once, on the day it was last moved to")
  func schedule() throws {
    let queries = ScheduleQueries(try rows(ScheduleProjector.self))
    let listed = try queries.appointments(CivilDate.earliest...CivilDate.latest)
    #expect(Set(listed.map(\.appointment)).count == listed.count)
    #expect(!listed.isEmpty)
    var folded: [String: Appointment] = [:]
    for facts in bySubject.values {
      var schedule = ScheduleState()
      for fact in facts { schedule.apply(fact) }
      folded.merge(schedule.appointments) { $1 }
    }
    #expect(folded.count == listed.count)
    for appointment in listed {
      #expect(folded[appointment.appointment] == appointment)
      #expect(try queries.appointment(appointment.appointment) == appointment)
    }
  }
}
