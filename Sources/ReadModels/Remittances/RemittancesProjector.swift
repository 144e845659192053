import Practice
import PracticeEvents
import Projection

/// Claims of payment advices that were not posted and wait for a person.
public struct RemittancesProjector: Projector {
  public static let name = "remittances"
  public static let version: UInt32 = 1
  public static let tables = [exceptions.name]
  public static let kinds: Set<PracticeEvent.Kind>? = [
    .remittanceExceptionRecorded, .remittanceExceptionResolved,
  ]

  /// Exception → as recorded; no row once it is resolved.
  static let exceptions = RowTable<OpenRemittanceException>("exceptions")

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
    default: break
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
}
