import Practice
import PracticeEvents

/// For whom a packet is: it decides which events are shown, and which only proved to exist.
public enum PacketProfile: String, Sendable, CaseIterable {
  /// Who pays: what 45 CFR 164.502(b) calls the minimum necessary to judge a claim.
  case payer
  /// The patient: the whole record (164.524).
  case patient
  /// The licensing board: originals, unedited, with full names (N.J.A.C. 13:37A-5.3(b)1).
  case board
  /// A court: as the board.
  case court

  /// Whether an event with this content is shown.
  ///
  /// - Parameter withNotes: the payer asked for the notes of the treatment.
  public func shows(_ content: PacketContent, withNotes: Bool) -> Bool {
    switch self {
    case .patient, .board, .court: true
    case .payer:
      switch content {
      case .coverage, .prescription, .diagnosis, .session, .billing: true
      case .note: withNotes
      case .identity, .consent, .clinical, .scheduling, .account, .clinic: false
      }
    }
  }
}

/// What an event tells about a patient, as far as profiles tell it apart. Clinical content and
/// billing facts never share an event, so that each can be disclosed alone.
public enum PacketContent: Sendable, CaseIterable {
  /// Name, birth, contact; who received the record. A payer knows its member by the coverage.
  case identity
  case consent
  /// Intake, screening, assessment, measures, goals, plan.
  case clinical
  /// Notes of the treatment with their amendments.
  case note
  /// What a claim must rest on: the doctor's order.
  case prescription
  case diagnosis
  /// Coverage, its verification, authorizations.
  case coverage
  /// Who treated, when, how long, with which procedures.
  case session
  /// Charges and claims with the payer's answers.
  case billing
  case scheduling
  /// The patient's own money: payments, packages, plans, income.
  case account
  /// Of the clinic, not of a patient.
  case clinic
}

extension Fact {
  /// Every kind is one case here, so that a new kind is not disclosed by oversight.
  public var packetContent: PacketContent {
    switch self {
    case .patientRegistered, .patientDemographicsChanged, .recordDisclosed,
      .recordsRequestReceived, .recordsRequestFulfilled:
      .identity
    case .consentSigned, .consentRevoked: .consent
    case .intakeCompleted, .contraindicationScreened: .clinical
    // It argues for an HSA or FSA; a health plan has no use for it.
    case .medicalNecessityLetterRecorded: .clinical

    case .coverageAdded, .coverageTerminated, .verificationRequested, .insuranceVerified,
      .verificationFailed, .inactiveCoverageFound, .verificationVoided, .authorizationRequested,
      .authorizationApproved, .authorizationDenied, .authorizationConsumed,
      .authorizationReleased, .benefitAccumulatorAdjusted:
      .coverage
    // Why the patient pays alone is no payer's business (164.522(a)(1)(vi)).
    case .selfPayElected, .coverageRouteChosen: .account

    // Faxed pages, whatever is on them.
    case .documentReceived, .documentMatched: .clinical
    case .referralReceived, .prescriptionAccepted, .prescriptionRejected, .prescriptionRevoked,
      .prescriptionVisitConsumed, .prescriptionVisitReleased:
      .prescription

    case .diagnosisRecorded: .diagnosis
    case .episodeOpened, .assessmentCompleted, .outcomeMeasureScored, .rangeOfMotionMeasured,
      .goalSet, .goalMet, .goalNotMet, .treatmentPlanAdopted, .frequencyOverridden,
      .taperStepTaken, .phaseChanged, .reevaluationCompleted, .progressReportSent,
      .episodeDischarged:
      .clinical

    case .appointmentBooked, .appointmentRescheduled, .appointmentConfirmed,
      .appointmentCancelled, .appointmentNoShowRecorded, .patientCheckedIn,
      .treatmentClearanceOverridden, .recurringSeriesBooked, .recurringSeriesCancelled,
      .waitlistJoined, .waitlistSlotOffered, .waitlistFilled, .waitlistLeft,
      .appointmentNoShowReversed, .reminderSent:
      .scheduling

    case .sessionDelivered, .sessionVoided, .unitsDetermined, .codingEditRaised,
      .codingEditResolved:
      .session
    // What the patient asked to have amended goes where the notes go (45 CFR 164.526(d)(5)).
    case .soapNoteSigned, .noteAmended, .noteAddendumAdded, .amendmentRequested,
      .amendmentDecided:
      .note

    case .chargePosted, .chargeVoided, .claimSubmitted, .claimAcknowledged,
      .claimRejectedFrontEnd, .remittanceReceived, .claimAdjudicated, .claimReversed,
      .claimStatusReceived, .appealFiled, .appealDecided:
      .billing
    // What the patient hands in himself; what the clinic thinks of a claim, and who else pays.
    case .superbillIssued, .claimHeld, .claimReleased, .claimClosed, .balanceTransferred: .account

    case .paymentReceived, .paymentApplied, .paymentUnapplied, .paymentReversed, .refundIssued,
      .writeOffPosted, .writeOffReversed, .packageSold, .packageRedeemed,
      .packageRedemptionReversed, .paymentPlanAgreed, .instalmentPaid, .instalmentMissed,
      .slidingScaleApproved, .noShowFeeCharged, .feeWaived, .goodFaithEstimateIssued,
      .packageExtended, .breakageRecognized, .packageRefunded, .packageTransferred,
      .packageTransferReceived, .paymentPlanAmended, .paymentPlanDefaulted,
      .paymentPlanCompleted, .slidingScaleApplied, .slidingScaleDenied, .slidingScaleEnded,
      .creditTransferred, .creditTransferReceived, .openingBalanceRecorded,
      .goodFaithEstimateDelivered, .goodFaithEstimateDisputed, .statementIssued,
      .itemizedReceiptIssued, .taxStatementIssued, .documentIssued, .superbillVoided,
      .patientReimbursementReported:
      .account

    case .practitionerRegistered, .licenseRecorded, .licenseRenewed, .licenseStatusChanged,
      .trainingCredentialRecorded, .privilegeGranted, .privilegeRevoked, .availabilitySet,
      .referringProviderRegistered, .sitePracticeProfileSet, .payerRegistered,
      .payerPolicyChanged, .serviceCatalogItemDefined, .feeScheduleVersionPublished,
      .ruleTablePublished, .periodClosed, .periodReopened, .schemaPublished, .userRoleGranted,
      .userRoleRevoked, .streamHeadsSealed, .practitionerTimeBlocked, .practitionerTimeUnblocked,
      .roomBlocked, .roomUnblocked, .remittanceExceptionRecorded, .remittanceExceptionResolved,
      .providerAdjustmentResolved, .payerRefundIssued, .claimBatchSent, .logForked, .logKeyRotated,
      .recordAccessed, .codeListPublished, .packageDefined, .tillOpened, .tillCounted, .tillClosed,
      .depositMade, .depositReversed, .journalExported:
      .clinic
    }
  }
}
