import Practice
import PracticeEvents
import PracticeSimulator
import Projection
import ReadModels
import TestSupport
import Testing

@testable import Reports

@Suite("The sums that must agree")
struct CrossFootTests {
  private static let shared = Result { try simulated() }

  private static func simulated() throws -> ReportScenario {
    var scenario = try ReportScenario()
    var simulation = try ClinicSimulation(
      seed: 23, patients: 24, years: 2, through: try CivilDate("2026-03-11"), zone: scenario.zone)
    _ = try simulation.run { scenario.record($0) }
    return scenario
  }

  @Test("agree over two simulated years, patient by patient")
  func simulatedYears() throws {
    let sums = try CrossFoot(try Self.shared.get().source(today: "2026-03-11")).sums()
    #expect(
      sums.map(\.name) == [
        "accounts and aging", "accounts and books", "cash", "packages", "sessions",
        "prescriptions",
      ])
    for sum in sums {
      #expect(sum.agrees, "\(sum.name): \(sum.left) \(sum.right) \(sum.differences)")
      // A sum of nothing proves nothing.
      #expect(sum.left.value != 0, "\(sum.name)")
    }
  }

  @Test("agree after any random commands", arguments: [21, 22])
  func randomCommands(seed: UInt64) throws {
    var commands = try RandomCommands(seed: seed)
    var scenario = try ReportScenario()
    for _ in 0..<4_000 {
      var (command, context) = commands.next()
      guard let decision = try? command.checkedDecision(scenario.memory, &context) else { continue }
      let events = decision.events(in: &context)
      commands.learn(events)
      scenario.record(events, at: context.now)
    }
    for sum in try CrossFoot(try scenario.source(today: "2026-03-11")).sums() {
      #expect(sum.agrees, "\(sum.name): \(sum.left) \(sum.right) \(sum.differences)")
    }
  }

  @Test("aging, outstanding and trial balance are one number (ERPNext #49262)")
  func oneNumber() throws {
    let scenario = try Self.shared.get()
    let source = try scenario.source(today: "2026-03-11")
    let aging = try ArAgingReport.answer([:], from: source)
    let trial = try LedgerTrialBalanceReport.answer([:], from: source)
    let credits = try ArCreditsReport.answer([:], from: source)
    func balance(_ account: String) throws -> Money {
      guard let row = trial.texts("account").firstIndex(of: account) else { return .zero }
      func money(_ column: String) throws -> Money {
        let text = trial.texts(column)[row]
        return text.isEmpty ? .zero : try Money(text)
      }
      return try money("debitBalance") - money("creditBalance")
    }
    var outstanding = Money.zero
    for patient in scenario.facts.filter({ $0.event.kind == .patientRegistered }) {
      let answer = try BalancePatientReport.answer(
        ["patient": patient.subject.description], from: source)
      outstanding += try Money(#require(answer.total("balance")))
    }
    let total = try Money(#require(aging.total("total")))
    let credit = try Money(#require(aging.total("credit")))
    #expect(total == (try balance("1100")) + (try balance("1110")))
    #expect(credit == .zero - (try balance("2110")))
    #expect(credits.total("credit") == aging.total("credit"))
    #expect(outstanding == total - credit)
  }

  @Test("a view that lost an event is found, and the patient named")
  func difference() throws {
    let scenario = try Self.shared.get()
    let lost = try #require(scenario.facts.last { $0.event.kind == .paymentReceived })
    let facts = scenario.facts.filter { $0.position != lost.position }
    var rows: [String: any RowReader] = [:]
    for projector in ReadModelCatalog.all {
      let memory = MemoryRows(of: projector)
      try memory.apply(projector == LedgerProjector.self ? facts : scenario.facts, with: projector)
      rows[projector.name] = memory
    }
    var source = try scenario.source(today: "2026-03-11")
    source.views = ViewSet(rows: rows)
    let wrong = try CrossFoot(source).sums().filter { !$0.agrees }
    #expect(wrong.map(\.name) == ["accounts and books"])
    #expect(wrong.first?.differences == [lost.subject.description])
  }

  @Test("the beancount file holds every entry, and asserts every month and the accounts")
  func beancount() throws {
    let source = try Self.shared.get().source(today: "2026-03-11")
    var journal = try BeancountJournal(source)
    var text = ""
    try journal.write { text += $0 }
    var entries = 0
    try source.ledger().forEachEntry { _ in entries += 1 }
    #expect(journal.entries == entries)
    #expect(entries > 1_000)
    let lines = text.split(separator: "\n")
    #expect(lines.count { $0.contains(" * ") } == entries)
    #expect(lines.count { $0.contains(" balance ") } > 24 * 8)
    #expect(lines.contains { $0.hasPrefix(";; As patients' accounts have them.") })
    for patient in try Self.shared.get().facts {
      if case .patientRegistered(let fact) = patient.event.fact {
        #expect(!text.contains(fact.mrn) && !text.contains(" \(fact.legalName.family) "))
      }
    }
    // A later start begins with what stood before, and says the same in the end.
    var later = try BeancountJournal(source, from: try CivilDate("2025-06-10"))
    var second = ""
    try later.write { second += $0 }
    #expect(second.contains("Balances before 2025-06-10"))
    #expect(second.split(separator: "\n").suffix(4) == lines.suffix(4))
    #expect(throws: ReportError.self) {
      try BeancountJournal(
        source, from: try CivilDate("2026-01-02"), through: try CivilDate("2026-01-01"))
    }
  }
}
