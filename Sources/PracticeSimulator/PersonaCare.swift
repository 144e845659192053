import Practice
import PracticeEvents

/// The course of a persona, step by step through the decisions.
extension World {
  /// A day's or visit's part of the script.
  enum PersonaStep: Sendable {
    /// Registered, referred, verified, a week before the first visit.
    case papers
    case booking(visit: Int)
    case visit(Int, slot: SlotCalendar.Slot, appointment: EntityID)
  }

  mutating func planPersonas() throws {
    for index in patients.indices {
      guard let persona = patients[index].persona else { continue }
      var date = lastDay.adding(days: -persona.beginsBefore - 7)
      while !isOfficeDay(date) { date = date.adding(days: 1) }
      try plan(.persona(index, .papers), on: date, at: 600)
    }
  }

  mutating func perform(_ step: PersonaStep, of index: Int) throws {
    guard let persona = patients[index].persona else { return }
    switch step {
    case .papers:
      try openChart(index, persona)
      try bookPersona(index, persona, visit: 0)
    case .booking(let visit): try bookPersona(index, persona, visit: visit)
    case .visit(let number, let slot, let appointment):
      try visitPersona(index, persona, number, slot, appointment)
    }
  }

  private mutating func openChart(_ index: Int, _ persona: Persona) throws {
    let facts = try give(
      RegisterPatient(
        mrn: persona.mrn, familyName: persona.family, givenName: persona.given,
        bornOn: persona.bornOn, sex: persona.isFemale ? "F" : "M", phone: E164(random.phone()),
        addressLine1: "\(random.int(3...980)) Palisade Avenue", city: "Fort Lee",
        state: StateCode("NJ"), postalCode: PostalCode("07024")), by: .frontDesk)
    guard let subject = facts?.first?.subject else { return }
    patients[index].subject = subject
    patients[index].isRegistered = true
    try signConsents(index)
    try openEpisode(index)
    if let payer = persona.payer {
      let coverage = id(.coverage)
      let added = try give(
        AddCoverage(
          patient: SubjectReference(persona.mrn),
          payer: SubjectReference(SimulatedPayer.all[payer].id), memberID: random.digits(9),
          effectiveFrom: today.startOfYear, coverage: coverage), by: .frontDesk)
      if added != nil { patients[index].coverage = coverage }
      try verifyPersona(index)
    } else if let way = persona.way {
      try preparePaying(index, way)
      try issueEstimate(index)
    } else {
      try give(
        ElectSelfPay(patient: SubjectReference(persona.mrn), why: .maintenance), by: .frontDesk)
      try give(
        ChooseCoverageRoute(patient: SubjectReference(persona.mrn), route: .outOfPocket),
        by: .frontDesk)
      patients[index].paysAlone = true
      try issueEstimate(index)
    }
    try takePrescription(index, visits: persona.visits.count + 3)
  }

  private mutating func takePrescription(_ index: Int, visits: Int) throws {
    let complaint = patients[index].complaint
    guard let episode = patients[index].episode else { return }
    let referral = id(.referral)
    let prescription = id(.prescription)
    let referrer = referrers[patients[index].referrer]
    try give(
      ReceiveReferral(
        patient: SubjectReference(patients[index].mrn),
        referringProvider: SubjectReference(referrer.npi), writtenOn: today, referral: referral),
      by: .frontDesk)
    let facts = try give(
      AcceptPrescription(
        referral: referral, signatureName: referrer.name,
        purpose: "reduce pain and restore function",
        diagnoses: complaint.diagnoses.map { try ICD10CM($0) }, treatingProvider: true,
        medicalNecessityStated: true, cpt: [ProcedureCode("97140"), ProcedureCode("97124")],
        bodyRegions: [complaint.region], durationDays: 365, visitsOrdered: visits,
        renews: patients[index].prescription, prescription: prescription), by: .frontDesk)
    if facts != nil { patients[index].prescription = prescription }
    let known = state(index).care.episodes[episode.description]?.diagnoses ?? []
    guard known.isEmpty else { return }
    for code in complaint.diagnoses {
      try give(
        RecordDiagnosis(episode: episode, code: ICD10CM(code), referral: referral), by: .frontDesk)
    }
  }

  private mutating func verifyPersona(_ index: Int) throws {
    guard let coverage = patients[index].coverage, let payer = patients[index].payer else { return }
    let isFirst = patients[index].verifiedOn == nil
    let copay = SimulatedPayer.all[payer].copayCents
    try give(
      VerifyInsurance(
        coverage: coverage, active: .yes, referenceNumber: random.digits(9), inNetwork: .yes,
        authorizationRequired: .no, referralRequired: .yes, lmtCovered: .yes,
        benefits: [
          .init(
            serviceType: "BE", covered: .yes, copay: Money(cents: copay), visitLimit: 60,
            visitsUsed: sessionsOfYear(index))
        ]), by: .frontDesk)
    patients[index].verifiedOn = today
    guard isFirst else { return }
    try give(
      ChooseCoverageRoute(
        patient: SubjectReference(patients[index].mrn), route: .inNetworkClaim, coverage: coverage),
      by: .frontDesk)
  }

  /// Books the visit on its day, or the nearest later one with a free hour.
  private mutating func bookPersona(_ index: Int, _ persona: Persona, visit: Int) throws {
    guard persona.visits.indices.contains(visit), let episode = patients[index].episode else {
      return
    }
    let wanted = lastDay.adding(days: persona.visits[visit].day - persona.beginsBefore)
    for day in 0..<12 {
      let date = max(wanted, today.adding(days: 1)).adding(days: day)
      // The last day ends at noon.
      guard !isHoliday(date), date < lastDay else { continue }
      for therapist in [patients[index].therapist] + therapists.indices {
        let slot = calendar.free(
          on: date, therapist: therapist, of: therapists[therapist], minutes: 60,
          near: patients[index].preferredMinute, patient: index)
        guard let slot else { continue }
        let appointment = id(.appointment)
        let booked = try give(
          BookAppointment(
            patient: SubjectReference(persona.mrn),
            practitioner: SubjectReference(therapists[therapist].subject),
            room: "Room \(slot.room + 1)", service: "med60", startsAt: text(slot.date, slot.start),
            episode: episode, appointment: appointment), by: .frontDesk)
        guard booked != nil else { continue }
        // Its course is the script's, so the office's own routines let it be.
        visits.append(
          Visit(
            patient: index, slot: slot, appointment: appointment, service: "med60", status: .over))
        calendar.take(slot, visit: visits.count - 1, patient: index)
        return try plan(
          .persona(index, .visit(visit, slot: slot, appointment: appointment)), on: slot.date,
          at: slot.start - 5)
      }
    }
  }

  private mutating func visitPersona(
    _ index: Int, _ persona: Persona, _ number: Int, _ slot: SlotCalendar.Slot,
    _ appointment: EntityID
  ) throws {
    guard let episode = patients[index].episode else { return }
    let visit = persona.visits[number]
    let therapist = therapists[slot.therapist].staff
    if persona.payer != nil, patients[index].verifiedOn?.startOfMonth != today.startOfMonth {
      try verifyPersona(index)
    }
    try give(CheckIn(appointment: appointment), by: .frontDesk)
    try takePersonaPayment(index, persona)
    var measures: [EntityID] = []
    if number == 0 { try assess(index, persona, episode, therapist) }
    if visit.items != nil { measures = try evaluate(index, persona, visit, number, therapist) }
    if number == 0 { try adopt(index, persona, episode, therapist, measures.first) }

    now = max(now, try instant(slot.date, slot.end))
    let session = id(.session)
    let delivered = try give(
      DeliverSession(
        appointment: appointment, startedAt: text(slot.date, slot.start),
        endedAt: text(slot.date, slot.end),
        services: [SessionService("97140:58:\(persona.complaint.region)")], session: session),
      by: therapist)
    if delivered != nil {
      try finish(index, persona, number, session, therapist)
    }
    if let recommendation = visit.recommendation {
      try review(index, persona, visit, recommendation, measures, therapist)
    }
    let next = number + 1
    if next < persona.visits.count {
      let wanted = lastDay.adding(days: persona.visits[next].day - persona.beginsBefore)
      // Booked two weeks ahead at most, as everybody's visits are.
      let day = max(today, wanted.adding(days: -14))
      if day == today {
        try bookPersona(index, persona, visit: next)
      } else {
        try plan(.persona(index, .booking(visit: next)), on: day, at: 650)
      }
    }
  }

  private mutating func takePersonaPayment(_ index: Int, _ persona: Persona) throws {
    guard let payer = persona.payer else { return }
    let copay = SimulatedPayer.all[payer].copayCents
    guard copay > 0 else { return }
    try give(
      TakePayment(
        patient: SubjectReference(persona.mrn), amount: Money(cents: copay), method: .card,
        reference: random.digits(4), till: drawer.till), by: .frontDesk)
  }

  /// Note and charge; whoever pays alone does so at the desk.
  private mutating func finish(
    _ index: Int, _ persona: Persona, _ number: Int, _ session: EntityID, _ therapist: Staff
  ) throws {
    let visit = persona.visits[number]
    patients[index].sessions += 1
    patients[index].hasVisited = true
    try give(
      SignNote(
        session: session, subjective: visit.note,
        objective: "Tender bands in the \(persona.complaint.region); tone moderate; skin intact.",
        assessment: "Responds as expected.", plan: "Continue the plan; home care reviewed.",
        painBefore: visit.painBefore, painAfter: visit.painAfter), by: therapist)
    let facts = try give(PostCharge(session: session), by: therapist)
    let charges = try (facts ?? []).compactMap { fact -> EntityID? in
      if case .chargePosted(let charge) = fact.event.fact {
        try EntityID(charge.charge)
      } else {
        nil
      }
    }
    guard !charges.isEmpty else { return }
    if let way = persona.way {
      try settlePersona(index, way, number, session, charges)
    } else if persona.payer == nil {
      try settleAtDesk(index)
    } else {
      claimQueue.append((index, session, charges))
    }
  }
}
