import Practice
import PracticeEvents
import PracticeSimulator
import Testing

@testable import Reports

/// A year of a made-up clinic, recorded through the real decisions: what any report says of it has
/// to agree with what the others say.
@Suite("Reports on a simulated clinic")
struct SimulatedClinicTests {
  private static let today = "2026-03-11"
  private static let shared = Result { try simulated() }
  private var clinic: ReportScenario {
    get throws { try Self.shared.get() }
  }

  private static func simulated() throws -> ReportScenario {
    var scenario = try ReportScenario()
    var simulation = try ClinicSimulation(
      seed: 7, patients: 16, years: 1, through: try CivilDate(today), zone: scenario.zone)
    _ = try simulation.run { scenario.record($0) }
    return scenario
  }

  private func patients() throws -> [SubjectID] {
    try clinic.facts.filter { $0.event.kind == .patientRegistered }.map(\.subject)
  }

  private func money(_ text: String?) throws -> Money { try Money(#require(text)) }

  @Test("what accounts say adds up to receivables less credit, and every account is explained")
  func balances() throws {
    let source = try clinic.source(today: Self.today)
    var sum = Money.zero
    for patient in try patients() {
      let parameters = ["patient": patient.description]
      let balance = try BalancePatientReport.answer(parameters, from: source)
      let explained = try BalanceExplainReport.answer(parameters, from: source)
      #expect(balance.total("balance") == explained.total("open"))
      sum += try money(balance.total("balance"))
    }
    let aging = try ArAgingReport.answer([:], from: source)
    #expect(try sum == money(aging.total("total")) - money(aging.total("credit")))
    #expect(aging.body.rows.count > 3)
  }

  @Test("the money of all days is what was received less what went back")
  func cash() throws {
    var expected: Int64 = 0
    var amounts: [String: Int64] = [:]
    var days: Set<Int32> = []
    for fact in try clinic.facts {
      switch fact.event.fact {
      case .paymentReceived(let payment):
        amounts[payment.payment] = payment.amountCents
        expected += payment.amountCents
        days.insert(payment.receivedOn)
      case .refundIssued(let refund):
        expected -= refund.amountCents
        days.insert(refund.refundedOn)
      case .paymentReversed(let reversal):
        expected -= amounts[reversal.payment] ?? 0
        days.insert(reversal.reversedOn)
      case .remittanceReceived(let remittance):
        expected += remittance.amountCents
        days.insert(remittance.effectiveOn)
      default: break
      }
    }
    let source = try clinic.source(today: Self.today)
    let net = try days.reduce(Money.zero) { sum, day in
      let answer = try CashDailyReport.answer(
        ["date": try CivilDate(compact: day).description], from: source)
      return sum + (try money(answer.total("net")))
    }
    #expect(net.cents == expected)
    #expect(days.count > 50)
  }

  @Test("the audit of all patients lists every event of theirs once, each with what it says")
  func audit() throws {
    let source = try clinic.source(today: Self.today)
    let positions = try patients().flatMap { patient in
      let answer = try AuditPatientReport.answer(["patient": patient.description], from: source)
      #expect(!answer.texts("summary").contains(""))
      return answer.texts("position")
    }
    let expected = try clinic.facts.filter { $0.subjectKind == .patient }.map {
      String($0.position)
    }
    #expect(positions.count == expected.count)
    #expect(Set(positions) == Set(expected))
  }

  @Test("the gate agrees with itself in the day's schedule and in the list of what is ready")
  func gate() throws {
    let source = try clinic.source(today: Self.today)
    let dates = try clinic.facts.compactMap { fact -> Int32? in
      if case .appointmentBooked(let booked) = fact.event.fact { booked.dateOn } else { nil }
    }
    let upcoming = Set(dates).filter { $0 >= 20_260_311 }.sorted().prefix(5)
    #expect(!upcoming.isEmpty)
    for date in upcoming {
      let parameters = ["date": try CivilDate(compact: date).description]
      let day = try ScheduleDayReport.answer(parameters, from: source)
      let ready = try ReadyReport.answer(parameters, from: source)
      #expect(day.cells("ready").filter { $0 != .none } == ready.cells("ready"))
    }
  }

  @Test("every report can be asked of a year, row by row of its columns")
  func shape() throws {
    let first = try #require(try patients().first)
    let therapist = try clinic.facts.first { $0.event.kind == .practitionerRegistered }
    let source = try clinic.source(today: Self.today)
    let sessions = try clinic.facts.compactMap { fact -> String? in
      if case .sessionDelivered(let delivered) = fact.event.fact { delivered.session } else { nil }
    }
    let session = try #require(sessions.first)
    let appointments = try clinic.facts.compactMap { fact -> String? in
      if case .appointmentNoShowRecorded(let missed) = fact.event.fact {
        missed.appointment
      } else {
        nil
      }
    }
    let appointment = try #require(appointments.first)
    let claims = try clinic.facts.compactMap { fact -> String? in
      if case .claimAdjudicated(let answer) = fact.event.fact { answer.claim } else { nil }
    }
    let claim = try #require(claims.first)
    for report in ReportCatalog.all {
      var parameters: [String: String] = [:]
      if report.name == "session.explain" { parameters["session"] = session }
      if report.name == "appointment.explain" { parameters["appointment"] = appointment }
      if report.name == "ledger.account" { parameters["account"] = "1100" }
      if report.name == "claims.explain" { parameters["claim"] = claim }
      for parameter in report.parameters {
        if parameter.kind == .patient { parameters[parameter.name] = first.description }
        if parameter.name == "user" { parameters["user"] = "marisol" }
        if parameter.kind == .practitioner, parameter.isRequired {
          parameters[parameter.name] = therapist?.subject.description
        }
        if parameter.name == "from" { parameters[parameter.name] = "2025-03-11" }
      }
      let answer = try report.answer(parameters, from: source)
      for row in answer.body.rows { #expect(row.count == answer.columns.count, "\(report.name)") }
      for width in [80, 120] {
        let text = try ReportFormat.table.render(answer, width: width)
        let widest = text.split(separator: "\n").map(\.columns).max() ?? 0
        #expect(widest <= width, "\(report.name)")
      }
    }
  }
}
