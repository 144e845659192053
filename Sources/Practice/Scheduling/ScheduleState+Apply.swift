import PracticeEvents

extension ScheduleState: FoldedState {
  public mutating func apply(_ recorded: RecordedFact) {
    if let changed = change(by: recorded) {
      appointments[changed]?.changedAtUs = recorded.recordedAt
    } else {
      applyToLists(recorded)
    }
  }

  /// - Returns: the appointment that the fact is about, if it is about one.
  private mutating func change(by recorded: RecordedFact) -> String? {
    switch recorded.event.fact {
    case .appointmentBooked(let fact):
      appointments[fact.appointment] = Appointment(fact, recorded)
      return fact.appointment
    case .appointmentRescheduled(let fact):
      // The index of the new day holds the move but not the booking before it, so the move makes
      // the appointment known there.
      appointments[fact.appointment, default: Appointment()].move(fact, patient: recorded.subject)
      return fact.appointment
    case .appointmentConfirmed(let fact):
      appointments[fact.appointment]?.status = .confirmed
      return fact.appointment
    case .reminderSent(let fact):
      appointments[fact.appointment]?.remindedAtUs = recorded.event.occurredAt.instant.microseconds
      return fact.appointment
    case .appointmentCancelled(let fact):
      appointments[fact.appointment]?.status = .cancelled
      appointments[fact.appointment]?.lateCancellation = fact.late
      appointments[fact.appointment]?.cancelledByPatient = fact.byPatient
      return fact.appointment
    case .appointmentNoShowRecorded(let fact):
      appointments[fact.appointment]?.recordMiss()
      return fact.appointment
    case .appointmentNoShowReversed(let fact):
      appointments[fact.appointment]?.reverseMiss()
      return fact.appointment
    case .patientCheckedIn(let fact):
      appointments[fact.appointment]?.status = .checkedIn
      appointments[fact.appointment]?.checkedInAtUs = fact.checkedInAt.instant.microseconds
      return fact.appointment
    case .treatmentClearanceOverridden(let fact):
      appointments[fact.appointment]?.overrides.append(fact)
      return fact.appointment
    case .sessionDelivered(let fact):
      appointments[fact.appointment]?.status = .completed
      appointments[fact.appointment]?.session = fact.session
      return fact.appointment
    case .sessionVoided(let fact):
      return reopen(after: fact.session)
    default:
      return nil
    }
  }

  private mutating func applyToLists(_ recorded: RecordedFact) {
    switch recorded.event.fact {
    case .recurringSeriesBooked(let fact):
      series[fact.series] = fact
    case .waitlistJoined(let fact):
      var entry = WaitlistEntry()
      entry.joined = fact
      entry.patient = recorded.subject.description
      entry.joinedOn = recorded.event.effectiveOn
      waiting[fact.waitlistEntry] = entry
    case .waitlistSlotOffered(let fact):
      waiting[fact.waitlistEntry]?.offers.append(fact)
    case .waitlistFilled(let fact):
      waiting[fact.waitlistEntry]?.appointment = fact.appointment
    case .waitlistLeft(let fact):
      waiting[fact.waitlistEntry]?.left = true
    default:
      break
    }
  }

  /// A voided session did not happen as recorded; the right one may be recorded in its place.
  private mutating func reopen(after session: String) -> String? {
    guard
      let (id, appointment) = appointments.first(where: {
        !session.isEmpty && $0.value.session == session
      })
    else { return nil }
    appointments[id]?.session = ""
    appointments[id]?.status = appointment.checkedInAtUs == 0 ? .booked : .checkedIn
    return id
  }
}

extension Appointment {
  fileprivate init(_ fact: AppointmentBooked, _ recorded: RecordedFact) {
    self.init()
    let patient = recorded.subject
    bookedAtUs = recorded.recordedAt
    series = fact.series
    practitionerTurnoverMinutes = fact.practitionerTurnoverMinutes
    outsideHours = fact.outsideHours
    appointment = fact.appointment
    self.patient = patient.description
    practitioner = fact.practitioner
    room = fact.room
    service = fact.service
    serviceClass = fact.serviceClass
    startsAtUs = fact.startsAt.instant.microseconds
    endsAtUs = fact.endsAt.instant.microseconds
    dateOn = fact.dateOn
    episode = fact.episode
    turnoverMinutes = fact.turnoverMinutes
    status = .booked
  }

  fileprivate mutating func move(_ fact: AppointmentRescheduled, patient: SubjectID) {
    if fact.late { lateMoveFromOn = fact.previousDateOn }
    remindedAtUs = 0
    practitionerTurnoverMinutes = fact.practitionerTurnoverMinutes
    outsideHours = fact.outsideHours
    appointment = fact.appointment
    self.patient = patient.description
    practitioner = fact.practitioner
    room = fact.room
    startsAtUs = fact.startsAt.instant.microseconds
    endsAtUs = fact.endsAt.instant.microseconds
    dateOn = fact.dateOn
    turnoverMinutes = fact.turnoverMinutes
    // A confirmation was of the old time.
    status = .booked
    timesRescheduled &+= 1
  }

  fileprivate mutating func recordMiss() {
    if status != .noShow { statusBeforeNoShow = status }
    status = .noShow
  }

  fileprivate mutating func reverseMiss() {
    guard status == .noShow else { return }
    status = statusBeforeNoShow == .unspecified ? .booked : statusBeforeNoShow
    statusBeforeNoShow = .unspecified
  }
}

extension Appointment {
  public var startsAt: Instant { Instant(microseconds: startsAtUs) }
  public var endsAt: Instant { Instant(microseconds: endsAtUs) }

  /// Whether it is still to happen or happened: it takes its practitioner, room and patient.
  public var takesTime: Bool { status != .cancelled && status != .noShow }

  /// Codes of the blocks that a supervisor let pass for the visit as it stands: on its day, with its
  /// practitioner. A move to another day or practitioner needs another look.
  public var overriddenBlocks: [String] { overriddenBlocks(upToUnits: 0) }

  /// The same for a visit of so many billable units: an override of a missing authorization that
  /// names units lets no more of them pass.
  public func overriddenBlocks(upToUnits units: Int) -> [String] {
    overrides.filter {
      $0.dateOn == dateOn && ($0.practitioner.isEmpty || $0.practitioner == practitioner)
    }.flatMap { override in
      let isEnough = override.units == 0 || units <= Int(override.units)
      return override.blocks.filter {
        isEnough || $0 != ClearanceBlock.Code.authorization.rawValue
      }
    }
  }

  /// Booked or confirmed: nobody came yet, and it may be moved or cancelled.
  public var isAwaited: Bool { status == .booked || status == .confirmed }
}
