import EventLog
import PracticeEvents

/// What this program knows of a view: its projector, opened up once.
struct ProjectedView: Sendable {
  let projector: any Projector.Type
  let name: String
  let version: UInt32
  let tables: [String]
  let kinds: KindSet

  init(_ projector: any Projector.Type) {
    self.projector = projector
    name = projector.name
    version = projector.version
    tables = projector.tables
    let catalogue = KindSet.catalogue
    kinds = projector.kinds.map { KindSet($0).intersection(catalogue) } ?? catalogue
  }

  /// Applies those of the facts that this view looks at.
  func apply(_ facts: ArraySlice<RecordedFact>, to rows: RowBuffer) throws {
    try projector.init().apply(facts, of: kinds, to: rows)
  }
}

/// A set of kinds as one flag per number, because it is asked for every event and view.
public struct KindSet: Sendable {
  @usableFromInline var flags: [Bool]

  init(_ kinds: some Sequence<PracticeEvent.Kind>) {
    flags = []
    for kind in kinds { insert(Int(kind.rawValue)) }
  }

  /// Every kind that this program can decode. Others are from a newer one, or the log's own.
  static let catalogue = KindSet(PracticeEvent.Kind.catalogue.map(\.kind))

  @inlinable
  func contains(_ kind: PracticeEvent.Kind) -> Bool {
    Int(kind.rawValue) < flags.count && flags[Int(kind.rawValue)]
  }

  func intersection(_ other: KindSet) -> KindSet {
    KindSet(members.filter(other.contains))
  }

  mutating func formUnion(_ other: KindSet) {
    for kind in other.members { insert(Int(kind.rawValue)) }
  }

  var members: [PracticeEvent.Kind] {
    flags.indices.filter { flags[$0] }.map { PracticeEvent.Kind(rawValue: UInt16($0)) }
  }

  private mutating func insert(_ number: Int) {
    if number >= flags.count {
      flags += [Bool](repeating: false, count: number + 1 - flags.count)
    }
    flags[number] = true
  }
}
