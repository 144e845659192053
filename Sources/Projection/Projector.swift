import PracticeEvents

/// Turns facts into the rows of one read model.
///
/// A projector is a pure function of its own rows and the fact: no clock, no randomness, no other
/// input. So a rebuild gives the same bytes as keeping up to date, at any batch size, and an as-of
/// view is the replay of a prefix.
public protocol Projector: Sendable {
  /// Kebab-case; the name of the view and of its folder.
  static var name: String { get }
  /// Raise it when the rows change shape or meaning; the view is then rebuilt.
  static var version: UInt32 { get }
  /// Every table it writes.
  static var tables: [String] { get }
  /// The kinds it looks at; nil is all. Others are skipped by the record's header, undecoded.
  static var kinds: Set<PracticeEvent.Kind>? { get }

  init()

  /// Applies one fact. Unknown or contradictory facts change nothing; it throws only what the rows
  /// throw.
  func apply(_ fact: RecordedFact, to rows: inout some RowWriter) throws

  /// Applies the facts of these kinds, in order. Not to be implemented: what there is for all
  /// projectors is compiled into each one's module, for its own rows.
  func apply(_ facts: ArraySlice<RecordedFact>, of kinds: KindSet, to rows: RowBuffer) throws
}

extension Projector {
  @inlinable
  public func apply(
    _ facts: ArraySlice<RecordedFact>, of kinds: KindSet, to rows: RowBuffer
  ) throws {
    var rows = rows
    // Where they lie: most are of no kind that is wanted, and a copy of each would count references.
    try facts.withUnsafeBufferPointer { facts in
      for index in facts.indices {
        guard let kind = facts[index].kind, kinds.contains(kind) else { continue }
        try apply(facts[index], to: &rows)
      }
    }
  }
}
