import Practice
import PracticeEvents
import Projection

public enum AuditStateReport: Report {
  public static let name = "audit.state"
  public static let title = "What is known of a patient"
  public static let summary =
    "A patient's standing in short: balance, open items, the gate, what is used up and what is due."
  public static let roles: Set<Role> = []
  public static let parameters: [Parameter] = [.required("patient", .patient, "MRN or id")]
  public static let columns = [
    Column("area", "Area", .text), Column("item", "Item", .text), Column("value", "Value", .text),
  ]
  public static let key = ["area", "item"]
  public static let projectors: [any Projector.Type] = []

  public static func kinds(behind row: [Cell]) -> Set<PracticeEvent.Kind>? {
    guard row.first == .text("balance") else { return nil }
    return Set(PracticeEvent.Kind.catalogue.map(\.kind).filter(AccountState.concerns))
  }

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let patient = try arguments.requiredSubject("patient")
    let state = try source.facts.patient(patient)
    let visit = PlannedVisit(date: source.today, serviceClass: .medical)
    let clearance = try source.facts.clearance(of: patient, for: visit)
    let lines =
      account(state.account) + gate(clearance) + coverage(state) + care(state.care)
      + appointments(state.schedule)
    return ReportBody(
      subject: try source.subject(patient),
      rows: lines.map { [.text($0.area), .text($0.item), .word($0.value)] },
      notes: [
        "\(state.eventCount) events. The gate is judged for a medical visit on \(source.today) by "
          + "any licensed therapist (B5 and B6 are the therapist's)."
      ])
  }

  private struct Line {
    var area: String
    var item: String
    var value: String
  }

  private static func account(_ account: AccountState) -> [Line] {
    func line(_ item: String, _ cents: Int64) -> Line {
      Line(area: "balance", item: item, value: Money(cents: cents).grouped)
    }
    let owed = account.receivableCents
    let charges = account.charges.sorted { $0.key < $1.key }.filter {
      $0.value.insuranceOpenCents != 0 || $0.value.patientOpenCents != 0
    }
    let credits = account.payments.sorted { $0.key < $1.key }.filter {
      $0.value.unappliedCents != 0
    }
    return [
      line("balance", account.balanceCents), line("insurer owes", owed.insurance),
      line("patient owes", owed.patient), line("credit", account.unappliedCents),
    ]
      + charges.map { id, charge in
        Line(
          area: "open items", item: id,
          value: "insurer \(Money(cents: charge.insuranceOpenCents).grouped), "
            + "patient \(Money(cents: charge.patientOpenCents).grouped)")
      }
      + credits.map { id, payment in
        Line(
          area: "open items", item: id,
          value: "credit \(Money(cents: payment.unappliedCents).grouped)")
      }
  }

  private static func gate(_ clearance: Clearance) -> [Line] {
    [
      Line(
        area: "gate", item: "medical visit",
        value: clearance.isReady
          ? "ready" : clearance.blocks.map(\.code.rawValue).joined(separator: ", ")),
      Line(area: "gate", item: "pays", value: clearance.selfPay ? "patient" : "insurer"),
    ] + clearance.blocks.map { Line(area: "gate", item: $0.code.rawValue, value: $0.text) }
      + clearance.warnings.map { Line(area: "gate", item: $0.code.rawValue, value: $0.text) }
  }

  private static func coverage(_ state: PatientState) -> [Line] {
    let coverages = state.coverage.coverages.sorted { $0.key < $1.key }.map { id, coverage in
      let answer = coverage.verifications.last { !$0.voided }
      return Line(
        area: "coverage", item: id,
        value: ["through": coverage.effectiveThrough, "verified": answer?.answeredOn ?? 0]
          .sorted { $0.key < $1.key }
          .compactMap { word, day in day.civilDate.map { "\(word) \($0)" } }
          .joined(separator: ", "))
    }
    let authorizations = state.coverage.authorizations.sorted { $0.key < $1.key }.map {
      Line(
        area: "authorizations", item: $0.key,
        value: $0.value.visitsLeft().map { "\($0) visits left" } ?? "")
    }
    let prescriptions = state.referral.prescriptions.sorted { $0.key < $1.key }.map {
      let left = $0.value.visitsLeft().map { "\($0) visits left" } ?? "visits not limited"
      let end = $0.value.revokedOn.civilDate.map { ", revoked from \($0)" } ?? ""
      return Line(area: "prescriptions", item: $0.key, value: left + end)
    }
    return coverages + authorizations + prescriptions
  }

  private static func care(_ care: CareState) -> [Line] {
    let sessions = care.sessions.sorted { $0.key < $1.key }.map { id, session in
      let amended = care.notes[session.note].map {
        ($0.amendments.isEmpty ? "" : ", amended \($0.amendments.count)×")
          + ($0.addenda.isEmpty ? "" : ", addenda \($0.addenda.count)")
      }
      let day = session.delivered.deliveredOn.civilDate.map { "\($0)" } ?? ""
      return Line(
        area: "sessions", item: id,
        value: session.voided
          ? "\(day), voided" : "\(day), note " + (amended.map { "signed\($0)" } ?? "not signed"))
    }
    let goals = care.goals.sorted { $0.key < $1.key }.filter { $0.value.status == .open }.map {
      Line(
        area: "open goals", item: $0.key,
        value: $0.value.set.dueOn.civilDate.map { "due \($0)" } ?? "")
    }
    return sessions + goals
  }

  private static func appointments(_ schedule: ScheduleState) -> [Line] {
    schedule.appointments.sorted { $0.key < $1.key }.filter { $0.value.awaitsTreatment }.map {
      Line(
        area: "appointments", item: $0.key,
        value: "\($0.value.status.text)"
          + ($0.value.dateOn.civilDate.map { ", \($0)" } ?? ""))
    }
  }
}
