import Practice
import PracticeEvents

extension RecordedFact {
  /// How much later than it happened it was recorded, in whole hours; 0 when it was at once.
  var hoursLate: Int {
    max(0, event.occurredAt.instant.minutes(until: Instant(microseconds: recordedAt)) / 60)
  }

  /// Whether it changes or takes back what was recorded before.
  var isCorrection: Bool {
    if !event.corrects.isEmpty { return true }
    return switch event.fact {
    case .noteAmended, .noteAddendumAdded, .sessionVoided, .chargeVoided, .verificationVoided,
      .claimReversed, .paymentReversed, .paymentUnapplied, .writeOffReversed,
      .packageRedemptionReversed, .prescriptionVisitReleased, .authorizationReleased,
      .periodReopened, .depositReversed:
      true
    default: false
    }
  }

  /// Whether a rule was set aside by it.
  var isOverride: Bool {
    switch event.fact {
    case .treatmentClearanceOverridden, .frequencyOverridden, .periodReopened: true
    case .sessionDelivered(let fact): !fact.overriddenBlocks.isEmpty
    default: false
    }
  }
}
