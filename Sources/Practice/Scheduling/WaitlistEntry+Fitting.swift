import PracticeEvents

extension WaitlistEntry {
  /// Whether nobody booked or took the patient off the list, whatever the date.
  public var isOpen: Bool { appointment.isEmpty && !left }

  /// Whether the patient still waits on a date: not past the last day of use.
  public func isWaiting(on date: CivilDate) -> Bool {
    isOpen && date.compact <= joined.throughDateOn
  }

  /// Whether a visit then is what the patient waits for.
  public func suits(
    _ span: Range<Instant>, with practitioner: String, _ zone: ClinicTimeZone
  ) -> Bool {
    wanted(on: zone.date(of: span.lowerBound), with: practitioner, zone).contains(span)
  }

  /// The time of a date that suits the patient; none with another practitioner than the one waited
  /// for.
  public func wanted(
    on date: CivilDate, with practitioner: String, _ zone: ClinicTimeZone
  ) -> TimeSpans {
    guard joined.practitioner.isEmpty || joined.practitioner == practitioner,
      joined.fromDateOn <= date.compact, date.compact <= joined.throughDateOn
    else { return TimeSpans() }
    guard !joined.wishes.isEmpty else { return TimeSpans([zone.day(date)]) }
    let weekday = Int32(date.weekday.rawValue)
    return TimeSpans(
      joined.wishes.filter { $0.weekday == 0 || $0.weekday == weekday }.map { wish in
        zone.edge(date, minute: Int(wish.startMinute), isEnd: false)
          .span(to: zone.edge(date, minute: Int(wish.endMinute), isEnd: true))
      })
  }

  /// The practitioner who is named, or the one waited for.
  ///
  /// - Throws: `Refusal` when neither is.
  func reference(to named: SubjectReference?) throws -> SubjectReference {
    if let named { return named }
    guard !joined.practitioner.isEmpty else {
      throw Refusal(
        rule: "practitioner.missing", field: "practitioner",
        problem: "the patient waits for no one practitioner", remedy: "name the practitioner")
    }
    return SubjectReference(joined.practitioner)
  }
}

extension Facts {
  /// An entry of the waiting list that is open, and its patient.
  ///
  /// - Parameter date: the day on which it must still be of use; nil asks for none.
  func waiting(
    _ id: EntityID, on date: CivilDate?
  ) throws -> (
    patient: SubjectID, entry: WaitlistEntry
  ) {
    let patient = try patientID(owning: id, field: "waitlistEntry")
    guard let entry = try self.patient(patient).schedule.waiting[id.description] else {
      throw unknownReference("waitlistEntry", "no entry of the waiting list has this identifier")
    }
    guard entry.isOpen else {
      throw Refusal(
        rule: "waitlist.closed", field: "waitlistEntry",
        problem: entry.left
          ? "the patient has left the waiting list" : "the entry ended with \(entry.appointment)",
        remedy: "join-waitlist again")
    }
    guard date.map(entry.isWaiting) ?? true else {
      throw Refusal(
        rule: "waitlist.expired", field: "waitlistEntry",
        problem: "the last day of the entry has passed", remedy: "join-waitlist again")
    }
    return (patient, entry)
  }
}
