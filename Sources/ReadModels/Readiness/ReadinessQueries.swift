import Practice
import PracticeEvents
import Projection

/// Reads the folded states of all subjects, and the overrides. A patient's state is put together
/// from the three views that keep its parts.
public struct ReadinessQueries {
  /// The views it reads, all at one position.
  public static let projectors: [any Projector.Type] = [
    ReadinessProjector.self, TreatmentProgressProjector.self, BalancesProjector.self,
  ]

  private let rows: any RowReader
  private let care: any RowReader
  private let accounts: any RowReader

  /// - Throws: `ProjectionError.unknownView` when one of `projectors` is not among the views.
  public init(_ views: ViewSet) throws {
    rows = try views.rows(of: ReadinessProjector.self)
    care = try views.rows(of: TreatmentProgressProjector.self)
    accounts = try views.rows(of: BalancesProjector.self)
  }

  /// An unregistered, empty state when the patient is unknown. Its `position` and `eventCount` are
  /// not kept.
  public func patient(_ id: SubjectID) throws -> PatientState {
    let key = RowKey.subject(id)
    var state = PatientState()
    if let part = try rows.row(in: ReadinessProjector.profiles, at: key) { state.profile = part }
    if let part = try rows.row(in: ReadinessProjector.coverages, at: key) { state.coverage = part }
    if let part = try rows.row(in: ReadinessProjector.referrals, at: key) { state.referral = part }
    if let part = try rows.row(in: ReadinessProjector.schedules, at: key) { state.schedule = part }
    if let part = try care.row(in: TreatmentProgressProjector.care, at: key) { state.care = part }
    if let part = try accounts.row(in: BalancesProjector.accounts, at: key) {
      state.account = part
    }
    return state
  }

  /// Who a patient is, without the rest: for lists that only name them.
  public func profile(of patient: SubjectID) throws -> ProfileState {
    try rows.row(in: ReadinessProjector.profiles, at: .subject(patient)) ?? ProfileState()
  }

  public func practitioner(_ id: SubjectID) throws -> PractitionerState {
    try rows.row(in: ReadinessProjector.practitioners, at: .subject(id)) ?? PractitionerState()
  }

  public func referringProvider(_ id: SubjectID) throws -> ReferringProviderState {
    try rows.row(in: ReadinessProjector.referringProviders, at: .subject(id))
      ?? ReferringProviderState()
  }

  public func payer(_ id: SubjectID) throws -> PayerState {
    try rows.row(in: ReadinessProjector.payers, at: .subject(id)) ?? PayerState()
  }

  public func clinic() throws -> ClinicState {
    try rows.row(in: ReadinessProjector.clinic, at: .subject(.site)) ?? ClinicState()
  }

  /// Every patient, in order of their ids.
  public func forEachPatient(_ body: (SubjectID, PatientState) throws -> Void) throws {
    try forEach(ReadinessProjector.profiles) { id, _ in try body(id, try patient(id)) }
  }

  public func forEachPractitioner(_ body: (SubjectID, PractitionerState) throws -> Void) throws {
    try forEach(ReadinessProjector.practitioners, body)
  }

  /// Overrides whose treatment date lies in the dates, in order.
  public func overrides(_ dates: ClosedRange<CivilDate>) throws -> [OverrideEntry] {
    var found: [OverrideEntry] = []
    let first = RowKey().adding(dates.lowerBound.compact)
    try rows.forEach(in: ReadinessProjector.overrides, prefix: RowKey(), from: first) { _, row in
      guard row.dateOn <= dates.upperBound.compact else { return false }
      found.append(row)
      return true
    }
    return found
  }

  /// The gate's answer for a planned visit, from the same rules that decide it.
  public func clearance(of patient: SubjectID, for visit: PlannedVisit) throws -> Clearance {
    try clearance(of: try self.patient(patient), for: visit)
  }

  /// The same for a patient who was read already.
  public func clearance(of state: PatientState, for visit: PlannedVisit) throws -> Clearance {
    ReadyToTreat.evaluate(
      patient: state,
      practitioner: try visit.practitioner.map(practitioner) ?? PractitionerState(),
      payer: try state.payer(on: visit.date).map(payer), clinic: try clinic(), visit: visit)
  }

  private func forEach<State>(
    _ table: RowTable<State>, _ body: (SubjectID, State) throws -> Void
  ) throws {
    try rows.forEach(in: table, prefix: RowKey(), from: nil) {
      if let subject = $0.subject { try body(subject, $1) }
      return true
    }
  }
}
