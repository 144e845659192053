import PracticeEvents

extension CareState: FoldedState {
  public mutating func apply(_ recorded: RecordedFact) {
    switch recorded.event.fact {
    case .episodeOpened(let fact):
      episodes.change(fact.episode, or: Episode()) { episode in
        episode.opened = fact
        episode.event = recorded.eventID
        episode.position = recorded.position
      }
    case .diagnosisRecorded(let fact):
      episodes[fact.episode]?.place(fact)
    case .assessmentCompleted(let fact):
      episodes.change(fact.episode) { episode in
        episode.assessments.append(fact)
        episode.assessmentEvents[fact.assessment] = recorded.eventID
      }
    case .outcomeMeasureScored(let fact):
      measures.append(fact)
    case .rangeOfMotionMeasured(let fact):
      motions.append(fact)
    case .treatmentPlanAdopted(let fact):
      episodes[fact.episode]?.plans.append(fact)
      episodes[fact.episode]?.eventOf[fact.plan] = recorded.eventID
    case .frequencyOverridden(let fact):
      var advice = FrequencyAdvice()
      advice.advice = fact
      advice.reason = recorded.event.reason
      advice.user = recorded.event.actor.user
      advice.initials = recorded.event.actor.initials
      advice.event = recorded.eventID
      episodes[fact.episode]?.frequencyAdvice.append(advice)
    case .taperStepTaken(let fact):
      episodes[fact.episode]?.taperSteps.append(fact)
    case .phaseChanged(let fact):
      episodes[fact.episode]?.phaseChanges.append(fact)
      episodes[fact.episode]?.phaseChangeEvents.append(recorded.eventID)
    case .reevaluationCompleted(let fact):
      episodes[fact.episode]?.reevaluations.append(fact)
      episodes[fact.episode]?.eventOf[fact.reevaluation] = recorded.eventID
    case .progressReportSent(let fact):
      episodes[fact.episode]?.progressReports.append(fact)
    case .episodeDischarged(let fact):
      episodes[fact.episode]?.discharged = fact
      episodes[fact.episode]?.isDischarged = true
    case .goalSet(let fact):
      goals.change(fact.goal, or: Goal()) { goal in
        goal.set = fact
        goal.status = .open
      }
    case .goalMet(let fact):
      close(fact.goal, as: .met, on: fact.metOn, measure: fact.measure)
    case .goalNotMet(let fact):
      close(fact.goal, as: .notMet, on: fact.closedOn)
    default:
      applySession(recorded)
    }
  }

  private mutating func applySession(_ recorded: RecordedFact) {
    switch recorded.event.fact {
    case .sessionDelivered(let fact):
      sessions.change(fact.session, or: Session()) { session in
        session.delivered = fact
        session.event = recorded.eventID
        session.position = recorded.position
      }
    case .unitsDetermined(let fact):
      sessions.change(fact.session) { $0.units = fact }
    case .sessionVoided(let fact):
      sessions[fact.session]?.voided = true
      sessions[fact.session]?.voidedPosition = recorded.position
    case .codingEditRaised(let fact):
      var edit = Edit()
      edit.raised = fact
      edit.event = recorded.eventID
      sessions.change(fact.session) { $0.edits.append(edit) }
    case .codingEditResolved(let fact):
      let index = sessions[fact.session]?.edits.firstIndex {
        $0.raised.line == fact.line && $0.raised.columnOneCpt == fact.columnOneCpt
          && $0.raised.columnOneSession == fact.columnOneSession
      }
      guard let index else { break }
      sessions[fact.session]?.edits[index].resolved = fact
      sessions[fact.session]?.edits[index].isResolved = true
      sessions[fact.session]?.edits[index].event = recorded.eventID
    case .soapNoteSigned(let fact):
      sessions.change(fact.session) { $0.note = fact.note }
      notes.change(fact.note, or: Note()) { note in
        note.signed = fact
        note.author = recorded.event.actor.user
        note.event = recorded.eventID
      }
    case .noteAmended(let fact):
      notes[fact.note]?.amendments.append(fact)
    case .noteAddendumAdded(let fact):
      notes[fact.note]?.addenda.append(fact)
    case .chargePosted(let fact):
      sessions.change(fact.session) { $0.chargeByLine[fact.line] = fact.charge }
    case .chargeVoided(let fact):
      releaseLine(of: fact.charge)
    default:
      break
    }
  }

  private mutating func close(
    _ goal: String, as status: GoalStatus, on date: Int32, measure: String = ""
  ) {
    goals[goal]?.status = status
    goals[goal]?.closedOn = date
    goals[goal]?.measure = measure
  }

  /// A voided charge names no session, so the session that carries it is looked up.
  private mutating func releaseLine(of charge: String) {
    for (id, session) in sessions {
      guard let line = session.chargeByLine.first(where: { $0.value == charge })?.key else {
        continue
      }
      sessions[id]?.chargeByLine[line] = nil
    }
  }
}

extension CareState.Episode {
  /// Keeps the diagnoses in order of rank, one of each; a rank recorded again replaces the first.
  fileprivate mutating func place(_ diagnosis: DiagnosisRecorded) {
    diagnoses.removeAll { $0.rank == diagnosis.rank }
    let index = diagnoses.firstIndex { $0.rank > diagnosis.rank } ?? diagnoses.endIndex
    diagnoses.insert(diagnosis, at: index)
  }
}
