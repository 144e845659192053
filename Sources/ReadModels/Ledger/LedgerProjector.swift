import Practice
import PracticeEvents
import Projection

/// The double-entry books: a balanced entry for every event that moves money, dated by the day on
/// which it counts, and each account's turnover by month.
public struct LedgerProjector: Projector {
  public static let name = "ledger"
  public static let version: UInt32 = 1
  public static let tables =
    [entries.name, months.name, tills.name] + LedgerMemory.tables
  public static let kinds: Set<PracticeEvent.Kind>? = Set(
    PracticeEvent.Kind.catalogue.map(\.kind).filter {
      (450...549).contains($0.rawValue) || $0 == .sessionDelivered || $0 == .coverageAdded
    })

  /// Date, position → what the event moved.
  static let entries = RowTable<LedgerEntry>("entries")
  /// Account, month, payer → turnover.
  static let months = RowTable<LedgerMonth>("months")
  /// Date, till → how the till was opened, counted and closed.
  static let tills = RowTable<TillDay>("tills")

  public init() {}

  public func apply(_ fact: RecordedFact, to rows: inout some RowWriter) throws {
    switch fact.event.fact {
    case .sessionDelivered(let session): return try rows.remember(session)
    case .coverageAdded(let coverage): return try rows.remember(coverage)
    case .tillOpened, .tillCounted, .tillClosed: try keep(fact, &rows)
    default: break
    }
    guard case .moves(let moves) = try fact.posting(&rows) else { return }
    let transfers = moves.filter { $0.cents != 0 }
    guard !transfers.isEmpty else { return }
    var entry = LedgerEntry()
    (entry.eventHigh, entry.eventLow) = (fact.id.high, fact.id.low)
    (entry.subjectHigh, entry.subjectLow) = (fact.stream.high, fact.stream.low)
    entry.position = fact.position
    entry.on = max(0, fact.event.effectiveOn)
    entry.kind = fact.event.kind.map { UInt32($0.rawValue) } ?? 0
    entry.transfers = transfers
    try rows.set(
      entry, in: Self.entries, at: RowKey().adding(entry.on).adding(fact.position))
    for transfer in transfers {
      try add(transfer, in: entry.on / 100, &rows)
    }
  }

  private func add(
    _ transfer: LedgerTransfer, in month: Int32, _ rows: inout some RowWriter
  ) throws {
    try rows.update(
      in: Self.months, at: key(transfer.debit, month, transfer.debitPayer)
    ) { (row: inout LedgerMonth) in
      (row.account, row.month, row.payer) = (transfer.debit, month, transfer.debitPayer)
      row.debitCents &+= transfer.cents
    }
    try rows.update(
      in: Self.months, at: key(transfer.credit, month, transfer.creditPayer)
    ) { (row: inout LedgerMonth) in
      (row.account, row.month, row.payer) = (transfer.credit, month, transfer.creditPayer)
      row.creditCents &+= transfer.cents
    }
  }

  private func key(_ account: Int32, _ month: Int32, _ payer: String) -> RowKey {
    RowKey().adding(account).adding(month).adding(payer)
  }

  private func keep(_ fact: RecordedFact, _ rows: inout some RowWriter) throws {
    switch fact.event.fact {
    case .tillOpened(let opened):
      try rows.update(in: Self.tills, at: Self.key(opened.openedOn, opened.till)) {
        (day: inout TillDay) in
        (day.opened, day.isOpened) = (opened, true)
      }
    case .tillCounted(let counted):
      try rows.update(in: Self.tills, at: Self.key(counted.countedOn, counted.till)) {
        (day: inout TillDay) in (day.counted, day.isCounted) = (counted, true)
      }
    case .tillClosed(let closed):
      try rows.update(in: Self.tills, at: Self.key(closed.closedOn, closed.till)) {
        (day: inout TillDay) in
        (day.closed, day.isClosed) = (closed, true)
      }
    default: break
    }
  }

  static func key(_ day: Int32, _ till: String) -> RowKey {
    RowKey().adding(max(0, day)).adding(till)
  }
}
