import Practice
import PracticeEvents

extension World {
  /// The visit is over: what was done is recorded, if the gate lets it.
  mutating func treat(_ number: Int) throws {
    let visit = visits[number]
    guard visit.status == .here else { return }
    let session = id(.session)
    guard try deliver(number, session) else {
      visits[number].status = .over
      try giveUp(visit)
      try book(visit.patient, notBefore: today.adding(days: random.int(3...6)))
      return
    }
    visits[number].status = .treated
    visits[number].session = session
    let index = visit.patient
    patients[index].sessions += 1
    if patients[index].paysAlone, patients[index].isMedical {
      patients[index].unbilledSessions.append(session)
    }
    patients[index].pain = max(
      0.3, patients[index].pain * (1 - patients[index].healing) + random.double(-0.35...0.35))
    try planPaperwork(number, session)
    try review(number)
    try bookAhead(index)
  }

  private mutating func deliver(_ number: Int, _ session: EntityID) throws -> Bool {
    let visit = visits[number]
    let therapist = therapists[visit.slot.therapist].staff
    let services = try services(visit)
    for attempt in 0...1 {
      let facts = try give(
        DeliverSession(
          appointment: visit.appointment, startedAt: text(visit.slot.date, visit.slot.start),
          endedAt: text(visit.slot.date, visit.slot.end), services: services, session: session),
        by: therapist)
      if facts != nil { return true }
      guard attempt == 0, let refusal = lastRefusal else { return false }
      if refusal.rule == "B2", patients[visit.patient].coverage != nil, random.chance(0.7) {
        // The call that nobody made in the morning.
        try verifyNow(visit.patient)
      } else {
        try overrule(visit, services)
      }
    }
    return false
  }

  /// The owner lets a visit stand that has been given already, and says why.
  private mutating func overrule(_ visit: Visit, _ services: [SessionService]) throws {
    let blocks = try memory.clearance(
      of: patients[visit.patient].subject,
      for: PlannedVisit(
        date: visit.slot.date,
        serviceClass: patients[visit.patient].isMedical ? .medical : .relaxation,
        practitioner: therapists[visit.slot.therapist].subject, cpt: services.map(\.cpt),
        regions: services.compactMap(\.bodyRegion),
        episode: patients[visit.patient].episode?.description,
        excludingAppointment: visit.appointment.description)
    ).blocks.map(\.code)
    try give(
      OverrideClearance(appointment: visit.appointment, blocks: blocks), by: .owner,
      reason: random.pick([
        "the doctor's office confirmed by phone; the fax follows",
        "the payer confirmed by phone; the written answer follows",
        "continuity of care; settled with the patient",
      ]))
  }

  /// Codes and minutes: manual therapy, sometimes with massage of another region.
  private mutating func services(_ visit: Visit) throws -> [SessionService] {
    let minutes = visit.slot.minutes
    let region = patients[visit.patient].complaint.region
    guard patients[visit.patient].isMedical else {
      return [try SessionService("97124:\(minutes):full body")]
    }
    let isSimple = patients[visit.patient].paysAlone || minutes < 60 || random.chance(0.6)
    guard !isSimple else {
      let worked = minutes - random.int(0...(minutes < 60 ? 3 : 6))
      return [try SessionService("97140:\(worked):\(region)")]
    }
    let manual = random.int(23...40)
    let other = patients[visit.patient].complaint.neighbour
    return [
      try SessionService("97140:\(manual)@0:\(region)"),
      try SessionService("97124-59:\(minutes - manual - random.int(0...5))@\(manual):\(other)"),
    ]
  }

  private mutating func planPaperwork(_ number: Int, _ session: EntityID) throws {
    let kind = random.fraction()
    if kind < 0.88 {
      plan(.note(number), inMinutes: 5...200)
    } else if kind < 0.985 {
      try plan(.note(number), inDays: 1...5)
    }
    let charging = random.fraction()
    if charging < 0.96 {
      plan(.charge(number), inMinutes: 4...25)
    } else if charging < 0.985 {
      try plan(.charge(number), inDays: 1...5)
    }
    if random.chance(0.004) { try plan(.voidSession(session), inDays: 1...4) }
  }

  mutating func signNote(_ number: Int) throws {
    let visit = visits[number]
    guard let session = visit.session else { return }
    let patient = patients[visit.patient]
    let after = Int(min(10, max(0, patient.pain)).rounded())
    let note = id(.note)
    let region = patient.complaint.region
    let facts = try give(
      SignNote(
        session: session,
        subjective: random.pick([
          "Reports less pain since the last visit.", "Slept better; stiff in the morning.",
          "Sore after a long day at the desk.", "Pain comes and goes, worse when driving.",
          "No change since the last visit.",
        ]), objective: "Tender bands in the \(region); tone moderate; skin intact.",
        assessment: random.pick([
          "Responds as expected.", "Tone eased during the session.",
          "Slow progress; tolerance for pressure better.",
        ]), plan: "Continue the plan; home care reviewed.",
        painBefore: min(10, after + random.int(0...2)), painAfter: after, note: note),
      by: therapists[visit.slot.therapist].staff)
    if facts != nil, random.chance(0.035) {
      try plan(.amendment(note, therapist: visit.slot.therapist), inDays: 1...9)
    }
  }

  mutating func amend(_ note: EntityID, _ therapist: Int) throws {
    if random.chance(0.7) {
      try give(
        AmendNote(
          note: note, section: random.pick([.objective, .subjective]),
          text: "Tender bands on the left side; tone moderate; skin intact."),
        by: therapists[therapist].staff,
        reason: random.pick(["side was mixed up", "region left out", "wrong pressure noted"]))
    } else {
      try give(
        AddNoteAddendum(
          note: note, text: "Patient called the day after: mild soreness, gone by evening."),
        by: therapists[therapist].staff)
    }
  }

  mutating func voidSession(_ session: EntityID) throws {
    let voided = try give(
      VoidSession(session: session), by: .owner, reason: "recorded for the wrong appointment")
    if voided != nil, let visit = visits.last(where: { $0.session == session }) {
      try giveUp(visit)
    }
  }

  /// The patient came, and there is no session of it.
  private mutating func giveUp(_ visit: Visit) throws {
    try give(
      CancelAppointment(appointment: visit.appointment, byPatient: false), by: .frontDesk,
      reason: "no treatment was given")
  }

  /// After a visit: is it time to measure again, to step down, to end?
  private mutating func review(_ number: Int) throws {
    let visit = visits[number]
    let index = visit.patient
    guard patients[index].isMedical, let episode = patients[index].episode,
      let adopted = patients[index].plan?.adoptedOn
    else {
      // Whoever comes to relax stops coming one day.
      if !patients[index].isMedical, random.chance(0.06) { try leave(index) }
      return
    }
    let therapist = therapists[visit.slot.therapist].staff
    let care = state(index).care
    let visitsSince = care.visitsSinceEvaluation(episode: episode.description)
    let lastEvaluation = try CivilDate(
      compact: max(adopted.compact, care.lastEvaluatedOn(episode: episode.description)))
    let isOver = adopted.days(until: today) >= 7 * patients[index].complaint.course.weeks
    let isWell = patients[index].pain < 1.6 && visitsSince >= 3
    let isDue = visitsSince >= 6 || lastEvaluation.days(until: today) >= 30
    guard isOver || isWell || (isDue && random.chance(0.7)) else {
      if random.chance(0.3) { try scorePain(index, therapist) }
      return
    }
    let measures = try measure(
      index, therapist, purpose: isOver || isWell ? .discharge : .interim)
    let share = patients[index].pain / patients[index].startingPain
    try give(
      CompleteReevaluation(
        episode: episode, measures: measures,
        recommendation: isOver || isWell
          ? .discharge : share < 0.7 ? .taper : share > 0.92 ? .revise : .continue,
        findings: "Pain now \(Int(patients[index].pain.rounded())) of 10."), by: therapist)
    if random.chance(0.7) {
      try give(
        SendProgressReport(
          episode: episode,
          referringProvider: SubjectReference(referrers[patients[index].referrer].npi)),
        by: therapist)
    }
    if isOver || isWell {
      try discharge(index, episode, therapist, measures)
    } else if share < 0.7, random.chance(0.6) {
      try give(
        TakeTaperStep(episode: episode), by: therapist)
    } else if share > 0.95, random.chance(0.15) {
      try give(
        OverrideFrequency(
          episode: episode, perWeekMax: Hundredths("3"), through: today.adding(days: 21)),
        by: therapist, reason: "flare-up; the doctor asked for more visits")
    }
  }

  private mutating func scorePain(_ index: Int, _ therapist: Staff) throws {
    guard let episode = patients[index].episode else { return }
    try give(
      ScoreOutcomeMeasure(
        episode: episode, instrument: .nprs,
        items: [Int(min(10, max(0, patients[index].pain)).rounded())], purpose: .afterSession),
      by: therapist)
  }

  private mutating func discharge(
    _ index: Int, _ episode: EntityID, _ therapist: Staff, _ measures: [EntityID]
  ) throws {
    try leave(index)
    var isMet = false
    for goal in patients[index].goals {
      if let pain = measures.first {
        isMet =
          try give(
            MeetGoal(goal: goal, measure: pain), by: therapist) != nil
      }
      if !isMet {
        try give(
          CloseGoal(goal: goal), by: therapist)
      }
    }
    try give(
      DischargeEpisode(
        episode: episode, why: isMet ? .goalsMet : random.pick([.plateau, .patientChoice]),
        outcome: "Pain from \(Int(patients[index].startingPain)) to "
          + "\(Int(patients[index].pain.rounded())) of 10."), by: therapist)
    if random.chance(0.4) { try plan(.newEpisode(index), inDays: 21...160) }
  }

  /// Calls off what is still booked.
  private mutating func leave(_ index: Int) throws {
    patients[index].isInCare = false
    for number in visits.indices.reversed().prefix(400)
    where visits[number].patient == index && visits[number].status == .awaited {
      try cancel(number, byPatient: false)
    }
  }

  /// A patient comes back: for upkeep, which insurance does not pay, or with something new.
  mutating func returnToCare(_ index: Int) throws {
    guard !patients[index].isInCare else { return }
    let isUpkeep = random.chance(0.5)
    patients[index].complaint = isUpkeep ? Complaint.maintenance : random.pick(Complaint.chronic)
    patients[index].isInCare = true
    patients[index].pain = isUpkeep ? random.double(2.5...4.5) : random.double(4.5...7.5)
    patients[index].prescription = nil
    patients[index].bookedThrough = nil
    try openEpisode(index)
    if isUpkeep { try payAlone(index, why: .maintenance) }
    try plan(.fax(index, complete: random.chance(0.9)), inDays: 0...4)
    try book(index, notBefore: today.adding(days: random.int(4...9)))
  }
}
