import PracticeEvents

/// A patient's account as a statement of events: what each one changed, and the balance after it.
///
/// The lines are differences of the folded account, so that they cannot disagree with it: the last
/// balance is `AccountState.balanceCents`.
public enum AccountLedger {
  public struct Line: Sendable, Equatable {
    public var position: UInt64
    /// Microseconds since 1970 UTC.
    public var recordedAt: Int64
    /// The civil date on which it counts, CCYYMMDD.
    public var effectiveOn: Int32
    /// UUID text.
    public var eventID: String
    /// The user's name.
    public var actor: String
    /// What happened, with identifiers and codes but without names.
    public var what: String
    /// In cents. `charge` is what was charged; `adjustment` what was adjusted, written off or
    /// redeemed; `credit` the change of what is not applied. Each may be negative.
    public var charge, adjustment, insurancePaid, patientPaid, credit: Int64
    /// What is owed after it, less the patient's credit.
    public var balance: Int64
  }

  /// One line for every event that belongs to the account, in order; also those that move nothing.
  public static func lines(of history: some Sequence<RecordedFact>) -> [Line] {
    var account = AccountState()
    var before = AccountTotals(account)
    return history.compactMap { recorded in
      guard let what = recorded.event.fact?.accountText else { return nil }
      account.apply(recorded)
      let after = AccountTotals(account)
      defer { before = after }
      return Line(
        position: recorded.position, recordedAt: recorded.recordedAt,
        effectiveOn: recorded.event.effectiveOn, eventID: recorded.eventID,
        actor: recorded.event.actor.user, what: what, charge: after.charged &- before.charged,
        adjustment: after.adjusted &- before.adjusted,
        insurancePaid: after.insurancePaid &- before.insurancePaid,
        patientPaid: after.patientPaid &- before.patientPaid,
        credit: after.credit &- before.credit, balance: account.balanceCents)
    }
  }
}

/// Sums over an account. Balance = charged − adjusted − paid − credit.
private struct AccountTotals {
  var charged: Int64 = 0
  var adjusted: Int64 = 0
  var insurancePaid: Int64 = 0
  var patientPaid: Int64 = 0
  var credit: Int64

  init(_ account: AccountState) {
    credit = account.unappliedCents
    for charge in account.charges.values {
      charged &+= charge.voided ? 0 : charge.amountCents
      adjusted &+= charge.adjustedCents &+ charge.writtenOffCents &+ charge.redeemedCents
      insurancePaid &+= charge.insurancePaidCents
      patientPaid &+= charge.patientPaidCents
    }
  }
}
