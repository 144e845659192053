import Practice
import PracticeEvents
import Projection

/// Claims of payment advices that were not posted and wait for a person, and the adjustments of
/// payments as a whole.
public struct RemittancesProjector: Projector {
  public static let name = "remittances"
  public static let version: UInt32 = 2
  public static let tables = [exceptions.name, adjustments.name]
  public static let kinds: Set<PracticeEvent.Kind>? = [
    .remittanceReceived, .remittanceExceptionRecorded, .remittanceExceptionResolved,
    .providerAdjustmentResolved,
  ]

  /// Exception → as recorded; no row once it is resolved.
  static let exceptions = RowTable<OpenRemittanceException>("exceptions")

  /// Remittance, number → adjustment with its explanation.
  static let adjustments = RowTable<KnownProviderAdjustment>("adjustments")

  public init() {}

  public func apply(_ fact: RecordedFact, to rows: inout some RowWriter) throws {
    switch fact.event.fact {
    case .remittanceExceptionRecorded(let recorded):
      var row = OpenRemittanceException()
      row.recorded = recorded
      row.payer = fact.subject.description
      row.recordedOn = fact.event.effectiveOn
      row.position = fact.position
      try rows.set(row, in: Self.exceptions, at: RowKey().adding(recorded.exception))
    case .remittanceExceptionResolved(let resolved):
      try rows.remove(in: Self.exceptions, at: RowKey().adding(resolved.exception))
    case .remittanceReceived(let received): try list(received, fact, &rows)
    case .providerAdjustmentResolved(let resolved):
      let key = RowKey().adding(resolved.remittance).adding(resolved.number)
      guard try rows.row(in: Self.adjustments, at: key) != nil else { return }
      try rows.update(in: Self.adjustments, at: key) { (row: inout KnownProviderAdjustment) in
        row.resolved = resolved
      }
    default: break
    }
  }

  private func list(
    _ received: RemittanceReceived, _ fact: RecordedFact, _ rows: inout some RowWriter
  ) throws {
    for (index, adjustment) in received.providerLevelAdjustments.enumerated() {
      var row = KnownProviderAdjustment()
      row.adjustment = adjustment
      row.payer = fact.subject.description
      row.remittance = received.remittance
      row.number = Int32(clamping: index + 1)
      row.paidOn = received.effectiveOn
      row.traceNumber = received.traceNumber
      row.position = fact.position
      try rows.set(
        row, in: Self.adjustments, at: RowKey().adding(row.remittance).adding(row.number))
    }
  }
}

/// Reads the remittances view.
public struct RemittancesQueries {
  private let rows: any RowReader
  public init(_ rows: any RowReader) { self.rows = rows }

  /// Exceptions that nobody has resolved, in the order in which they were recorded.
  public func openExceptions() throws -> [OpenRemittanceException] {
    try rows.rows(in: RemittancesProjector.exceptions).sorted { $0.position < $1.position }
  }

  /// Adjustments of payments as a whole, in the order in which they were recorded.
  public func adjustments() throws -> [KnownProviderAdjustment] {
    try rows.rows(in: RemittancesProjector.adjustments)
      .sorted { ($0.position, $0.number) < ($1.position, $1.number) }
  }
}
