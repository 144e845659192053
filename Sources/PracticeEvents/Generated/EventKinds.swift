// Written by tools/generate-protobuf from event.proto; do not edit.
// swift-format-ignore-file

import SwiftProtobuf

extension PracticeEvent.OneOf_Fact {
  /// The number of this fact's field in `event.proto`.
  public var fieldNumber: UInt16 {
    switch self {
    case .patientRegistered: 101
    case .patientDemographicsChanged: 102
    case .consentSigned: 103
    case .consentRevoked: 104
    case .intakeCompleted: 105
    case .contraindicationScreened: 106
    case .medicalNecessityLetterRecorded: 107
    case .practitionerRegistered: 151
    case .licenseRecorded: 152
    case .licenseRenewed: 153
    case .licenseStatusChanged: 154
    case .trainingCredentialRecorded: 155
    case .privilegeGranted: 156
    case .privilegeRevoked: 157
    case .availabilitySet: 158
    case .referringProviderRegistered: 159
    case .practitionerTimeBlocked: 160
    case .practitionerTimeUnblocked: 161
    case .coverageAdded: 201
    case .coverageTerminated: 202
    case .verificationRequested: 203
    case .insuranceVerified: 204
    case .verificationFailed: 205
    case .inactiveCoverageFound: 206
    case .verificationVoided: 207
    case .authorizationRequested: 208
    case .authorizationApproved: 209
    case .authorizationDenied: 210
    case .authorizationConsumed: 211
    case .authorizationReleased: 212
    case .selfPayElected: 213
    case .coverageRouteChosen: 214
    case .benefitAccumulatorAdjusted: 215
    case .documentReceived: 251
    case .documentMatched: 252
    case .referralReceived: 253
    case .prescriptionAccepted: 254
    case .prescriptionRejected: 255
    case .prescriptionRevoked: 256
    case .prescriptionVisitConsumed: 257
    case .prescriptionVisitReleased: 258
    case .episodeOpened: 301
    case .diagnosisRecorded: 302
    case .assessmentCompleted: 303
    case .outcomeMeasureScored: 304
    case .rangeOfMotionMeasured: 305
    case .goalSet: 306
    case .goalMet: 307
    case .goalNotMet: 308
    case .treatmentPlanAdopted: 309
    case .frequencyOverridden: 310
    case .taperStepTaken: 311
    case .phaseChanged: 312
    case .reevaluationCompleted: 313
    case .progressReportSent: 314
    case .episodeDischarged: 315
    case .appointmentBooked: 351
    case .appointmentRescheduled: 352
    case .appointmentConfirmed: 353
    case .appointmentCancelled: 354
    case .appointmentNoShowRecorded: 355
    case .patientCheckedIn: 356
    case .treatmentClearanceOverridden: 357
    case .recurringSeriesBooked: 358
    case .recurringSeriesCancelled: 359
    case .waitlistJoined: 360
    case .waitlistSlotOffered: 361
    case .waitlistFilled: 362
    case .waitlistLeft: 363
    case .appointmentNoShowReversed: 364
    case .reminderSent: 365
    case .roomBlocked: 366
    case .roomUnblocked: 367
    case .sessionDelivered: 401
    case .soapNoteSigned: 402
    case .noteAmended: 403
    case .noteAddendumAdded: 404
    case .sessionVoided: 405
    case .unitsDetermined: 406
    case .codingEditRaised: 407
    case .codingEditResolved: 408
    case .chargePosted: 451
    case .chargeVoided: 452
    case .claimSubmitted: 453
    case .claimAcknowledged: 454
    case .claimRejectedFrontEnd: 455
    case .remittanceReceived: 456
    case .claimAdjudicated: 457
    case .claimReversed: 458
    case .superbillIssued: 459
    case .claimHeld: 460
    case .claimReleased: 461
    case .remittanceExceptionRecorded: 462
    case .remittanceExceptionResolved: 463
    case .claimStatusReceived: 464
    case .balanceTransferred: 465
    case .appealFiled: 466
    case .appealDecided: 467
    case .claimClosed: 468
    case .providerAdjustmentResolved: 469
    case .payerRefundIssued: 470
    case .claimBatchSent: 471
    case .paymentReceived: 501
    case .paymentApplied: 502
    case .paymentUnapplied: 503
    case .paymentReversed: 504
    case .refundIssued: 505
    case .writeOffPosted: 506
    case .writeOffReversed: 507
    case .packageSold: 508
    case .packageRedeemed: 509
    case .packageRedemptionReversed: 510
    case .paymentPlanAgreed: 511
    case .instalmentPaid: 512
    case .instalmentMissed: 513
    case .slidingScaleApproved: 514
    case .noShowFeeCharged: 515
    case .feeWaived: 516
    case .goodFaithEstimateIssued: 517
    case .packageDefined: 518
    case .packageExtended: 519
    case .breakageRecognized: 520
    case .packageRefunded: 521
    case .packageTransferred: 522
    case .packageTransferReceived: 523
    case .paymentPlanAmended: 524
    case .paymentPlanDefaulted: 525
    case .paymentPlanCompleted: 526
    case .slidingScaleApplied: 527
    case .slidingScaleDenied: 528
    case .slidingScaleEnded: 529
    case .creditTransferred: 530
    case .creditTransferReceived: 531
    case .openingBalanceRecorded: 532
    case .goodFaithEstimateDelivered: 533
    case .goodFaithEstimateDisputed: 534
    case .statementIssued: 535
    case .itemizedReceiptIssued: 536
    case .taxStatementIssued: 537
    case .documentIssued: 538
    case .superbillVoided: 539
    case .patientReimbursementReported: 540
    case .tillOpened: 541
    case .tillCounted: 542
    case .tillClosed: 543
    case .depositMade: 544
    case .depositReversed: 545
    case .journalExported: 546
    case .sitePracticeProfileSet: 551
    case .payerRegistered: 552
    case .payerPolicyChanged: 553
    case .serviceCatalogItemDefined: 554
    case .feeScheduleVersionPublished: 555
    case .ruleTablePublished: 556
    case .periodClosed: 557
    case .periodReopened: 558
    case .schemaPublished: 559
    case .userRoleGranted: 560
    case .userRoleRevoked: 561
    case .logKeyRotated: 570
    case .logForked: 580
    case .recordAccessed: 589
    case .recordsRequestReceived: 590
    case .recordsRequestFulfilled: 591
    case .amendmentRequested: 592
    case .amendmentDecided: 593
    case .recordDisclosed: 585
    case .streamHeadsSealed: 586
    case .codeListPublished: 562
    }
  }
}

extension PracticeEvent.Kind {
  public static let patientRegistered = Self(rawValue: 101)
  public static let patientDemographicsChanged = Self(rawValue: 102)
  public static let consentSigned = Self(rawValue: 103)
  public static let consentRevoked = Self(rawValue: 104)
  public static let intakeCompleted = Self(rawValue: 105)
  public static let contraindicationScreened = Self(rawValue: 106)
  public static let medicalNecessityLetterRecorded = Self(rawValue: 107)
  public static let practitionerRegistered = Self(rawValue: 151)
  public static let licenseRecorded = Self(rawValue: 152)
  public static let licenseRenewed = Self(rawValue: 153)
  public static let licenseStatusChanged = Self(rawValue: 154)
  public static let trainingCredentialRecorded = Self(rawValue: 155)
  public static let privilegeGranted = Self(rawValue: 156)
  public static let privilegeRevoked = Self(rawValue: 157)
  public static let availabilitySet = Self(rawValue: 158)
  public static let referringProviderRegistered = Self(rawValue: 159)
  public static let practitionerTimeBlocked = Self(rawValue: 160)
  public static let practitionerTimeUnblocked = Self(rawValue: 161)
  public static let coverageAdded = Self(rawValue: 201)
  public static let coverageTerminated = Self(rawValue: 202)
  public static let verificationRequested = Self(rawValue: 203)
  public static let insuranceVerified = Self(rawValue: 204)
  public static let verificationFailed = Self(rawValue: 205)
  public static let inactiveCoverageFound = Self(rawValue: 206)
  public static let verificationVoided = Self(rawValue: 207)
  public static let authorizationRequested = Self(rawValue: 208)
  public static let authorizationApproved = Self(rawValue: 209)
  public static let authorizationDenied = Self(rawValue: 210)
  public static let authorizationConsumed = Self(rawValue: 211)
  public static let authorizationReleased = Self(rawValue: 212)
  public static let selfPayElected = Self(rawValue: 213)
  public static let coverageRouteChosen = Self(rawValue: 214)
  public static let benefitAccumulatorAdjusted = Self(rawValue: 215)
  public static let documentReceived = Self(rawValue: 251)
  public static let documentMatched = Self(rawValue: 252)
  public static let referralReceived = Self(rawValue: 253)
  public static let prescriptionAccepted = Self(rawValue: 254)
  public static let prescriptionRejected = Self(rawValue: 255)
  public static let prescriptionRevoked = Self(rawValue: 256)
  public static let prescriptionVisitConsumed = Self(rawValue: 257)
  public static let prescriptionVisitReleased = Self(rawValue: 258)
  public static let episodeOpened = Self(rawValue: 301)
  public static let diagnosisRecorded = Self(rawValue: 302)
  public static let assessmentCompleted = Self(rawValue: 303)
  public static let outcomeMeasureScored = Self(rawValue: 304)
  public static let rangeOfMotionMeasured = Self(rawValue: 305)
  public static let goalSet = Self(rawValue: 306)
  public static let goalMet = Self(rawValue: 307)
  public static let goalNotMet = Self(rawValue: 308)
  public static let treatmentPlanAdopted = Self(rawValue: 309)
  public static let frequencyOverridden = Self(rawValue: 310)
  public static let taperStepTaken = Self(rawValue: 311)
  public static let phaseChanged = Self(rawValue: 312)
  public static let reevaluationCompleted = Self(rawValue: 313)
  public static let progressReportSent = Self(rawValue: 314)
  public static let episodeDischarged = Self(rawValue: 315)
  public static let appointmentBooked = Self(rawValue: 351)
  public static let appointmentRescheduled = Self(rawValue: 352)
  public static let appointmentConfirmed = Self(rawValue: 353)
  public static let appointmentCancelled = Self(rawValue: 354)
  public static let appointmentNoShowRecorded = Self(rawValue: 355)
  public static let patientCheckedIn = Self(rawValue: 356)
  public static let treatmentClearanceOverridden = Self(rawValue: 357)
  public static let recurringSeriesBooked = Self(rawValue: 358)
  public static let recurringSeriesCancelled = Self(rawValue: 359)
  public static let waitlistJoined = Self(rawValue: 360)
  public static let waitlistSlotOffered = Self(rawValue: 361)
  public static let waitlistFilled = Self(rawValue: 362)
  public static let waitlistLeft = Self(rawValue: 363)
  public static let appointmentNoShowReversed = Self(rawValue: 364)
  public static let reminderSent = Self(rawValue: 365)
  public static let roomBlocked = Self(rawValue: 366)
  public static let roomUnblocked = Self(rawValue: 367)
  public static let sessionDelivered = Self(rawValue: 401)
  public static let soapNoteSigned = Self(rawValue: 402)
  public static let noteAmended = Self(rawValue: 403)
  public static let noteAddendumAdded = Self(rawValue: 404)
  public static let sessionVoided = Self(rawValue: 405)
  public static let unitsDetermined = Self(rawValue: 406)
  public static let codingEditRaised = Self(rawValue: 407)
  public static let codingEditResolved = Self(rawValue: 408)
  public static let chargePosted = Self(rawValue: 451)
  public static let chargeVoided = Self(rawValue: 452)
  public static let claimSubmitted = Self(rawValue: 453)
  public static let claimAcknowledged = Self(rawValue: 454)
  public static let claimRejectedFrontEnd = Self(rawValue: 455)
  public static let remittanceReceived = Self(rawValue: 456)
  public static let claimAdjudicated = Self(rawValue: 457)
  public static let claimReversed = Self(rawValue: 458)
  public static let superbillIssued = Self(rawValue: 459)
  public static let claimHeld = Self(rawValue: 460)
  public static let claimReleased = Self(rawValue: 461)
  public static let remittanceExceptionRecorded = Self(rawValue: 462)
  public static let remittanceExceptionResolved = Self(rawValue: 463)
  public static let claimStatusReceived = Self(rawValue: 464)
  public static let balanceTransferred = Self(rawValue: 465)
  public static let appealFiled = Self(rawValue: 466)
  public static let appealDecided = Self(rawValue: 467)
  public static let claimClosed = Self(rawValue: 468)
  public static let providerAdjustmentResolved = Self(rawValue: 469)
  public static let payerRefundIssued = Self(rawValue: 470)
  public static let claimBatchSent = Self(rawValue: 471)
  public static let paymentReceived = Self(rawValue: 501)
  public static let paymentApplied = Self(rawValue: 502)
  public static let paymentUnapplied = Self(rawValue: 503)
  public static let paymentReversed = Self(rawValue: 504)
  public static let refundIssued = Self(rawValue: 505)
  public static let writeOffPosted = Self(rawValue: 506)
  public static let writeOffReversed = Self(rawValue: 507)
  public static let packageSold = Self(rawValue: 508)
  public static let packageRedeemed = Self(rawValue: 509)
  public static let packageRedemptionReversed = Self(rawValue: 510)
  public static let paymentPlanAgreed = Self(rawValue: 511)
  public static let instalmentPaid = Self(rawValue: 512)
  public static let instalmentMissed = Self(rawValue: 513)
  public static let slidingScaleApproved = Self(rawValue: 514)
  public static let noShowFeeCharged = Self(rawValue: 515)
  public static let feeWaived = Self(rawValue: 516)
  public static let goodFaithEstimateIssued = Self(rawValue: 517)
  public static let packageDefined = Self(rawValue: 518)
  public static let packageExtended = Self(rawValue: 519)
  public static let breakageRecognized = Self(rawValue: 520)
  public static let packageRefunded = Self(rawValue: 521)
  public static let packageTransferred = Self(rawValue: 522)
  public static let packageTransferReceived = Self(rawValue: 523)
  public static let paymentPlanAmended = Self(rawValue: 524)
  public static let paymentPlanDefaulted = Self(rawValue: 525)
  public static let paymentPlanCompleted = Self(rawValue: 526)
  public static let slidingScaleApplied = Self(rawValue: 527)
  public static let slidingScaleDenied = Self(rawValue: 528)
  public static let slidingScaleEnded = Self(rawValue: 529)
  public static let creditTransferred = Self(rawValue: 530)
  public static let creditTransferReceived = Self(rawValue: 531)
  public static let openingBalanceRecorded = Self(rawValue: 532)
  public static let goodFaithEstimateDelivered = Self(rawValue: 533)
  public static let goodFaithEstimateDisputed = Self(rawValue: 534)
  public static let statementIssued = Self(rawValue: 535)
  public static let itemizedReceiptIssued = Self(rawValue: 536)
  public static let taxStatementIssued = Self(rawValue: 537)
  public static let documentIssued = Self(rawValue: 538)
  public static let superbillVoided = Self(rawValue: 539)
  public static let patientReimbursementReported = Self(rawValue: 540)
  public static let tillOpened = Self(rawValue: 541)
  public static let tillCounted = Self(rawValue: 542)
  public static let tillClosed = Self(rawValue: 543)
  public static let depositMade = Self(rawValue: 544)
  public static let depositReversed = Self(rawValue: 545)
  public static let journalExported = Self(rawValue: 546)
  public static let sitePracticeProfileSet = Self(rawValue: 551)
  public static let payerRegistered = Self(rawValue: 552)
  public static let payerPolicyChanged = Self(rawValue: 553)
  public static let serviceCatalogItemDefined = Self(rawValue: 554)
  public static let feeScheduleVersionPublished = Self(rawValue: 555)
  public static let ruleTablePublished = Self(rawValue: 556)
  public static let periodClosed = Self(rawValue: 557)
  public static let periodReopened = Self(rawValue: 558)
  public static let schemaPublished = Self(rawValue: 559)
  public static let userRoleGranted = Self(rawValue: 560)
  public static let userRoleRevoked = Self(rawValue: 561)
  public static let logKeyRotated = Self(rawValue: 570)
  public static let logForked = Self(rawValue: 580)
  public static let recordAccessed = Self(rawValue: 589)
  public static let recordsRequestReceived = Self(rawValue: 590)
  public static let recordsRequestFulfilled = Self(rawValue: 591)
  public static let amendmentRequested = Self(rawValue: 592)
  public static let amendmentDecided = Self(rawValue: 593)
  public static let recordDisclosed = Self(rawValue: 585)
  public static let streamHeadsSealed = Self(rawValue: 586)
  public static let codeListPublished = Self(rawValue: 562)

  /// Every kind in the catalogue with the name of its message, in order of number.
  public static let catalogue: [(kind: Self, name: String)] = [
    (.patientRegistered, "PatientRegistered"),
    (.patientDemographicsChanged, "PatientDemographicsChanged"),
    (.consentSigned, "ConsentSigned"),
    (.consentRevoked, "ConsentRevoked"),
    (.intakeCompleted, "IntakeCompleted"),
    (.contraindicationScreened, "ContraindicationScreened"),
    (.medicalNecessityLetterRecorded, "MedicalNecessityLetterRecorded"),
    (.practitionerRegistered, "PractitionerRegistered"),
    (.licenseRecorded, "LicenseRecorded"),
    (.licenseRenewed, "LicenseRenewed"),
    (.licenseStatusChanged, "LicenseStatusChanged"),
    (.trainingCredentialRecorded, "TrainingCredentialRecorded"),
    (.privilegeGranted, "PrivilegeGranted"),
    (.privilegeRevoked, "PrivilegeRevoked"),
    (.availabilitySet, "AvailabilitySet"),
    (.referringProviderRegistered, "ReferringProviderRegistered"),
    (.practitionerTimeBlocked, "PractitionerTimeBlocked"),
    (.practitionerTimeUnblocked, "PractitionerTimeUnblocked"),
    (.coverageAdded, "CoverageAdded"),
    (.coverageTerminated, "CoverageTerminated"),
    (.verificationRequested, "VerificationRequested"),
    (.insuranceVerified, "InsuranceVerified"),
    (.verificationFailed, "VerificationFailed"),
    (.inactiveCoverageFound, "InactiveCoverageFound"),
    (.verificationVoided, "VerificationVoided"),
    (.authorizationRequested, "AuthorizationRequested"),
    (.authorizationApproved, "AuthorizationApproved"),
    (.authorizationDenied, "AuthorizationDenied"),
    (.authorizationConsumed, "AuthorizationConsumed"),
    (.authorizationReleased, "AuthorizationReleased"),
    (.selfPayElected, "SelfPayElected"),
    (.coverageRouteChosen, "CoverageRouteChosen"),
    (.benefitAccumulatorAdjusted, "BenefitAccumulatorAdjusted"),
    (.documentReceived, "DocumentReceived"),
    (.documentMatched, "DocumentMatched"),
    (.referralReceived, "ReferralReceived"),
    (.prescriptionAccepted, "PrescriptionAccepted"),
    (.prescriptionRejected, "PrescriptionRejected"),
    (.prescriptionRevoked, "PrescriptionRevoked"),
    (.prescriptionVisitConsumed, "PrescriptionVisitConsumed"),
    (.prescriptionVisitReleased, "PrescriptionVisitReleased"),
    (.episodeOpened, "EpisodeOpened"),
    (.diagnosisRecorded, "DiagnosisRecorded"),
    (.assessmentCompleted, "AssessmentCompleted"),
    (.outcomeMeasureScored, "OutcomeMeasureScored"),
    (.rangeOfMotionMeasured, "RangeOfMotionMeasured"),
    (.goalSet, "GoalSet"),
    (.goalMet, "GoalMet"),
    (.goalNotMet, "GoalNotMet"),
    (.treatmentPlanAdopted, "TreatmentPlanAdopted"),
    (.frequencyOverridden, "FrequencyOverridden"),
    (.taperStepTaken, "TaperStepTaken"),
    (.phaseChanged, "PhaseChanged"),
    (.reevaluationCompleted, "ReevaluationCompleted"),
    (.progressReportSent, "ProgressReportSent"),
    (.episodeDischarged, "EpisodeDischarged"),
    (.appointmentBooked, "AppointmentBooked"),
    (.appointmentRescheduled, "AppointmentRescheduled"),
    (.appointmentConfirmed, "AppointmentConfirmed"),
    (.appointmentCancelled, "AppointmentCancelled"),
    (.appointmentNoShowRecorded, "AppointmentNoShowRecorded"),
    (.patientCheckedIn, "PatientCheckedIn"),
    (.treatmentClearanceOverridden, "TreatmentClearanceOverridden"),
    (.recurringSeriesBooked, "RecurringSeriesBooked"),
    (.recurringSeriesCancelled, "RecurringSeriesCancelled"),
    (.waitlistJoined, "WaitlistJoined"),
    (.waitlistSlotOffered, "WaitlistSlotOffered"),
    (.waitlistFilled, "WaitlistFilled"),
    (.waitlistLeft, "WaitlistLeft"),
    (.appointmentNoShowReversed, "AppointmentNoShowReversed"),
    (.reminderSent, "ReminderSent"),
    (.roomBlocked, "RoomBlocked"),
    (.roomUnblocked, "RoomUnblocked"),
    (.sessionDelivered, "SessionDelivered"),
    (.soapNoteSigned, "SoapNoteSigned"),
    (.noteAmended, "NoteAmended"),
    (.noteAddendumAdded, "NoteAddendumAdded"),
    (.sessionVoided, "SessionVoided"),
    (.unitsDetermined, "UnitsDetermined"),
    (.codingEditRaised, "CodingEditRaised"),
    (.codingEditResolved, "CodingEditResolved"),
    (.chargePosted, "ChargePosted"),
    (.chargeVoided, "ChargeVoided"),
    (.claimSubmitted, "ClaimSubmitted"),
    (.claimAcknowledged, "ClaimAcknowledged"),
    (.claimRejectedFrontEnd, "ClaimRejectedFrontEnd"),
    (.remittanceReceived, "RemittanceReceived"),
    (.claimAdjudicated, "ClaimAdjudicated"),
    (.claimReversed, "ClaimReversed"),
    (.superbillIssued, "SuperbillIssued"),
    (.claimHeld, "ClaimHeld"),
    (.claimReleased, "ClaimReleased"),
    (.remittanceExceptionRecorded, "RemittanceExceptionRecorded"),
    (.remittanceExceptionResolved, "RemittanceExceptionResolved"),
    (.claimStatusReceived, "ClaimStatusReceived"),
    (.balanceTransferred, "BalanceTransferred"),
    (.appealFiled, "AppealFiled"),
    (.appealDecided, "AppealDecided"),
    (.claimClosed, "ClaimClosed"),
    (.providerAdjustmentResolved, "ProviderAdjustmentResolved"),
    (.payerRefundIssued, "PayerRefundIssued"),
    (.claimBatchSent, "ClaimBatchSent"),
    (.paymentReceived, "PaymentReceived"),
    (.paymentApplied, "PaymentApplied"),
    (.paymentUnapplied, "PaymentUnapplied"),
    (.paymentReversed, "PaymentReversed"),
    (.refundIssued, "RefundIssued"),
    (.writeOffPosted, "WriteOffPosted"),
    (.writeOffReversed, "WriteOffReversed"),
    (.packageSold, "PackageSold"),
    (.packageRedeemed, "PackageRedeemed"),
    (.packageRedemptionReversed, "PackageRedemptionReversed"),
    (.paymentPlanAgreed, "PaymentPlanAgreed"),
    (.instalmentPaid, "InstalmentPaid"),
    (.instalmentMissed, "InstalmentMissed"),
    (.slidingScaleApproved, "SlidingScaleApproved"),
    (.noShowFeeCharged, "NoShowFeeCharged"),
    (.feeWaived, "FeeWaived"),
    (.goodFaithEstimateIssued, "GoodFaithEstimateIssued"),
    (.packageDefined, "PackageDefined"),
    (.packageExtended, "PackageExtended"),
    (.breakageRecognized, "BreakageRecognized"),
    (.packageRefunded, "PackageRefunded"),
    (.packageTransferred, "PackageTransferred"),
    (.packageTransferReceived, "PackageTransferReceived"),
    (.paymentPlanAmended, "PaymentPlanAmended"),
    (.paymentPlanDefaulted, "PaymentPlanDefaulted"),
    (.paymentPlanCompleted, "PaymentPlanCompleted"),
    (.slidingScaleApplied, "SlidingScaleApplied"),
    (.slidingScaleDenied, "SlidingScaleDenied"),
    (.slidingScaleEnded, "SlidingScaleEnded"),
    (.creditTransferred, "CreditTransferred"),
    (.creditTransferReceived, "CreditTransferReceived"),
    (.openingBalanceRecorded, "OpeningBalanceRecorded"),
    (.goodFaithEstimateDelivered, "GoodFaithEstimateDelivered"),
    (.goodFaithEstimateDisputed, "GoodFaithEstimateDisputed"),
    (.statementIssued, "StatementIssued"),
    (.itemizedReceiptIssued, "ItemizedReceiptIssued"),
    (.taxStatementIssued, "TaxStatementIssued"),
    (.documentIssued, "DocumentIssued"),
    (.superbillVoided, "SuperbillVoided"),
    (.patientReimbursementReported, "PatientReimbursementReported"),
    (.tillOpened, "TillOpened"),
    (.tillCounted, "TillCounted"),
    (.tillClosed, "TillClosed"),
    (.depositMade, "DepositMade"),
    (.depositReversed, "DepositReversed"),
    (.journalExported, "JournalExported"),
    (.sitePracticeProfileSet, "SitePracticeProfileSet"),
    (.payerRegistered, "PayerRegistered"),
    (.payerPolicyChanged, "PayerPolicyChanged"),
    (.serviceCatalogItemDefined, "ServiceCatalogItemDefined"),
    (.feeScheduleVersionPublished, "FeeScheduleVersionPublished"),
    (.ruleTablePublished, "RuleTablePublished"),
    (.periodClosed, "PeriodClosed"),
    (.periodReopened, "PeriodReopened"),
    (.schemaPublished, "SchemaPublished"),
    (.userRoleGranted, "UserRoleGranted"),
    (.userRoleRevoked, "UserRoleRevoked"),
    (.logKeyRotated, "LogKeyRotated"),
    (.logForked, "LogForked"),
    (.recordAccessed, "RecordAccessed"),
    (.recordsRequestReceived, "RecordsRequestReceived"),
    (.recordsRequestFulfilled, "RecordsRequestFulfilled"),
    (.amendmentRequested, "AmendmentRequested"),
    (.amendmentDecided, "AmendmentDecided"),
    (.recordDisclosed, "RecordDisclosed"),
    (.streamHeadsSealed, "StreamHeadsSealed"),
    (.codeListPublished, "CodeListPublished"),
  ]
}
