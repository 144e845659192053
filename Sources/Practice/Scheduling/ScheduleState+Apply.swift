import PracticeEvents

extension ScheduleState: FoldedState {
  public mutating func apply(_ recorded: RecordedFact) {
    switch recorded.event.fact {
    case .appointmentBooked(let fact):
      appointments[fact.appointment] = Appointment(fact, recorded)
    case .appointmentRescheduled(let fact):
      // The index of the new day holds the move but not the booking before it, so the move makes
      // the appointment known there.
      appointments[fact.appointment, default: Appointment()].apply(recorded)
    case .sessionVoided(let fact):
      let id = appointments.first { $0.value.session == fact.session }?.key
      if let id { appointments[id]?.apply(recorded) }
    case .recurringSeriesBooked(let fact):
      series[fact.series] = fact
    case .waitlistJoined(let fact):
      waiting[fact.waitlistEntry] = WaitlistEntry(fact, recorded)
    default:
      if let id = recorded.appointment {
        appointments.change(id) { $0.apply(recorded) }
      } else if let id = recorded.waitlistEntry {
        waiting[id]?.apply(recorded)
      }
    }
  }
}

extension RecordedFact {
  /// The appointment that the fact names and changes; nil for others, and for a voided session's.
  public var appointment: String? {
    switch event.fact {
    case .appointmentBooked(let fact): fact.appointment
    case .appointmentRescheduled(let fact): fact.appointment
    case .appointmentConfirmed(let fact): fact.appointment
    case .appointmentCancelled(let fact): fact.appointment
    case .appointmentNoShowRecorded(let fact): fact.appointment
    case .appointmentNoShowReversed(let fact): fact.appointment
    case .reminderSent(let fact): fact.appointment
    case .patientCheckedIn(let fact): fact.appointment
    case .treatmentClearanceOverridden(let fact): fact.appointment
    case .sessionDelivered(let fact): fact.appointment
    default: nil
    }
  }

  /// The entry of the waiting list that the fact makes or changes.
  public var waitlistEntry: String? {
    switch event.fact {
    case .waitlistJoined(let fact): fact.waitlistEntry
    case .waitlistSlotOffered(let fact): fact.waitlistEntry
    case .waitlistFilled(let fact): fact.waitlistEntry
    case .waitlistLeft(let fact): fact.waitlistEntry
    default: nil
    }
  }
}

extension WaitlistEntry: FoldedState {
  init(_ fact: WaitlistJoined, _ recorded: RecordedFact) {
    self.init()
    joined = fact
    patient = recorded.subject.description
    joinedOn = recorded.event.effectiveOn
  }

  /// Applies a fact that names this entry.
  public mutating func apply(_ recorded: RecordedFact) {
    switch recorded.event.fact {
    case .waitlistJoined(let fact): self = WaitlistEntry(fact, recorded)
    case .waitlistSlotOffered(let fact): offers.append(fact)
    case .waitlistFilled(let fact): appointment = fact.appointment
    case .waitlistLeft: left = true
    default: break
    }
  }
}

extension Appointment: FoldedState {
  /// Applies a fact that names this appointment, or that voids its session.
  public mutating func apply(_ recorded: RecordedFact) {
    switch recorded.event.fact {
    case .appointmentBooked(let fact):
      self = Appointment(fact, recorded)
    case .appointmentRescheduled(let fact):
      move(fact, patient: recorded.subject)
    case .appointmentConfirmed:
      status = .confirmed
    case .reminderSent:
      remindedAtUs = recorded.event.occurredAt.instant.microseconds
    case .appointmentCancelled(let fact):
      status = .cancelled
      lateCancellation = fact.late
      cancelledByPatient = fact.byPatient
    case .appointmentNoShowRecorded:
      recordMiss()
    case .appointmentNoShowReversed:
      reverseMiss()
    case .patientCheckedIn(let fact):
      status = .checkedIn
      checkedInAtUs = fact.checkedInAt.instant.microseconds
    case .treatmentClearanceOverridden(let fact):
      overrides.append(fact)
    case .sessionDelivered(let fact):
      status = .completed
      session = fact.session
    case .sessionVoided(let fact):
      guard !fact.session.isEmpty, session == fact.session else { return }
      // It did not happen as recorded; the right one may be recorded in its place.
      session = ""
      status = checkedInAtUs == 0 ? .booked : .checkedIn
    default:
      return
    }
    changedAtUs = recorded.recordedAt
  }
}

extension Appointment {
  fileprivate init(_ fact: AppointmentBooked, _ recorded: RecordedFact) {
    self.init()
    let patient = recorded.subject
    bookedAtUs = recorded.recordedAt
    changedAtUs = recorded.recordedAt
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
