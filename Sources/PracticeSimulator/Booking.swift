import Practice
import PracticeEvents

extension World {
  /// Books the next visit in the first week from a day on, with the preferred therapist if possible.
  mutating func book(_ index: Int, notBefore: CivilDate) throws {
    let patient = patients[index]
    guard patient.isInCare, !patient.isMedical || patient.episode != nil else { return }
    let service = service(for: patient)
    for wanted in [[patient.therapist], Array(therapists.indices)] {
      for day in 0..<7 {
        let date = notBefore.adding(days: day)
        guard date > today || (date == today && minuteOfDay < 600), !isHoliday(date),
          date <= today.adding(days: 15)
        else { continue }
        for therapist in wanted {
          let slot = calendar.free(
            on: date, therapist: therapist, of: therapists[therapist], minutes: service.minutes,
            near: patient.preferredMinute, patient: index)
          if let slot, try book(index, slot, service.code) {
            return try waitForSooner(index, than: slot, service.code)
          }
        }
      }
    }
  }

  mutating func service(for patient: SimulatedPatient) -> (code: String, minutes: Int) {
    guard patient.isMedical else { return ("relax60", 60) }
    // A package is for one service.
    guard patient.package == nil, !patient.buysPackages else { return ("med60", 60) }
    switch patient.complaint.course {
    case .acute: return random.chance(0.45) ? ("med30", 30) : ("med60", 60)
    default: return random.chance(0.06) ? ("med90", 90) : ("med60", 60)
    }
  }

  @discardableResult
  mutating func book(_ index: Int, _ slot: SlotCalendar.Slot, _ service: String) throws -> Bool {
    let appointment = id(.appointment)
    let patient = patients[index]
    let facts = try give(
      BookAppointment(
        patient: SubjectReference(patient.mrn),
        practitioner: SubjectReference(therapists[slot.therapist].subject),
        room: "Room \(slot.room + 1)", service: service, startsAt: text(slot.date, slot.start),
        episode: patient.isMedical ? patient.episode : nil, appointment: appointment),
      by: random.chance(0.7) ? .frontDesk : .secondDesk)
    guard facts != nil else { return false }
    visits.append(
      Visit(patient: index, slot: slot, appointment: appointment, service: service))
    calendar.take(slot, visit: visits.count - 1, patient: index)
    patients[index].bookedThrough = max(patient.bookedThrough ?? slot.date, slot.date)
    try expect(visits.count - 1)
    return true
  }

  /// What is to come of a visit: the patient comes, or calls before.
  mutating func expect(_ number: Int) throws {
    let visit = visits[number]
    let start = try instant(visit.slot.date, visit.slot.start)
    agenda.add(
      .arrival(number, version: visit.version), at: start.adding(minutes: -random.int(4...12)))
    let patient = patients[visit.patient]
    let minutes = now.minutes(until: start)
    guard minutes > 240, random.chance(0.07 + 0.08 * (1 - patient.reliability)) else { return }
    // Half of those who call do so on the last day.
    let ahead = random.chance(0.5) ? random.int(60...min(1_400, minutes)) : random.int(60...minutes)
    agenda.add(.change(number, version: visit.version), at: start.adding(minutes: -ahead))
  }

  /// The patient calls: another time, or not at all.
  mutating func changeMind(_ number: Int, version: Int) throws {
    let visit = visits[number]
    guard visit.version == version, visit.status == .awaited else { return }
    if random.chance(0.55) {
      try move(number, notBefore: visit.slot.date.adding(days: random.int(1...3)), byPatient: true)
    } else {
      if visit.series != nil, random.chance(0.4) { return try cancelSeries(of: number) }
      try cancel(number, byPatient: true)
      if patients[visit.patient].isInCare {
        try book(visit.patient, notBefore: today.adding(days: random.int(2...6)))
      }
    }
  }

  @discardableResult
  mutating func move(_ number: Int, notBefore: CivilDate, byPatient: Bool) throws -> Bool {
    let visit = visits[number]
    for day in 0..<6 {
      let date = notBefore.adding(days: day)
      guard !isHoliday(date), date > today else { continue }
      for therapist in [visit.slot.therapist] + therapists.indices {
        let slot = calendar.free(
          on: date, therapist: therapist, of: therapists[therapist], minutes: visit.slot.minutes,
          near: patients[visit.patient].preferredMinute, patient: visit.patient)
        guard let slot else { continue }
        let facts = try give(
          RescheduleAppointment(
            appointment: visit.appointment, startsAt: text(slot.date, slot.start),
            practitioner: SubjectReference(therapists[slot.therapist].subject),
            room: "Room \(slot.room + 1)", byPatient: byPatient), by: .frontDesk)
        guard facts != nil else { continue }
        calendar.release(number, on: visit.slot.date)
        visits[number].slot = slot
        visits[number].version += 1
        visits[number].isConfirmed = false
        calendar.take(slot, visit: number, patient: visit.patient)
        patients[visit.patient].bookedThrough = max(
          patients[visit.patient].bookedThrough ?? slot.date, slot.date)
        try expect(number)
        return true
      }
    }
    return false
  }

  mutating func cancel(_ number: Int, byPatient: Bool) throws {
    let visit = visits[number]
    let facts = try give(
      CancelAppointment(appointment: visit.appointment, byPatient: byPatient), by: .frontDesk)
    guard let facts else { return }
    end(number)
    try offer(visit.slot)
    let isLate = facts.contains {
      if case .appointmentCancelled(let fact) = $0.event.fact { fact.late } else { false }
    }
    if isLate { try chargeFee(number) }
  }

  /// A visit that will not take place.
  mutating func end(_ number: Int) {
    visits[number].status = .over
    visits[number].version += 1
    calendar.release(number, on: visits[number].slot.date)
  }

  mutating func recordMissed(_ number: Int, version: Int) throws {
    let visit = visits[number]
    guard visit.version == version, visit.status == .awaited else { return }
    try give(
      RecordNoShow(appointment: visit.appointment), by: .frontDesk)
    end(number)
    try chargeFee(number)
    if random.chance(0.08) { try plan(.missTakenBack(number), inDays: 0...2) }
    if patients[visit.patient].isInCare {
      try book(visit.patient, notBefore: today.adding(days: random.int(2...7)))
    }
  }

  private mutating func chargeFee(_ number: Int) throws {
    guard random.chance(0.8) else { return }
    let charge = id(.charge)
    let facts = try give(
      ChargeNoShowFee(appointment: visits[number].appointment, charge: charge), by: .frontDesk)
    if facts != nil, random.chance(0.2) { try plan(.waive(charge), inDays: 1...6) }
  }

  mutating func waive(_ fee: EntityID) throws {
    try give(
      WaiveFee(charge: fee), by: .biller,
      reason: "first missed visit; courtesy agreed with the owner")
  }

  /// Keeps two weeks booked, as often as the plan says.
  mutating func bookAhead(_ index: Int) throws {
    for _ in 0..<6 {
      guard patients[index].isInCare, let interval = interval(index) else { return }
      let last = max(patients[index].bookedThrough ?? today, today)
      let next = last.adding(days: interval)
      guard next <= today.adding(days: max(14, interval)) else { return }
      guard next <= today.adding(days: 14) else {
        // Too far ahead to book today.
        return try plan(.bookAhead(index), inDays: interval - 14...interval - 10)
      }
      if (5...9).contains(interval), random.chance(0.12), try bookSeries(index, from: next) {
        return
      }
      try book(index, notBefore: next)
      guard patients[index].bookedThrough ?? today > last else { return }
    }
  }

  /// Days to the next visit; nil when the course is over.
  private mutating func interval(_ index: Int) -> Int? {
    let patient = patients[index]
    var week = (patient.plan?.adoptedOn ?? today).days(until: today) / 7
    for phase in patient.complaint.course.phases {
      if week < phase.weeks {
        return max(1, Int(7 / phase.perWeek + random.double(-0.6...0.9)))
      }
      week -= phase.weeks
    }
    return nil
  }

  /// Fills a day with whoever is in care: first some for whom something is still missing.
  mutating func fill(_ date: CivilDate) throws {
    let inCare = patients.indices.filter { index in
      patients[index].isInCare
        && !calendar.visits(on: date).contains { visits[$0].patient == index }
    }
    let lacking = try inCare.filter { index in
      try !memory.clearance(
        of: patients[index].subject,
        for: PlannedVisit(
          date: date, serviceClass: patients[index].isMedical ? .medical : .relaxation,
          episode: patients[index].episode?.description)
      ).isReady
    }.prefix(4)
    for index in lacking + inCare.filter({ !lacking.contains($0) }) {
      let patient = patients[index]
      for therapist in [patient.therapist] + therapists.indices {
        let service = service(for: patient)
        let slot = calendar.free(
          on: date, therapist: therapist, of: therapists[therapist], minutes: service.minutes,
          near: patient.preferredMinute, patient: index,
          // Their visits come after noon, so that the day on show has them ahead.
          notBefore: lacking.contains(index) ? 750 : 0)
        if let slot, try book(index, slot, service.code) { break }
      }
    }
  }
}
