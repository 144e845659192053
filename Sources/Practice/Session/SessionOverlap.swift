import PracticeEvents

extension Facts {
  /// Refuses a session while the patient, or the appointment's practitioner, was in another.
  ///
  /// The practitioner's sessions of the day are found by their appointments, because the day's index
  /// has no sessions and the practitioner's has those of all years.
  func requireNoOtherSession(
    of care: CareState, at booked: Appointment, on date: CivilDate, from start: Instant,
    to end: Instant
  ) throws {
    func overlaps(_ session: SessionDelivered) -> Bool {
      session.startedAt.instant < end && start < session.endedAt.instant
    }
    let own = care.sessions.values.filter { !$0.voided && overlaps($0.delivered) }
      .map(\.delivered.session).sorted()
    guard own.isEmpty else {
      throw overlap("session.patientTaken", "the patient was in another session", own)
    }
    let practitioner = try SubjectID(booked.practitioner)
    var others: [String] = []
    for id in try day(of: practitioner, on: date).keys.sorted() where id != booked.appointment {
      others += try standingSessions(ofAppointment: id).filter(overlaps).map(\.session)
    }
    guard others.isEmpty else {
      throw overlap("session.practitionerTaken", "the practitioner was in another session", others)
    }
  }

  private func standingSessions(ofAppointment id: String) throws -> [SessionDelivered] {
    try history(tagged: .entity(EntityID(id))).compactMap { recorded in
      guard case .sessionDelivered(let delivered) = recorded.event.fact else { return nil }
      let isVoided = try history(tagged: .entity(EntityID(delivered.session))).contains {
        $0.event.kind == .sessionVoided
      }
      return isVoided ? nil : delivered
    }
  }

  private func overlap(_ rule: String, _ problem: String, _ sessions: [String]) -> Refusal {
    Refusal(
      rule: rule, field: "startedAt", problem: "\(problem) at that time",
      remedy: "give startedAt and endedAt as they were, or void the session that is wrong",
      details: sessions)
  }
}
