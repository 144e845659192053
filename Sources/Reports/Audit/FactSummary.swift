import Practice
import PracticeEvents

extension Fact {
  /// What an event says in a line of identifiers, codes, dates and numbers. Narrative text, names
  /// and answers of patients are left out, so that a list of events is not a second chart.
  ///
  /// - Returns: empty for events of the account, which the ledger tells, and of other subjects.
  public var summary: String {
    personSummary ?? coverageSummary ?? referralSummary ?? episodeSummary ?? visitSummary
      ?? requestSummary ?? booksSummary ?? ""
  }

  private var personSummary: String? {
    switch self {
    case .patientRegistered(let fact): "MRN \(fact.mrn)"
    case .patientDemographicsChanged(let fact): fact.changed.joined(separator: ", ")
    case .consentSigned(let fact):
      "\(fact.consent), \(fact.kind.text)" + day(", signed", fact.signedOn)
        + day(", through", fact.expiresOn)
    case .consentRevoked(let fact): "\(fact.consent)\(day(" from", fact.revokedOn))"
    case .intakeCompleted(let fact):
      "\(fact.medications.count) medications, \(fact.allergies.count) allergies"
        + day(", onset", fact.onsetOn)
    case .contraindicationScreened(let fact):
      "\(fact.screening): \(fact.findings.count) findings, \(fact.outcome.text)"
    case .medicalNecessityLetterRecorded(let fact):
      "\(fact.letter)\(day(" from", fact.validFrom))\(day(" through", fact.validThrough))"
    case .recordDisclosed(let fact):
      "\(fact.basis.text)\(day(", on", fact.disclosedOn))"
    default: nil
    }
  }

  private var coverageSummary: String? {
    switch self {
    case .coverageAdded(let fact):
      "\(fact.coverage)\(day(" from", fact.effectiveFrom))\(day(" through", fact.effectiveThrough))"
    case .coverageTerminated(let fact): "\(fact.coverage)\(day(", last day", fact.terminatedOn))"
    case .verificationRequested(let fact): "\(fact.verification) of \(fact.coverage)"
    case .insuranceVerified(let fact):
      "\(fact.verification) of \(fact.coverage): active \(fact.active.text)"
        + day(", good through", fact.goodThrough)
    case .verificationFailed(let fact):
      "\(fact.verification) of \(fact.coverage): AAA03 \(InquiryRejection.text(fact))"
    case .inactiveCoverageFound(let fact):
      "\(fact.verification) of \(fact.coverage)\(day(": inactive from", fact.inactiveFrom))"
    case .verificationVoided(let fact): fact.verification
    case .authorizationRequested(let fact):
      "\(fact.authorization): \(fact.visits) visits, \(fact.units) units"
    case .authorizationApproved(let fact):
      "\(fact.authorization), number \(fact.authorizationNumber): \(fact.visits) visits, "
        + "\(fact.units) units\(day(", through", fact.throughDateOn))"
    case .authorizationDenied(let fact): fact.authorization
    case .authorizationConsumed(let fact):
      "\(fact.authorization) for \(fact.session): \(fact.units) units"
    case .authorizationReleased(let fact):
      "\(fact.authorization) for \(fact.session): \(fact.units) units back"
    case .selfPayElected(let fact):
      "\(day("from", fact.fromDateOn))\(day(" through", fact.throughDateOn))"
    case .benefitAccumulatorAdjusted(let fact):
      "\(fact.coverage): \(fact.visitsElsewhere) visits elsewhere\(day(" through", fact.asOfOn))"
    case .coverageRouteChosen(let fact):
      "\(fact.route.text)\(day(" from", fact.fromDateOn))"
    default: nil
    }
  }

  private var referralSummary: String? {
    switch self {
    case .documentReceived(let fact): "\(fact.document): \(fact.pages) pages"
    case .documentMatched(let fact): fact.document
    case .referralReceived(let fact): "\(fact.referral)\(day(", written", fact.writtenOn))"
    case .prescriptionAccepted(let fact):
      "\(fact.prescription) of \(fact.referral): "
        + (fact.visitsOrdered == 0 ? "visits not limited" : "\(fact.visitsOrdered) visits")
        + day(", through", fact.validThrough)
    case .prescriptionRejected(let fact):
      "\(fact.referral), missing: \(fact.missing.joined(separator: ", "))"
    case .prescriptionRevoked(let fact): "\(fact.prescription)\(day(" from", fact.revokedOn))"
    case .prescriptionVisitConsumed(let fact): "\(fact.prescription) for \(fact.session)"
    case .prescriptionVisitReleased(let fact): "\(fact.prescription) for \(fact.session)"
    default: nil
    }
  }

  private var episodeSummary: String? {
    switch self {
    case .episodeOpened(let fact): "\(fact.episode): \(fact.conditionClass.text)"
    case .diagnosisRecorded(let fact): "\(fact.episode): \(fact.icd10Cm), rank \(fact.rank)"
    case .assessmentCompleted(let fact): "\(fact.assessment) of \(fact.episode)"
    case .outcomeMeasureScored(let fact):
      "\(fact.measure): \(OutcomeInstrument.of(fact.instrument)?.name ?? "measure") "
        + Cell.decimal(hundredths: Int(fact.scoreHundredths))
    case .rangeOfMotionMeasured(let fact):
      "\(fact.measure): \(fact.joint) \(fact.motion) \(fact.degrees)°"
    case .goalSet(let fact): "\(fact.goal)\(day(", due", fact.dueOn))"
    case .goalMet(let fact): fact.goal
    case .goalNotMet(let fact): fact.goal
    case .treatmentPlanAdopted(let fact):
      "\(fact.plan) of \(fact.episode): \(fact.plannedVisits) visits"
    case .frequencyOverridden(let fact):
      "\(fact.episode): "
        + (fact.visitsPerWeekMinHundredths > 0
          ? "at least \(Cell.decimal(hundredths: Int(fact.visitsPerWeekMinHundredths))), " : "")
        + "at most "
        + "\(Cell.decimal(hundredths: Int(fact.visitsPerWeekMaxHundredths))) a week"
    case .taperStepTaken(let fact): "\(fact.episode): phase \(fact.phase)"
    case .phaseChanged(let fact): "\(fact.episode): \(fact.conditionClass.text)"
    case .reevaluationCompleted(let fact): "\(fact.reevaluation) of \(fact.episode)"
    case .progressReportSent(let fact): "\(fact.episode)\(day(", sent", fact.sentOn))"
    case .episodeDischarged(let fact): fact.episode
    default: nil
    }
  }

  private var visitSummary: String? {
    switch self {
    case .appointmentBooked(let fact):
      "\(fact.appointment): \(fact.service)\(day(" on", fact.dateOn))"
    case .appointmentRescheduled(let fact):
      "\(fact.appointment)\(day(" from", fact.previousDateOn))\(day(" to", fact.dateOn))"
        + (fact.late ? ", late" : "")
    case .appointmentConfirmed(let fact): fact.appointment
    case .appointmentCancelled(let fact):
      "\(fact.appointment) by the \(fact.byPatient ? "patient" : "clinic")"
        + (fact.late ? ", late" : "")
    case .appointmentNoShowRecorded(let fact): fact.appointment
    case .appointmentNoShowReversed(let fact): fact.appointment
    case .reminderSent(let fact): fact.appointment
    case .recurringSeriesBooked(let fact):
      "\(fact.series): \(fact.recurrence)\(day(" from", fact.firstDateOn))"
    case .recurringSeriesCancelled(let fact):
      "\(fact.series): \(fact.appointments.count) cancelled\(day(" from", fact.fromDateOn))"
    case .waitlistJoined(let fact):
      "\(fact.waitlistEntry): \(fact.service)\(day(" until", fact.throughDateOn))"
    case .waitlistSlotOffered(let fact): "\(fact.waitlistEntry)\(day(" on", fact.dateOn))"
    case .waitlistFilled(let fact): "\(fact.waitlistEntry) with \(fact.appointment)"
    case .waitlistLeft(let fact): fact.waitlistEntry
    case .patientCheckedIn(let fact): fact.appointment
    case .treatmentClearanceOverridden(let fact):
      "\(fact.appointment): \(fact.blocks.joined(separator: ", "))"
    case .sessionDelivered(let fact):
      "\(fact.session): "
        + fact.services.map { "\($0.cpt) \($0.minutes) min" }.joined(separator: ", ")
    case .soapNoteSigned(let fact): "\(fact.note) of \(fact.session)"
    case .noteAmended(let fact): "\(fact.note): \(fact.section)"
    case .noteAddendumAdded(let fact): fact.note
    case .sessionVoided(let fact): fact.session
    case .unitsDetermined(let fact):
      "\(fact.session): " + fact.lines.map { "\($0.cpt) × \($0.units)" }.joined(separator: ", ")
    case .codingEditRaised(let fact):
      "\(fact.session) line \(fact.line): \(fact.columnOneCpt)/\(fact.columnTwoCpt)"
    case .codingEditResolved(let fact):
      "\(fact.session) line \(fact.line): \(fact.modifier)"
    default: nil
    }
  }
}

extension Fact {
  private var requestSummary: String? {
    switch self {
    case .recordsRequestReceived(let fact): "\(fact.request)\(day(", due", fact.dueOn))"
    case .recordsRequestFulfilled(let fact): fact.request
    case .amendmentRequested(let fact):
      "\(fact.request) of event \(fact.event)\(day(", due", fact.dueOn))"
    case .amendmentDecided(let fact):
      "\(fact.request): \(fact.accepted ? "accepted" : "denied")"
    default: nil
    }
  }
}

extension Fact {
  private var booksSummary: String? {
    switch self {
    case .tillOpened(let fact): "till \(fact.till) opened with \(Money(cents: fact.floatCents))"
    case .tillCounted(let fact): "till \(fact.till) counted: \(Money(cents: fact.totalCents))"
    case .tillClosed(let fact):
      "till \(fact.till) closed: \(Money(cents: fact.countedCents)) of "
        + "\(Money(cents: fact.expectedCents)) expected"
    case .depositMade(let fact):
      "deposit \(fact.deposit) of \(Money(cents: fact.bankedCents))\(day(" on", fact.depositedOn))"
    case .depositReversed(let fact): "deposit \(fact.deposit) reversed"
    case .journalExported(let fact):
      "journal\(day(" from", fact.fromOn))\(day(" through", fact.throughOn)), "
        + "\(fact.entries) entries, \(fact.format)"
    case .periodClosed(let fact): "month \(fact.month) closed"
    case .periodReopened(let fact): "month \(fact.month) reopened"
    default: nil
    }
  }
}

extension PracticeEvent {
  /// What it says in a line, without narrative and names.
  var what: String { fact?.accountText ?? fact?.summary ?? "" }

  /// The name of its kind in the catalogue.
  var kindName: String { kind.map { "\($0)" } ?? "unknown" }
}

/// The words with a date; nothing for no date.
private func day(_ words: String, _ compact: Int32) -> String {
  compact.civilDate.map { "\(words) \($0)" } ?? ""
}

extension Answer {
  fileprivate var text: String {
    switch self {
    case .yes: "yes"
    case .no: "no"
    case .unknown, .UNRECOGNIZED: "unknown"
    }
  }
}

extension ConsentKind {
  fileprivate var text: String {
    switch self {
    case .treatment: "treatment"
    case .privacy: "privacy"
    case .financial: "financial"
    case .noShowPolicy: "no-show policy"
    case .assignmentOfBenefits: "assignment of benefits"
    case .releaseOfInformation: "release of information"
    case .electronicCommunication: "electronic communication"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }
}

extension ScreeningOutcome {
  fileprivate var text: String {
    switch self {
    case .cleared: "cleared"
    case .modify: "modify"
    case .refer: "refer"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }
}

extension CoverageRoute {
  var text: String {
    switch self {
    case .outOfPocket: "out of pocket"
    case .hsaFsa: "HSA or FSA"
    case .slidingOrPlan: "sliding scale or plan"
    case .taxStatement: "tax statement"
    case .patientReimbursement: "patient reimbursement"
    case .inNetworkClaim: "in-network claim"
    case .outOfNetworkClaim: "out-of-network claim"
    case .autoPip: "auto PIP"
    case .workersCompensation: "workers' compensation"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }
}
