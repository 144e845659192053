import Practice
import PracticeEvents
import Projection

/// What the books remember of charges, payments and agreements, so that an event that only names one
/// knows its amounts. Each is a small row of its own.
enum LedgerMemory {
  static let charges = RowTable<LedgerCharge>("charges")
  static let payments = RowTable<LedgerPayment>("payments")
  static let packages = RowTable<LedgerPackage>("packages")
  /// By what may be taken back: write-off, adjudication, redeemed charge, deposit.
  static let undo = RowTable<LedgerUndo>("undo")
  static let coverages = RowTable<LedgerCoverage>("coverages")
  static let sessions = RowTable<LedgerSession>("sessions")

  static let tables = [
    charges.name, payments.name, packages.name, undo.name, coverages.name, sessions.name,
  ]

  static func key(_ id: String) -> RowKey { RowKey().adding(id) }
}
