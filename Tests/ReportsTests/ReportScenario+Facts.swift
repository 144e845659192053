import Practice
import PracticeEvents

/// Facts that many tests need, with the fields that reports read.
extension ReportScenario {
  /// Two patients, a therapist who works Mondays nine to five, a payer, a doctor and a catalogue.
  static func clinic() throws -> ReportScenario {
    var scenario = try ReportScenario()
    try scenario.record(
      .site, at: "2026-01-02",
      .sitePracticeProfileSet(
        .with {
          $0.name = "Clinic"
          $0.timeZone = zoneName
          $0.rooms = ["A", "B"]
        }))
    try scenario.record(
      .site, at: "2026-01-02",
      .serviceCatalogItemDefined(
        .with {
          $0.service = "med60"
          $0.serviceClass = .medical
          $0.minutes = 60
          $0.defaultCpt = "97124"
        }))
    try scenario.record(
      .therapist, at: "2026-01-02",
      .practitionerRegistered(
        .with {
          $0.name = .with { ($0.family, $0.given) = ("Rivera", "Alex") }
          $0.npi = "1234567893"
          $0.employedFrom = 20_260_101
        }))
    try scenario.record(
      .therapist, at: "2026-01-02",
      .availabilitySet(
        .with {
          $0.fromDateOn = 20_260_101
          $0.hours = [.with { ($0.weekday, $0.startMinute, $0.endMinute) = (1, 540, 1020) }]
        }))
    try scenario.record(
      .payer, at: "2026-01-02",
      .payerRegistered(
        .with {
          $0.name = "Acme Health"
          $0.payerID = "ACME1"
          $0.effectiveFrom = 20_260_101
        }))
    try scenario.record(
      .doctor, at: "2026-01-02",
      .referringProviderRegistered(
        .with { $0.name = .with { ($0.family, $0.given) = ("Okafor", "Ife") } }))
    try scenario.register(.ana, "1001", "Diaz", "Ana")
    try scenario.register(.ben, "1002", "Young", "Ben")
    return scenario
  }

  mutating func register(
    _ patient: SubjectID, _ mrn: String, _ family: String, _ given: String
  )
    throws
  {
    try record(
      patient, at: "2026-01-03",
      .patientRegistered(
        .with {
          $0.mrn = mrn
          $0.legalName = .with { ($0.family, $0.given) = (family, given) }
          $0.bornOn = 19_800_101
        }))
  }

  /// A 60-minute appointment with the therapist.
  mutating func book(
    _ id: String, _ patient: SubjectID, at time: String, room: String = "A"
  )
    throws
  {
    let start = try instant(time)
    try record(
      patient, at: "2026-02-01",
      .appointmentBooked(
        .with {
          $0.appointment = id
          $0.practitioner = SubjectID.therapist.description
          $0.room = room
          $0.service = "med60"
          $0.serviceClass = .medical
          $0.startsAt = .init(start)
          $0.endsAt = .init(start.adding(minutes: 60))
          $0.dateOn = zone.date(of: start).compact
        }))
  }

  /// A session of one procedure with its units.
  mutating func deliver(
    _ id: String, _ patient: SubjectID, at time: String, appointment: String = "",
    episode: String = "", minutes: Int = 60, units: Int32 = 4
  ) throws {
    let start = try instant(time)
    try record(
      patient, at: time,
      .sessionDelivered(
        .with {
          $0.session = id
          $0.appointment = appointment
          $0.episode = episode
          $0.practitioner = SubjectID.therapist.description
          $0.deliveredOn = zone.date(of: start).compact
          $0.startedAt = .init(start)
          $0.endedAt = .init(start.adding(minutes: minutes))
          $0.services = [
            .with {
              $0.line = 1
              $0.cpt = "97124"
              $0.minutes = Int32(minutes)
              $0.timed = true
            }
          ]
        }))
    try record(
      patient, at: time,
      .unitsDetermined(
        .with {
          $0.session = id
          $0.rule = .cmsEightMinute
          $0.lines = [
            .with { ($0.line, $0.cpt, $0.minutes, $0.units) = (1, "97124", Int32(minutes), units) }
          ]
        }))
  }

  /// A charge of four units on a line of a session.
  mutating func charge(
    _ id: String, _ patient: SubjectID, on date: String, cents: Int64,
    owedBy responsible: Responsible = .insurance, session: String = ""
  ) throws {
    let serviceOn = try on(date)
    try record(
      patient, at: date,
      .chargePosted(
        .with {
          $0.charge = id
          $0.session = session
          $0.line = 1
          $0.serviceOn = serviceOn
          $0.cpt = "97124"
          $0.units = 4
          $0.feeCentsPerUnit = cents / 4
          $0.amountCents = cents
          $0.responsible = responsible
          $0.feeScheduleVersion = "2026"
        }))
  }

  mutating func submit(
    _ claim: String, _ charge: String, _ patient: SubjectID, on date: String
  )
    throws
  {
    let submittedOn = try on(date)
    try record(
      patient, at: date,
      .claimSubmitted(
        .with {
          $0.claim = claim
          $0.submittedOn = submittedOn
          $0.lines = [.with { $0.charge = charge }]
        }))
  }

  /// The payer pays all but what it adjusts (CO-45) and leaves to the patient (PR-3).
  mutating func adjudicate(
    _ claim: String, _ charge: String, _ patient: SubjectID, on date: String, charged: Int64,
    adjusted: Int64, toPatient: Int64
  ) throws {
    let adjudicatedOn = try on(date)
    let paid = charged - adjusted - toPatient
    try record(
      patient, at: date, by: "bea", role: .biller,
      .claimAdjudicated(
        .with {
          $0.adjudication = "\(claim)-a"
          $0.claim = claim
          $0.statusCode = 1
          $0.chargeCents = charged
          $0.paidCents = paid
          $0.adjudicatedOn = adjudicatedOn
          $0.lines = [
            .with {
              $0.charge = charge
              $0.chargeCents = charged
              $0.paidCents = paid
              $0.adjustments = [
                .with { ($0.group, $0.carc, $0.amountCents) = (.co, "45", adjusted) },
                .with { ($0.group, $0.carc, $0.amountCents) = (.pr, "3", toPatient) },
              ]
            }
          ]
        }))
  }

  mutating func pay(
    _ id: String, _ patient: SubjectID, on date: String, cents: Int64,
    method: PaymentMethod = .cash, till: String = "front", applied: [String: Int64] = [:]
  ) throws {
    let receivedOn = try on(date)
    try record(
      patient, at: date,
      .paymentReceived(
        .with {
          $0.payment = id
          $0.receivedOn = receivedOn
          $0.amountCents = cents
          $0.method = method
          $0.till = till
        }))
    for (charge, part) in applied.sorted(by: { $0.key < $1.key }) {
      try record(
        patient, at: date,
        .paymentApplied(
          .with { ($0.payment, $0.charge, $0.amountCents) = (id, charge, part) }))
    }
  }
}
