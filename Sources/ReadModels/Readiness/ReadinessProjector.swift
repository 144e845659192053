import Practice
import PracticeEvents
import Projection

/// What the gate before treatment looks at, and the worklists drawn from it. A patient's care and
/// account are in views of their own, which `ReadinessQueries` reads along.
public struct ReadinessProjector: Projector {
  public static let name = "readiness"
  public static let version: UInt32 = 3
  public static let tables = [
    profiles.name, coverages.name, referrals.name, schedules.name, practitioners.name,
    referringProviders.name, payers.name, clinic.name, overrides.name,
  ]
  /// What a part of a patient's state takes, and what is said of practitioners (151 to 161), of payers and
  /// of the clinic (551 to 558, and the packages it offers).
  public static let kinds: Set<PracticeEvent.Kind>? = Set(
    PracticeEvent.Kind.catalogue.map(\.kind).filter { kind in
      ProfileState.concerns(kind) || CoverageState.concerns(kind) || ReferralState.concerns(kind)
        || ScheduleState.concerns(kind) || kind == .packageDefined
        || (150...199).contains(kind.rawValue) || (550...558).contains(kind.rawValue)
    })

  // Patient → a part of the patient's state.
  static let profiles = RowTable<ProfileState>("profiles")
  static let coverages = RowTable<CoverageState>("coverages")
  static let referrals = RowTable<ReferralState>("referrals")
  static let schedules = RowTable<ScheduleState>("schedules")

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
      try foldPart(fact, Self.profiles, &rows)
      try foldPart(fact, Self.coverages, &rows)
      try foldPart(fact, Self.referrals, &rows)
      try foldPart(fact, Self.schedules, &rows)
      if fact.kind == .treatmentClearanceOverridden,
        case .treatmentClearanceOverridden(let override) = fact.event.fact
      {
        try list(override, fact, &rows)
      }
    case .practitioner: try fold(fact, Self.practitioners, &rows)
    case .referringProvider: try fold(fact, Self.referringProviders, &rows)
    case .payer: try fold(fact, Self.payers, &rows)
    case .site: try fold(fact, Self.clinic, &rows)
    case .system, .codeLists, .books, nil: break
    }
  }

  private func foldPart<Part: PatientPart>(
    _ fact: RecordedFact, _ table: RowTable<Part>, _ rows: inout some RowWriter
  ) throws {
    guard let kind = fact.kind, Part.concerns(kind) else { return }
    try fold(fact, table, &rows)
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
