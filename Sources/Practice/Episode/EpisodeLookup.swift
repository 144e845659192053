import PracticeEvents

/// An episode that a command is about, with the patient whose it is.
struct FoundEpisode {
  let patient: SubjectID
  let state: PatientState
  let id: String
  let episode: CareState.Episode
}

extension Facts {
  /// Finds an episode and its patient.
  ///
  /// - Throws: `Refusal` for an unknown episode, and for one that is discharged.
  func openEpisode(_ id: EntityID, field: String = "episode") throws -> FoundEpisode {
    let found = try episode(id, field: field)
    guard !found.episode.isDischarged else { throw dischargedEpisode(field) }
    return found
  }

  /// The same for one that may be over.
  func episode(_ id: EntityID, field: String = "episode") throws -> FoundEpisode {
    let patient = try patientID(owning: id, field: field)
    let state = try self.patient(patient)
    guard let episode = state.care.episodes[id.description] else {
      throw unknownReference(field, "no episode has this identifier")
    }
    return FoundEpisode(patient: patient, state: state, id: id.description, episode: episode)
  }

  /// Who treated: the one named, and otherwise the therapist who acts. A therapist records their own
  /// work only, because the record is signed by who did it.
  func treatingPractitioner(
    _ named: SubjectReference?, _ context: DecisionContext
  ) throws
    -> SubjectID
  {
    let acting = context.actor.practitioner.isEmpty ? nil : context.actor.practitioner
    guard let reference = named ?? acting.map(SubjectReference.init(_:)) else {
      throw Refusal(
        rule: "practitioner.missing", field: "practitioner", problem: "nobody says who did it",
        remedy: "name the practitioner")
    }
    let practitioner = try practitionerID(reference)
    guard context.actor.role != .therapist || acting == practitioner.description else {
      throw Refusal(
        rule: "practitioner.other", field: "practitioner",
        problem: "a therapist records their own work only",
        remedy: "have the practitioner, or a supervisor, record it")
    }
    return practitioner
  }

  /// Refuses what only a licensed practitioner may do, by somebody who was not on that day in the
  /// clinic's state; any state counts while the clinic has no address.
  func requireLicensed(_ practitioner: SubjectID, on date: CivilDate) throws {
    let state = try clinic().profile.address.state
    guard try self.practitioner(practitioner).isLicensed(on: date, in: state) else {
      throw Refusal(
        rule: "B5", field: "practitioner",
        problem: "the practitioner has no active licence" + (state.isEmpty ? "" : " of \(state)")
          + " on \(date)",
        remedy: "record the licence or its renewal, or choose another practitioner")
    }
  }
}

extension PatientState {
  /// The stream of the provider who sent the patient for an episode: by its referral, else who made
  /// its first diagnosis; nil when nobody is known.
  public func referringProvider(ofEpisode id: String) -> String? {
    guard let episode = care.episodes[id] else { return nil }
    return referral.referrals[episode.opened.referral]?.received.referringProvider
      ?? episode.diagnoses.first { !$0.madeBy.isEmpty }?.madeBy
  }
}

extension CareState {
  /// Refuses a visit of an episode that is over on that day. An empty identifier is no episode.
  func requireOngoing(episode id: String, on date: CivilDate, field: String) throws {
    guard let episode = episodes[id], episode.isDischarged,
      episode.discharged.dischargedOn <= date.compact
    else { return }
    throw dischargedEpisode(field)
  }
}

private func dischargedEpisode(_ field: String) -> Refusal {
  Refusal(
    rule: "episode.discharged", field: field, problem: "the episode is discharged",
    remedy: "open a new episode")
}

func unknownReference(_ field: String, _ problem: String) -> Refusal {
  Refusal(
    rule: "reference.unknown", field: field, problem: problem,
    remedy: "check the identifier; `chartledger audit patient` lists them")
}

extension DecisionContext {
  /// The given day or today.
  ///
  /// - Throws: `Refusal` for a day that is still to come.
  func pastOrToday(_ given: CivilDate?, field: String) throws -> CivilDate {
    let date = given ?? today
    guard date <= zone.date(of: now) else {
      throw Refusal(
        rule: "date.future", field: field, problem: "\(date) is still to come",
        remedy: "give the day on which it happened")
    }
    return date
  }
}
