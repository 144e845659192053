import EventLog
import Practice
import Projection
import Reports
import TransparencyLog

/// A journal as a file for an accountant.
public struct JournalFile: Sendable {
  public var dates: ClosedRange<CivilDate>
  public var entries: Int
  public var asOf: Position
  public var sha256: FileHash
}

extension Backend {
  /// The sums of the books, each from the log and from the views.
  public func crossFoot(progress: ProgressHandler? = nil) throws -> [CrossFootSum] {
    try read(of: CrossFoot.projectors, progress: progress) { try CrossFoot($0).sums() }
  }

  /// Writes the journal for beancount.
  ///
  /// - Parameters: the days of `BeancountJournal`; `write` gets the file in pieces.
  /// - Throws: `ReportError`, what the views throw, or what `write` throws.
  public func writeBeancount(
    from: CivilDate? = nil, through: CivilDate? = nil, asOf: AsOfRequest? = nil,
    progress: ProgressHandler? = nil, _ write: (String) throws -> Void
  ) throws -> JournalFile {
    try read(of: BeancountJournal.projectors, asOf: asOf, progress: progress) { source in
      var journal = try BeancountJournal(source, from: from, through: through)
      var hasher = ByteHasher()
      try journal.write { text in
        hasher.update(Array(text.utf8))
        try write(text)
      }
      return JournalFile(
        dates: journal.dates, entries: journal.entries, asOf: Position(source.asOf.position),
        sha256: try Self.hash(hasher))
    }
  }

  /// The journal as CSV: the rows of `ledger.journal`.
  public func journalCSV(
    from: CivilDate? = nil, through: CivilDate? = nil, asOf: AsOfRequest? = nil
  ) throws -> (text: String, file: JournalFile) {
    try read(of: LedgerJournalReport.projectors, asOf: asOf) { source in
      let span = try source.ledger().span() ?? source.today...source.today
      let first = from ?? min(span.lowerBound, through ?? span.lowerBound)
      let last = through ?? max(span.upperBound, first)
      let answer = try LedgerJournalReport.answer(
        ["from": first.description, "through": last.description], from: source)
      let text = try ReportFormat.csv.render(answer)
      var hasher = ByteHasher()
      hasher.update(Array(text.utf8))
      let entries = Set(answer.body.rows.compactMap(\.last)).count
      return (
        text,
        JournalFile(
          dates: first...last, entries: entries, asOf: Position(source.asOf.position),
          sha256: try Self.hash(hasher))
      )
    }
  }

  private static func hash(_ hasher: ByteHasher) throws -> FileHash {
    let bytes = hasher.finish().bytes
    guard let hash = FileHash(bytes: bytes) else {
      throw ValueError(FileHash.what, problem: "it has not 32 bytes", remedy: "report it")
    }
    return hash
  }
}
