import Practice
import PracticeEvents
import Projection

/// Reads the ledger view.
public struct LedgerQueries {
  private let rows: any RowReader
  public init(_ rows: any RowReader) { self.rows = rows }

  /// An account, of one payer where it is kept so.
  public struct Place: Hashable, Sendable, Comparable {
    public var account: LedgerAccount
    /// The payer's stream; empty for accounts that are not kept by payer.
    public var payer: String

    public init(_ account: LedgerAccount, payer: String = "") {
      self.account = account
      self.payer = payer
    }
    public static func < (left: Place, right: Place) -> Bool {
      (left.account.rawValue, left.payer) < (right.account.rawValue, right.payer)
    }
  }

  /// Turnover in cents. Debits and credits never fall.
  public struct Turnover: Hashable, Sendable {
    public var debit: Int64 = 0
    public var credit: Int64 = 0
    /// Debits less credits.
    public var balance: Int64 { debit &- credit }

    public init(debit: Int64 = 0, credit: Int64 = 0) {
      self.debit = debit
      self.credit = credit
    }
    mutating func add(_ debit: Int64, _ credit: Int64) {
      self.debit &+= debit
      self.credit &+= credit
    }
  }

  /// Entries that count on the dates (all when left out), by date and recording.
  public func forEachEntry(
    _ dates: ClosedRange<CivilDate>? = nil, _ body: (LedgerEntry) throws -> Void
  ) throws {
    try entries(from: dates?.lowerBound.compact ?? 0, through: dates?.upperBound.compact, body)
  }

  private func entries(
    from: Int32, through: Int32?, _ body: (LedgerEntry) throws -> Void
  ) throws {
    try rows.forEach(
      in: LedgerProjector.entries, prefix: RowKey(), from: RowKey().adding(max(0, from))
    ) { _, entry in
      if let through, entry.on > through { return false }
      try body(entry)
      return true
    }
  }

  /// What each account has turned over up to a day, inclusive; nil is everything recorded, also what
  /// is dated later than today. Whole months come from sums, the last one from its entries.
  public func turnover(through date: CivilDate? = nil) throws -> [Place: Turnover] {
    var sums: [Place: Turnover] = [:]
    let month = date.map { $0.compact / 100 }
    try forEachMonth { row in
      guard month.map({ row.month < $0 }) ?? true else { return }
      guard let account = LedgerAccount(rawValue: row.account) else { return }
      sums[Place(account, payer: row.payer), default: Turnover()]
        .add(row.debitCents, row.creditCents)
    }
    guard let date else { return sums }
    try entries(from: date.startOfMonth.compact, through: date.compact) { entry in
      for transfer in entry.transfers { sums.add(transfer) }
    }
    return sums
  }

  /// Each account's sums by month, in order of account, month and payer.
  public func forEachMonth(_ body: (LedgerMonth) throws -> Void) throws {
    try rows.forEach(in: LedgerProjector.months, prefix: RowKey(), from: nil) { _, row in
      try body(row)
      return true
    }
  }

  /// Debits less credits of an account over all payers, by everything recorded.
  public func balance(of account: LedgerAccount) throws -> Int64 {
    var sum: Int64 = 0
    try rows.forEach(
      in: LedgerProjector.months, prefix: RowKey().adding(account.rawValue), from: nil
    ) { _, row in
      sum &+= row.debitCents &- row.creditCents
      return true
    }
    return sum
  }

  public func charge(_ id: String) throws -> LedgerCharge? {
    try rows.row(in: LedgerMemory.charges, at: LedgerMemory.key(id))
  }

  /// Every charge, in order of identifiers.
  public func forEachCharge(_ body: (String, LedgerCharge) throws -> Void) throws {
    try forEach(in: LedgerMemory.charges, body)
  }
  public func forEachPayment(_ body: (String, LedgerPayment) throws -> Void) throws {
    try forEach(in: LedgerMemory.payments, body)
  }
  public func forEachPackage(_ body: (String, LedgerPackage) throws -> Void) throws {
    try forEach(in: LedgerMemory.packages, body)
  }

  private func forEach<Row>(
    in table: RowTable<Row>, _ body: (String, Row) throws -> Void
  ) throws {
    try rows.forEach(in: table, prefix: RowKey(), from: nil) { key, row in
      try body(String(decoding: key.bytes.dropLast(), as: UTF8.self), row)
      return true
    }
  }

  /// The tills that were opened, counted or closed on a day, by name.
  public func tills(on date: CivilDate) throws -> [String: TillDay] {
    var found: [String: TillDay] = [:]
    try rows.forEach(
      in: LedgerProjector.tills, prefix: RowKey().adding(date.compact), from: nil
    ) { key, day in
      found[String(decoding: key.bytes.dropFirst(4).dropLast(), as: UTF8.self)] = day
      return true
    }
    return found
  }
}

extension [LedgerQueries.Place: LedgerQueries.Turnover] {
  /// Adds both sides of a transfer; an account that this program does not know is left out.
  public mutating func add(_ transfer: LedgerTransfer) {
    if let account = LedgerAccount(rawValue: transfer.debit) {
      self[.init(account, payer: transfer.debitPayer), default: .init()].add(transfer.cents, 0)
    }
    if let account = LedgerAccount(rawValue: transfer.credit) {
      self[.init(account, payer: transfer.creditPayer), default: .init()].add(0, transfer.cents)
    }
  }
}

extension LedgerEntry {
  public var event: SubjectID { SubjectID(high: eventHigh, low: eventLow) }
  public var subject: SubjectID { SubjectID(high: subjectHigh, low: subjectLow) }
}
