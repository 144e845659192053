import Practice
import PracticeEvents
import Projection
import ReadModels

extension ReportSource {
  func readiness() throws -> ReadinessQueries {
    try ReadinessQueries(views)
  }
  func schedule() throws -> ScheduleQueries {
    ScheduleQueries(try views.rows(of: ScheduleProjector.self))
  }
  func progress() throws -> TreatmentProgressQueries {
    TreatmentProgressQueries(try views.rows(of: TreatmentProgressProjector.self))
  }
  func balances() throws -> BalancesQueries {
    BalancesQueries(try views.rows(of: BalancesProjector.self))
  }

  /// Whom a report on one patient is about.
  func subject(_ patient: SubjectID) throws -> String {
    let label = PatientLabel(try facts.patient(patient).profile)
    return "\(label.mrn) \(label.name)"
  }

  /// What hours are counted up to: the later of the last event's recording and the start of today.
  /// It comes from the source and not from a clock, so that the same source gives the same answer.
  var countedUpTo: Instant {
    max(asOf.recordedAt ?? zone.startOfDay(today), zone.startOfDay(today))
  }
}

/// What people call patients and those around them; remembers, because a list names the same ones
/// again and again.
final class NameBook {
  private let readiness: ReadinessQueries
  private var patients: [String: PatientLabel] = [:]
  private var others: [String: String] = [:]

  init(_ readiness: ReadinessQueries) { self.readiness = readiness }

  /// - Parameter id: UUID text of the patient's stream.
  func patient(_ id: String) throws -> PatientLabel {
    if let known = patients[id] { return known }
    let profile = try (try? SubjectID(id)).map { try readiness.profile(of: $0) }
    let label = PatientLabel(profile ?? ProfileState())
    patients[id] = label
    return label
  }

  /// - Parameter id: UUID text of the practitioner's stream.
  /// - Returns: e.g. `Rivera, A.`; empty when nobody is named.
  func practitioner(_ id: String) throws -> String {
    try other(id) { try readiness.practitioner($0).current.name.short }
  }
  func referringProvider(_ id: String) throws -> String {
    try other(id) { try readiness.referringProvider($0).current.name.short }
  }
  func payer(_ id: String) throws -> String {
    try other(id) { try readiness.payer($0).current.name }
  }

  private func other(_ id: String, _ read: (SubjectID) throws -> String) throws -> String {
    if let known = others[id] { return known }
    let name = try (try? SubjectID(id)).map(read) ?? ""
    others[id] = name
    return name
  }
}

/// How a patient stands in a list: the MRN, and as much of the name as tells people apart.
struct PatientLabel: Hashable, Comparable {
  let mrn: String
  let name: String

  init(_ profile: ProfileState) {
    mrn = profile.current.mrn
    name = profile.current.legalName.short
  }

  static let columns = [
    Column("mrn", "MRN", .patient), Column("patient", "Patient", .text),
  ]
  var cells: [Cell] { [.word(mrn), .word(name)] }

  static func < (left: PatientLabel, right: PatientLabel) -> Bool {
    (left.mrn, left.name) < (right.mrn, right.name)
  }
}

extension PersonName {
  /// Family name and the initial of the given name: `Rivera, A.`
  var short: String {
    guard let initial = given.first else { return family }
    return "\(family), \(initial)."
  }
}

extension Cell {
  /// No cell for an empty text.
  static func word(_ text: String) -> Cell { text.isEmpty ? .none : .text(text) }
  /// No cell for 0 or what is not a date, CCYYMMDD.
  static func day(_ compact: Int32) -> Cell {
    compact.civilDate.map(Cell.date) ?? .none
  }
  static func cents(_ cents: Int64) -> Cell { .money(Money(cents: cents)) }
  /// Hours from minutes, in hundredths, halves rounded up.
  static func hours(minutes: Int) -> Cell { .hundredths((minutes * 100 + 30) / 60) }
  /// `count` of `whole` in tenths of a percent; no cell of nothing.
  static func share(_ count: Int, of whole: Int) -> Cell {
    guard whole > 0 else { return .none }
    return .rate(Rate(milliPercent: Int64((2000 * count + whole) / (2 * whole) * 100)))
  }
}

extension Appointment {
  /// What the gate has to judge: the service's usual procedure on the appointment's day.
  func plannedVisit(_ clinic: ClinicState) -> PlannedVisit? {
    guard let date = dateOn.civilDate else { return nil }
    let cpt = (clinic.service(service)?.defaultCpt).flatMap { try? ProcedureCode($0) }
    return PlannedVisit(
      date: date, serviceClass: serviceClass, practitioner: try? SubjectID(practitioner),
      cpt: cpt.map { [$0] } ?? [], episode: episode.isEmpty ? nil : episode,
      excludingAppointment: appointment)
  }

  /// Whether treatment is still to come, so that the gate has something to say.
  var awaitsTreatment: Bool { isAwaited || status == .checkedIn }
}

extension PatientState {
  /// The first appointment from a date on that is still to happen.
  ///
  /// - Parameter medicalOnly: leaves out visits for relaxation; a class that this program does not
  ///   know counts as medical, as it does at the gate.
  func nextAppointment(from date: CivilDate, medicalOnly: Bool = false) -> Appointment? {
    schedule.appointments.values
      .filter { $0.awaitsTreatment && $0.dateOn >= date.compact }
      .filter { !medicalOnly || $0.serviceClass != .relaxation }
      .min { ($0.startsAtUs, $0.appointment) < ($1.startsAtUs, $1.appointment) }
  }
}

extension AppointmentStatus {
  var text: String {
    switch self {
    case .booked: "booked"
    case .confirmed: "confirmed"
    case .checkedIn: "checked in"
    case .completed: "completed"
    case .cancelled: "cancelled"
    case .noShow: "no-show"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }
}
