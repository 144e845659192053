import Practice
import PracticeEvents

/// Somebody who would come sooner.
struct WaitingPatient: Sendable {
  var patient: Int
  var entry: EntityID
  var minutes: Int
  var until: CivilDate
}

/// Regular visits, the waiting list, and no-shows that were none.
extension World {
  /// Four visits at a weekly interval, at the first free time.
  mutating func bookSeries(_ index: Int, from date: CivilDate) throws -> Bool {
    let patient = patients[index]
    guard patient.isInCare, !patient.isMedical || patient.episode != nil else { return false }
    let service = service(for: patient)
    let dates = (0..<4).map { date.adding(days: 7 * $0) }
    guard !dates.contains(where: isHoliday) else { return false }
    let slot = calendar.free(
      on: date, therapist: patient.therapist, of: therapists[patient.therapist],
      minutes: service.minutes, near: patient.preferredMinute, patient: index)
    guard let slot else { return false }
    let series = id(.series)
    let facts = try give(
      BookSeries(
        patient: SubjectReference(patient.mrn),
        practitioner: SubjectReference(therapists[slot.therapist].subject),
        room: "Room \(slot.room + 1)", service: service.code,
        startsAt: text(slot.date, slot.start), every: .week, count: dates.count,
        episode: patient.isMedical ? patient.episode : nil, skipConflicts: true, series: series),
      by: .frontDesk)
    guard let facts else { return false }
    for fact in facts {
      guard case .appointmentBooked(let booked) = fact.event.fact else { continue }
      var slot = slot
      slot.date = try CivilDate(compact: booked.dateOn)
      try enter(booked, slot, of: index, service.code, series)
    }
    return true
  }

  /// A visit that was just booked is on the calendar and will come.
  private mutating func enter(
    _ booked: AppointmentBooked, _ slot: SlotCalendar.Slot, of index: Int, _ service: String,
    _ series: EntityID? = nil
  ) throws {
    visits.append(
      Visit(
        patient: index, slot: slot, appointment: try EntityID(booked.appointment),
        service: service, series: series))
    calendar.take(slot, visit: visits.count - 1, patient: index)
    patients[index].bookedThrough = max(patients[index].bookedThrough ?? slot.date, slot.date)
    try expect(visits.count - 1)
  }

  mutating func cancelSeries(of number: Int) throws {
    guard let series = visits[number].series else { return }
    let facts = try give(
      CancelSeries(series: series, from: visits[number].slot.date), by: .frontDesk)
    let cancelled = (facts ?? []).compactMap { fact -> String? in
      if case .appointmentCancelled(let fact) = fact.event.fact { fact.appointment } else { nil }
    }
    for other in visits.indices.suffix(4_000)
    where cancelled.contains(visits[other].appointment.description) {
      end(other)
      try offer(visits[other].slot)
    }
  }

  /// Some of those who have to wait long for their therapist ask to be called.
  mutating func waitForSooner(
    _ index: Int, than slot: SlotCalendar.Slot, _ service: String
  ) throws {
    guard today.days(until: slot.date) >= 4, random.chance(0.15),
      !waiting.contains(where: { $0.patient == index })
    else { return }
    let entry = WaitingPatient(
      patient: index, entry: id(.waitlistEntry), minutes: slot.minutes,
      until: slot.date.adding(days: -1))
    let facts = try give(
      JoinWaitlist(
        patient: SubjectReference(patients[index].mrn), service: service,
        practitioner: SubjectReference(therapists[slot.therapist].subject),
        wanted: random.chance(0.5)
          ? nil : [.init(start: try CivilTime("09:00"), end: try CivilTime("17:00"))],
        until: entry.until, episode: patients[index].isMedical ? patients[index].episode : nil,
        waitlistEntry: entry.entry), by: .frontDesk)
    if facts != nil { waiting.append(entry) }
  }

  /// Calls the first who waits and would fit into time that somebody gave up.
  mutating func offer(_ slot: SlotCalendar.Slot) throws {
    let today = today
    waiting.removeAll { $0.until < today }
    guard slot.date > today, !isHoliday(slot.date) else { return }
    for (number, entry) in waiting.enumerated() where entry.until >= slot.date {
      let isBusy = calendar.visits(on: slot.date).contains { visits[$0].patient == entry.patient }
      guard patients[entry.patient].isInCare, !isBusy, entry.minutes <= slot.minutes else {
        continue
      }
      let facts = try give(
        OfferSlot(
          waitlistEntry: entry.entry, startsAt: text(slot.date, slot.start),
          room: "Room \(slot.room + 1)",
          practitioner: SubjectReference(therapists[slot.therapist].subject)), by: .frontDesk)
      guard facts != nil else { continue }
      waiting.remove(at: number)
      var offered = slot
      offered.minutes = entry.minutes
      return plan(.filling(entry, offered), inMinutes: 10...90)
    }
  }

  /// The patient calls back: takes the slot, unless somebody else was quicker.
  mutating func fill(_ entry: WaitingPatient, _ slot: SlotCalendar.Slot) throws {
    guard random.chance(0.8) else {
      try give(LeaveWaitlist(waitlistEntry: entry.entry, why: .unreachable), by: .frontDesk)
      return
    }
    let facts = try give(FillWaitlist(waitlistEntry: entry.entry), by: .frontDesk)
    let booked = facts?.lazy.compactMap { fact -> AppointmentBooked? in
      if case .appointmentBooked(let booked) = fact.event.fact { booked } else { nil }
    }.first
    guard let booked else { return }
    let later = visits.indices.suffix(4_000).first {
      visits[$0].patient == entry.patient && visits[$0].status == .awaited
        && visits[$0].slot.date > slot.date
    }
    try enter(booked, slot, of: entry.patient, booked.service)
    // The later visit was only the second best.
    if let later, now.minutes(until: try instant(visits[later].slot.date, 0)) > 2_000 {
      try cancel(later, byPatient: true)
    }
  }

  mutating func takeBackMiss(_ number: Int) throws {
    let facts = try give(
      ReverseNoShow(appointment: visits[number].appointment), by: .frontDesk,
      reason: "the patient sat in the other waiting room")
    guard facts != nil else { return }
    try give(
      CancelAppointment(appointment: visits[number].appointment, byPatient: false), by: .frontDesk,
      reason: "not called in; the clinic's mistake")
  }
}
