import Practice
import PracticeEvents
import Projection

/// Everything the gate before treatment looks at, and the worklists drawn from it.
public struct ReadinessProjector: Projector {
  public static let name = "readiness"
  public static let version: UInt32 = 2
  public static let tables = [
    patients.name, profiles.name, practitioners.name, referringProviders.name, payers.name,
    clinic.name,
    overrides.name,
  ]
  public static let kinds: Set<PracticeEvent.Kind>? = nil

  static let patients = RowTable<PatientState>("patients")
  /// The part of a patient that names them, so that lists need not read the whole.
  static let profiles = RowTable<ProfileState>("profiles")
  static let practitioners = RowTable<PractitionerState>("practitioners")
  static let referringProviders = RowTable<ReferringProviderState>("referring-providers")
  static let payers = RowTable<PayerState>("payers")
  /// One row, at the site's stream.
  static let clinic = RowTable<ClinicState>("clinic")
  /// Date, position → the override.
  static let overrides = RowTable<OverrideEntry>("overrides")

  public init() {}

  public func apply(_ fact: RecordedFact, to rows: inout some RowWriter) throws {
    switch fact.subjectKind {
    case .patient:
      try fold(fact, Self.patients, &rows)
      switch fact.event.fact {
      case .patientRegistered, .patientDemographicsChanged: try fold(fact, Self.profiles, &rows)
      default: break
      }
      if case .treatmentClearanceOverridden(let override) = fact.event.fact {
        try list(override, fact, &rows)
      }
    case .practitioner: try fold(fact, Self.practitioners, &rows)
    case .referringProvider: try fold(fact, Self.referringProviders, &rows)
    case .payer: try fold(fact, Self.payers, &rows)
    case .site: try fold(fact, Self.clinic, &rows)
    case .system, .codeLists, .books, nil: break
    }
  }

  private func fold<State: FoldedState>(
    _ fact: RecordedFact, _ table: RowTable<State>, _ rows: inout some RowWriter
  ) throws {
    try rows.update(in: table, at: .subject(fact.subject)) { (state: inout State) in
      state.apply(fact)
    }
  }

  private func list(
    _ override: TreatmentClearanceOverridden, _ fact: RecordedFact, _ rows: inout some RowWriter
  ) throws {
    var entry = OverrideEntry()
    entry.patient = fact.subject.description
    entry.appointment = override.appointment
    entry.blocks = override.blocks
    entry.user = fact.event.actor.user
    entry.initials = fact.event.actor.initials
    entry.reason = fact.event.reason
    entry.dateOn = override.dateOn
    entry.recordedAtUs = fact.recordedAt
    entry.position = fact.position
    entry.event = fact.eventID
    try rows.set(
      entry, in: Self.overrides, at: RowKey().adding(override.dateOn).adding(fact.position))
  }
}
