import Practice
import ReadModels

/// The sums that must agree over all patients.
public struct BalanceSums: Sendable, Hashable {
  /// Σ of every patient's balance.
  public var balances = Money.zero
  /// Σ of what insurers and patients owe, from the rows that the aging report reads.
  public var receivables = Money.zero
  /// Σ of money received and not applied.
  public var credits = Money.zero
  /// Charges of which a cent is nowhere or twice.
  public var unbalancedCharges = 0
}

extension Backend {
  /// Adds up both sides: whole accounts on one, open items on the other.
  public func balanceSums() throws -> BalanceSums {
    let head = try store.read { $0.head }
    return try views.read(atLeast: head, of: [BalancesProjector.self]) { views in
      let balances = BalancesQueries(try views.rows(of: BalancesProjector.self))
      var sums = BalanceSums()
      try balances.forEachAccount { _, account in
        sums.balances += Money(cents: account.balanceCents)
        if !account.isBalanced() { sums.unbalancedCharges += 1 }
      }
      try balances.forEachOpenAccount { _, open in
        for item in open.items {
          sums.receivables +=
            Money(cents: item.insuranceOpenCents) + Money(cents: item.patientOpenCents)
        }
        sums.credits += Money(cents: open.unappliedCents)
      }
      return sums
    }
  }
}
