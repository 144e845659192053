import Practice
import PracticeEvents

extension World {
  /// Before the first visit: the post, and a look at who comes today and tomorrow.
  mutating func openDay() throws {
    try openTill()
    if isOfficeDay(today) { try receiveRemittances() }
    for number in calendar.visits(on: today) where visits[number].status == .awaited {
      try prepare(number)
    }
    for number in calendar.visits(on: today.adding(days: 1))
      + calendar.visits(on: today.adding(days: 2))
    where visits[number].status == .awaited && !visits[number].isConfirmed && random.chance(0.4) {
      if random.chance(0.5) {
        try give(
          RecordReminder(appointment: visits[number].appointment, means: .phone), by: .secondDesk)
      }
      visits[number].isConfirmed = true
      try give(
        ConfirmAppointment(appointment: visits[number].appointment), by: .frontDesk)
    }
  }

  /// Looks at what the gate would say and does something about it. In the last days some of
  /// that is still undone.
  private mutating func prepare(_ number: Int) throws {
    let index = visits[number].patient
    let clearance = try clearance(of: number)
    let diligence = today >= lastDay.adding(days: -3) ? 0.3 : 0.93
    let codes = clearance.blocks.map(\.code)
    if codes.contains(.verification), !patients[index].paysAlone, patients[index].coverage != nil,
      random.chance(diligence)
    {
      try askPayer(index, attempt: 1, inMinutes: 5...40)
    }
    if codes.contains(.prescription)
      || clearance.warnings.contains(where: { $0.code == .prescriptionEnding }),
      patients[index].prescription != nil, random.chance(diligence * 0.9)
    {
      try requestRenewal(index)
    }
    if codes.contains(.authorization)
      || clearance.warnings.contains(where: { $0.code == .benefitsEnding }),
      !patients[index].paysAlone, random.chance(diligence)
    {
      try requestAuthorization(index)
    }
    if clearance.warnings.contains(where: { $0.code == .noEstimate }), random.chance(0.4) {
      try issueEstimate(index)
    }
  }

  func clearance(of number: Int) throws -> Clearance {
    let visit = visits[number]
    let patient = patients[visit.patient]
    return try memory.clearance(
      of: patient.subject,
      for: PlannedVisit(
        date: visit.slot.date, serviceClass: patient.isMedical ? .medical : .relaxation,
        practitioner: therapists[visit.slot.therapist].subject,
        episode: patient.isMedical ? patient.episode?.description : nil,
        excludingAppointment: visit.appointment.description))
  }

  /// The patient should come now.
  mutating func receive(_ number: Int, version: Int) throws {
    let visit = visits[number]
    guard visit.version == version, visit.status == .awaited else { return }
    let patient = patients[visit.patient]
    if random.chance(0.015 + 0.12 * (1 - patient.reliability)) {
      plan(.missed(number, version: version), inMinutes: 32...55)
      return
    }
    guard try settlePapers(number) else { return }
    let facts = try give(
      CheckIn(appointment: visit.appointment), by: random.chance(0.7) ? .frontDesk : .secondDesk)
    guard facts != nil else { return }
    visits[number].status = .here
    try takeCopay(visit.patient)
    if !patients[visit.patient].hasVisited || needsAssessment(visit.patient) {
      try firstVisit(number)
    }
    let end = try instant(visit.slot.date, visit.slot.end)
    agenda.add(
      .treatment(number), at: max(end, now.adding(minutes: 20)).adding(minutes: random.int(2...11)))
  }

  /// What can be put right at the desk is put right.
  ///
  /// - Returns: whether the visit goes on.
  private mutating func settlePapers(_ number: Int) throws -> Bool {
    let index = visits[number].patient
    // Without a diagnosis from a doctor there is nothing to treat.
    guard !patients[index].isMedical || hasDiagnosis(index) else {
      if patients[index].prescription != nil { try requestRenewal(index) }
      return try postpone(number)
    }
    for block in try clearance(of: number).blocks {
      switch block.code {
      case .consent: try signConsents(index)
      case .verification, .coverage:
        if patients[index].coverage == nil {
          try payAlone(index, why: .uninsured)
        } else if !patients[index].paysAlone, random.chance(0.9) {
          try verifyNow(index)
        }
      case .planExcludesTherapist: try payAlone(index, why: .notCovered)
      case .visitLimit: try payAlone(index, why: .benefitsExhausted)
      case .prescription:
        try requestRenewal(index)
        if random.chance(0.6) { return try postpone(number) }
      case .authorization:
        try requestAuthorization(index)
        if random.chance(0.7) { return try postpone(number) }
      case .license:
        if random.chance(0.7) { return try postpone(number) }
      case .frequencyCeiling: return try postpone(number)
      case .privilege, .contraindication, .assessment: break
      }
    }
    return true
  }

  /// Not ready today: the clinic moves the visit, or calls it off.
  private mutating func postpone(_ number: Int) throws -> Bool {
    if try !move(number, notBefore: today.adding(days: random.int(3...6)), byPatient: false) {
      try cancel(number, byPatient: false)
    }
    return false
  }

  private func hasDiagnosis(_ index: Int) -> Bool {
    guard let episode = patients[index].episode else { return false }
    return state(index).care.episodes[episode.description]?.diagnoses.isEmpty == false
  }

  private func needsAssessment(_ index: Int) -> Bool {
    guard let episode = patients[index].episode else { return false }
    return state(index).care.episodes[episode.description]?.assessments.isEmpty ?? false
  }

  private mutating func takeCopay(_ index: Int) throws {
    let patient = patients[index]
    guard let payer = patient.payer, !patient.paysAlone, SimulatedPayer.all[payer].copayCents > 0,
      random.chance(patient.reliability)
    else { return }
    try give(
      TakePayment(
        patient: SubjectReference(patient.mrn),
        amount: Money(cents: SimulatedPayer.all[payer].copayCents),
        method: patient.method == .external ? .card : patient.method,
        reference: patient.method == .cash ? nil : random.digits(4), till: drawer.till),
      by: .frontDesk)
  }

  /// The evening: nothing is left of the day but what stays undone.
  mutating func closeDay() throws {
    for number in calendar.visits(on: today) where visits[number].status == .here {
      // Could not be treated after all; the patient went home.
      visits[number].status = .over
    }
    try closeTill()
  }
}
