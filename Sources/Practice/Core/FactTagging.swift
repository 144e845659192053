import PracticeEvents

extension PracticeEvent {
  /// The index terms of this event, in a fixed order without duplicates. They come from the event
  /// alone, so that an import tags as the original did. The subject's own stream is no tag: the
  /// log indexes it anyway.
  public var tags: [FactTag] {
    var seen: Set<FactTag> = []
    return ((fact?.tags ?? []) + readerTags).compactMap { $0 }.filter { seen.insert($0).inserted }
  }

  /// Of the events only those of the access log are found by who did it.
  private var readerTags: [FactTag?] {
    guard case .recordAccessed = fact else { return [] }
    return [.user(actor.user)]
  }
}

extension RecordAccessed {
  /// As many patients as a log event has room for tags, the user's being one.
  static let taggedPatients = 31

  fileprivate var patientTags: [FactTag?] {
    guard !allPatients, patients.count <= Self.taggedPatients else { return [.manyPatients] }
    return patients.map(FactTag.patientText)
  }
}

extension Fact {
  fileprivate var tags: [FactTag?] {
    func ids(_ texts: String...) -> [FactTag?] { texts.map(FactTag.identifier) }
    switch self {
    case .patientRegistered(let f):
      return [f.mrn.isEmpty ? nil : .mrn(f.mrn), f.bornOn == 0 ? nil : .bornOn(f.bornOn)]
    case .patientDemographicsChanged(let f): return [f.bornOn == 0 ? nil : .bornOn(f.bornOn)]
    case .consentSigned(let f): return ids(f.consent)
    case .consentRevoked(let f): return ids(f.consent)
    case .contraindicationScreened(let f): return ids(f.screening)
    case .medicalNecessityLetterRecorded(let f): return ids(f.letter, f.document)
    case .intakeCompleted, .recordDisclosed: return []

    case .practitionerRegistered(let f): return [f.npi.isEmpty ? nil : .npi(f.npi)]
    case .licenseRecorded(let f): return ids(f.license)
    case .licenseRenewed(let f): return ids(f.license)
    case .licenseStatusChanged(let f): return ids(f.license)
    case .trainingCredentialRecorded(let f): return ids(f.credential)
    case .privilegeGranted, .privilegeRevoked, .availabilitySet: return []
    case .practitionerTimeBlocked(let f): return ids(f.block)
    case .practitionerTimeUnblocked(let f): return ids(f.block)
    case .referringProviderRegistered(let f): return [f.npi.isEmpty ? nil : .npi(f.npi)]

    case .coverageAdded(let f): return ids(f.coverage) + [.payerText(f.payer)]
    case .coverageTerminated(let f): return ids(f.coverage)
    case .verificationRequested(let f): return ids(f.verification, f.coverage)
    case .insuranceVerified(let f):
      return ids(f.verification, f.coverage) + [.fileBytes(f.fileSha256)]
    case .verificationFailed(let f):
      return ids(f.verification, f.coverage) + [.fileBytes(f.fileSha256)]
    case .inactiveCoverageFound(let f):
      return ids(f.verification, f.coverage) + [.fileBytes(f.fileSha256)]
    case .verificationVoided(let f): return ids(f.verification)
    case .authorizationRequested(let f): return ids(f.authorization, f.coverage)
    case .authorizationApproved(let f): return ids(f.authorization, f.coverage)
    case .authorizationDenied(let f): return ids(f.authorization, f.coverage)
    case .authorizationConsumed(let f): return ids(f.authorization, f.session)
    case .authorizationReleased(let f): return ids(f.authorization, f.session)
    case .selfPayElected(let f): return ids(f.formDocument)
    case .coverageRouteChosen(let f): return ids(f.coverage)
    case .benefitAccumulatorAdjusted(let f): return ids(f.coverage)

    case .documentReceived(let f):
      return ids(f.document) + [
        f.blob.isEmpty ? nil : .blob(f.blob),
        f.byteCount == 0 ? nil : .documentBytes(f.byteCount),
        f.digest.isEmpty ? nil : .documentDigest(Array(f.digest)),
      ]
    case .documentMatched(let f): return ids(f.document)
    case .referralReceived(let f): return ids(f.referral, f.document)
    case .prescriptionAccepted(let f): return ids(f.prescription, f.referral, f.renews)
    case .prescriptionRejected(let f): return ids(f.referral)
    case .prescriptionRevoked(let f): return ids(f.prescription)
    case .prescriptionVisitConsumed(let f): return ids(f.prescription, f.session)
    case .prescriptionVisitReleased(let f): return ids(f.prescription, f.session)

    case .episodeOpened(let f): return ids(f.episode, f.referral)
    case .diagnosisRecorded(let f): return ids(f.episode, f.referral)
    case .assessmentCompleted(let f):
      return ids(f.assessment, f.episode) + [.practitionerText(f.practitioner)]
    case .outcomeMeasureScored(let f): return ids(f.measure, f.episode, f.session)
    case .rangeOfMotionMeasured(let f): return ids(f.measure, f.episode)
    case .goalSet(let f): return ids(f.goal, f.episode)
    case .goalMet(let f): return ids(f.goal, f.measure)
    case .goalNotMet(let f): return ids(f.goal)
    case .treatmentPlanAdopted(let f): return ids(f.plan, f.episode, f.revises)
    case .frequencyOverridden(let f): return ids(f.episode)
    case .taperStepTaken(let f): return ids(f.episode)
    case .phaseChanged(let f): return ids(f.episode)
    case .reevaluationCompleted(let f):
      return ids(f.reevaluation, f.episode) + [.practitionerText(f.practitioner)]
    case .progressReportSent(let f): return ids(f.episode, f.document)
    case .episodeDischarged(let f): return ids(f.episode)

    case .appointmentBooked(let f):
      return ids(f.appointment, f.episode, f.series) + [
        .practitionerDayText(f.practitioner, f.dateOn), .roomDayText(f.room, f.dateOn),
      ]
    case .appointmentRescheduled(let f):
      return ids(f.appointment) + [
        .practitionerDayText(f.previousPractitioner, f.previousDateOn),
        .practitionerDayText(f.practitioner, f.dateOn),
        .roomDayText(f.previousRoom, f.previousDateOn), .roomDayText(f.room, f.dateOn),
      ]
    case .appointmentConfirmed(let f): return ids(f.appointment)
    case .appointmentCancelled(let f):
      return ids(f.appointment) + [
        .practitionerDayText(f.practitioner, f.dateOn), .roomDayText(f.room, f.dateOn),
      ]
    case .appointmentNoShowRecorded(let f):
      return ids(f.appointment) + [
        .practitionerDayText(f.practitioner, f.dateOn), .roomDayText(f.room, f.dateOn),
      ]
    case .appointmentNoShowReversed(let f):
      return ids(f.appointment) + [
        .practitionerDayText(f.practitioner, f.dateOn), .roomDayText(f.room, f.dateOn),
      ]
    case .reminderSent(let f): return ids(f.appointment)
    case .recurringSeriesBooked(let f): return ids(f.series)
    case .recurringSeriesCancelled(let f): return ids(f.series)
    case .waitlistJoined(let f): return ids(f.waitlistEntry, f.episode)
    case .waitlistSlotOffered(let f): return ids(f.waitlistEntry)
    case .waitlistFilled(let f): return ids(f.waitlistEntry, f.appointment)
    case .waitlistLeft(let f): return ids(f.waitlistEntry)
    case .roomBlocked(let f): return ids(f.block)
    case .roomUnblocked(let f): return ids(f.block)
    case .patientCheckedIn(let f): return ids(f.appointment)
    case .treatmentClearanceOverridden(let f): return ids(f.appointment)

    case .sessionDelivered(let f):
      return ids(f.session, f.appointment, f.episode) + [.practitionerText(f.practitioner)]
    case .soapNoteSigned(let f): return ids(f.note, f.session)
    case .noteAmended(let f): return ids(f.note)
    case .noteAddendumAdded(let f): return ids(f.note)
    case .sessionVoided(let f): return ids(f.session)
    case .unitsDetermined(let f): return ids(f.session)
    case .codingEditRaised(let f): return ids(f.session, f.columnOneSession)
    case .codingEditResolved(let f): return ids(f.session, f.columnOneSession)

    case .chargePosted(let f): return ids(f.charge, f.session)
    case .chargeVoided(let f): return ids(f.charge)
    case .claimSubmitted(let f):
      return ids(f.claim, f.coverage, f.replaces) + [.payerText(f.payer)]
    case .claimHeld(let f): return ids(f.claim, f.coverage)
    case .claimReleased(let f): return ids(f.claim)
    case .claimBatchSent(let f):
      return ids(f.batch) + [f.groupControl.isEmpty ? nil : .claimFile(f.groupControl)]
    case .claimAcknowledged(let f): return ids(f.claim) + [.fileBytes(f.fileSha256)]
    case .claimRejectedFrontEnd(let f): return ids(f.claim) + [.fileBytes(f.fileSha256)]
    case .claimStatusReceived(let f): return ids(f.claim) + [.fileBytes(f.fileSha256)]
    case .remittanceReceived(let f):
      return ids(f.remittance) + [
        f.traceNumber.isEmpty ? nil : .remittanceTrace(f.traceNumber), .fileBytes(f.fileSha256),
      ]
    case .remittanceExceptionRecorded(let f): return ids(f.exception, f.remittance)
    case .remittanceExceptionResolved(let f): return ids(f.exception)
    case .claimAdjudicated(let f): return ids(f.claim, f.remittance)
    case .claimReversed(let f): return ids(f.claim, f.remittance)
    case .balanceTransferred(let f): return ids(f.charge, f.toCoverage)
    case .appealFiled(let f): return ids(f.appeal, f.claim)
    case .appealDecided(let f): return ids(f.appeal)
    case .claimClosed(let f): return ids(f.claim)
    case .providerAdjustmentResolved(let f): return ids(f.remittance, f.otherRemittance, f.claim)
    case .payerRefundIssued(let f): return ids(f.payerRefund, f.claim)
    case .superbillIssued(let f): return ids(f.superbill, f.supersedes)

    case .paymentReceived(let f):
      return ids(f.payment) + [f.method == .cash ? .tillDayText(f.till, f.receivedOn) : nil]
    case .paymentApplied(let f): return ids(f.payment, f.charge)
    case .paymentUnapplied(let f): return ids(f.payment, f.charge)
    case .paymentReversed(let f):
      return ids(f.payment) + [.tillDayText(f.till, f.reversedOn)]
    case .refundIssued(let f):
      return ids(f.refund, f.payment) + [.tillDayText(f.till, f.refundedOn)]
    case .writeOffPosted(let f): return ids(f.writeOff, f.charge)
    case .writeOffReversed(let f): return ids(f.writeOff)
    case .packageSold(let f): return ids(f.package, f.payment)
    case .packageRedeemed(let f): return ids(f.package, f.charge, f.session)
    case .packageRedemptionReversed(let f): return ids(f.package, f.charge)
    case .paymentPlanAgreed(let f): return ids(f.paymentPlan)
    case .instalmentPaid(let f): return ids(f.paymentPlan, f.payment)
    case .instalmentMissed(let f): return ids(f.paymentPlan)
    case .slidingScaleApplied(let f): return ids(f.application)
    case .slidingScaleApproved(let f): return ids(f.application)
    case .slidingScaleDenied(let f): return ids(f.application)
    case .slidingScaleEnded: return []
    case .packageExtended(let f): return ids(f.package)
    case .breakageRecognized(let f): return ids(f.package)
    case .packageRefunded(let f):
      return ids(f.package, f.refund, f.payment) + [.tillDayText(f.till, f.refundedOn)]
    // The other patient's package and credit are tagged on that patient's stream alone: a tag's
    // first event says whose a thing is.
    case .packageTransferred(let f): return ids(f.package)
    case .packageTransferReceived(let f): return ids(f.package)
    case .creditTransferred(let f): return ids(f.payment)
    case .creditTransferReceived(let f): return ids(f.payment)
    case .openingBalanceRecorded(let f): return ids(f.charge, f.payment)
    case .paymentPlanAmended(let f): return ids(f.paymentPlan)
    case .paymentPlanDefaulted(let f): return ids(f.paymentPlan)
    case .paymentPlanCompleted(let f): return ids(f.paymentPlan)
    case .goodFaithEstimateDelivered(let f): return ids(f.estimate)
    case .goodFaithEstimateDisputed(let f): return ids(f.estimate)
    case .statementIssued(let f): return ids(f.statement)
    case .itemizedReceiptIssued(let f): return ids(f.receipt)
    case .taxStatementIssued(let f): return ids(f.taxStatement)
    case .documentIssued(let f): return ids(f.shows)
    case .superbillVoided(let f): return ids(f.superbill)
    case .patientReimbursementReported(let f): return ids(f.superbill)
    case .noShowFeeCharged(let f): return ids(f.charge, f.appointment)
    case .feeWaived(let f): return ids(f.charge)
    case .goodFaithEstimateIssued(let f): return ids(f.estimate)

    case .tillOpened(let f): return [.tillText(f.till), .tillDayText(f.till, f.openedOn)]
    case .tillCounted(let f): return [.tillDayText(f.till, f.countedOn)]
    case .tillClosed(let f): return [.tillText(f.till), .tillDayText(f.till, f.closedOn)]
    case .depositMade(let f): return ids(f.deposit) + f.parts.tags
    case .depositReversed(let f): return ids(f.deposit) + f.parts.tags
    case .journalExported: return []

    case .codeListPublished(let f):
      return [
        f.category.isEmpty ? nil : .codeCategory(f.list, f.category),
        f.version.isEmpty ? nil : .codeList(f.list, f.version),
      ]
    case .payerRegistered(let f): return [f.payerID.isEmpty ? nil : .payerID(f.payerID)]
    case .packageDefined, .sitePracticeProfileSet, .payerPolicyChanged, .serviceCatalogItemDefined,
      .feeScheduleVersionPublished, .ruleTablePublished, .periodClosed, .periodReopened,
      .schemaPublished, .userRoleGranted, .userRoleRevoked, .logForked, .logKeyRotated,
      .streamHeadsSealed:
      return []
    case .recordAccessed(let f): return f.patientTags

    case .recordsRequestReceived(let f): return ids(f.request)
    case .recordsRequestFulfilled(let f): return ids(f.request)
    case .amendmentRequested(let f): return ids(f.request)
    case .amendmentDecided(let f): return ids(f.request)
    }
  }
}

extension [DepositMade.Part] {
  fileprivate var tags: [FactTag?] {
    flatMap { part in
      part.payments.map(FactTag.identifier) + [FactTag.tillText(part.till)]
    }
  }
}
