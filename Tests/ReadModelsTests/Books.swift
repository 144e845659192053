import Practice
import PracticeEvents
import Projection
import Testing

@testable import ReadModels

/// Facts of one patient, and what they come to.
struct Books {
  private var walk = LedgerWalk()
  private var position: UInt64 = 0

  init() throws {
    try give(.coverageAdded(.with { ($0.coverage, $0.payer) = ("cov", "payer-1") }))
  }

  mutating func give(_ facts: Fact..., to subject: SubjectID = SubjectID(high: 7, low: 7)) throws {
    for fact in facts {
      position += 1
      var event = PracticeEvent()
      event.effectiveOn = 2026_03_02
      event.fact = fact
      let recorded = RecordedFact(
        position: position, recordedAt: Int64(position), id: UUIDKey(high: 1, low: position),
        stream: subject.key, streamSequence: position, event: event)
      try walk.apply(recorded)
      #expect(walk.balances.values.reduce(0) { $0 + $1.balance } == 0)
    }
  }

  var balances: [LedgerQueries.Place: LedgerQueries.Turnover] { walk.balances }
  func balance(_ account: LedgerAccount) -> Int64 { walk.balance(account) }

  /// Accounts that are not zero over all payers.
  var nonzero: [LedgerAccount: Int64] {
    var found: [LedgerAccount: Int64] = [:]
    for account in LedgerAccount.allCases where balance(account) != 0 {
      found[account] = balance(account)
    }
    return found
  }
}

/// Facts of the charge `c`, the payment `p` and the claim `k`.
extension Fact {
  static func insured(_ cents: Int64) -> Fact {
    .chargePosted(
      .with {
        ($0.charge, $0.amountCents, $0.responsible, $0.coverage) = ("c", cents, .insurance, "cov")
      })
  }
  static func patients(
    _ cents: Int64, _ id: String = "c", discount: Int64 = 0, tax: Int64 = 0
  )
    -> Fact
  {
    .chargePosted(
      .with {
        ($0.charge, $0.amountCents, $0.responsible) = (id, cents, .patient)
        ($0.discountCents, $0.taxCents) = (discount, tax)
      })
  }
  static func paid(_ cents: Int64, _ method: PaymentMethod = .cash, _ id: String = "p") -> Fact {
    .paymentReceived(.with { ($0.payment, $0.amountCents, $0.method) = (id, cents, method) })
  }
  static func applied(_ cents: Int64, _ payment: String = "p", _ charge: String = "c") -> Fact {
    .paymentApplied(.with { ($0.payment, $0.charge, $0.amountCents) = (payment, charge, cents) })
  }

  static func adjudicated(paid: Int64, adjusted: Int64, toPatient: Int64) -> Fact {
    .claimAdjudicated(
      .with {
        ($0.adjudication, $0.claim, $0.statusCode) = ("k/1", "k", 1)
        $0.lines = [
          .with {
            ($0.charge, $0.paidCents) = ("c", paid)
            $0.adjustments = [
              .with { ($0.group, $0.carc, $0.amountCents) = (.co, "45", adjusted) },
              .with { ($0.group, $0.carc, $0.amountCents) = (.pr, "1", toPatient) },
            ]
          }
        ]
      })
  }
}
