import Practice
import Projection

/// Reads the balances view.
public struct BalancesQueries {
  private let rows: any RowReader
  public init(_ rows: any RowReader) { self.rows = rows }

  /// A patient's account; empty when nothing is recorded.
  public func account(of patient: SubjectID) throws -> AccountState {
    try rows.row(in: BalancesProjector.accounts, at: .subject(patient)) ?? AccountState()
  }

  /// Every account that ever had a charge or payment, in order of patients' ids.
  public func forEachAccount(_ body: (SubjectID, AccountState) throws -> Void) throws {
    try rows.forEach(in: BalancesProjector.accounts, prefix: RowKey(), from: nil) {
      if let patient = $0.subject { try body(patient, $1) }
      return true
    }
  }

  /// Every account with something open or unapplied, in order of patients' ids.
  public func forEachOpenAccount(_ body: (SubjectID, OpenAccount) throws -> Void) throws {
    try rows.forEach(in: BalancesProjector.open, prefix: RowKey(), from: nil) {
      if let patient = $0.subject { try body(patient, $1) }
      return true
    }
  }

  /// Money that moved on the dates, in order of date and recording.
  public func cash(_ dates: ClosedRange<CivilDate>) throws -> [CashEntry] {
    var found: [CashEntry] = []
    let first = RowKey().adding(dates.lowerBound.compact)
    try rows.forEach(in: BalancesProjector.cash, prefix: RowKey(), from: first) { _, row in
      guard row.on <= dates.upperBound.compact else { return false }
      found.append(row)
      return true
    }
    return found
  }
}
