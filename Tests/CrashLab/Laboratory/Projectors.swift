import LMDB
import PracticeEvents
import Projection
import SwiftProtobuf
import Synchronization

/// Counts the events of each stream, and chains their positions: an event applied twice, left out
/// or out of order gives another number for ever.
struct ChainProjector: Projector {
  static let name = "chain"
  static let version: UInt32 = 1
  static let tables = ["streams", "all"]
  static let kinds: Set<PracticeEvent.Kind>? = nil

  static let streams = RowTable<Google_Protobuf_Int64Value>("streams")
  static let all = RowTable<Google_Protobuf_Int64Value>("all")
  static let key = RowKey().adding("all")

  static func extended(_ chain: Int64, by position: UInt64) -> Int64 {
    chain &* 6_364_136_223_846_793_005 &+ Int64(position)
  }

  func apply(_ fact: RecordedFact, to rows: inout some RowWriter) throws {
    try rows.update(in: Self.streams, at: RowKey().adding(fact.stream.low)) { $0.value += 1 }
    try rows.update(in: Self.all, at: Self.key) {
      $0.value = Self.extended($0.value, by: fact.position)
    }
  }
}

/// Keeps the last event of each stream while a consent stands: rows come and go.
struct ConsentProjector: Projector {
  static let name = "consent"
  static let version: UInt32 = 1
  static let tables = ["standing"]
  static let kinds: Set<PracticeEvent.Kind>? = [.consentSigned, .consentRevoked]
  static let standing = RowTable<Google_Protobuf_StringValue>("standing")

  func apply(_ fact: RecordedFact, to rows: inout some RowWriter) throws {
    let key = RowKey().adding(fact.stream.low)
    if case .consentSigned = fact.event.fact {
      let text = "\(fact.position) \(fact.event.reason)"
      try rows.set(Google_Protobuf_StringValue(text), in: Self.standing, at: key)
    } else {
      try rows.remove(in: Self.standing, at: key)
    }
  }
}

/// A planted bug: a projector that commits a row of its own at once, apart from the view's
/// checkpoint. What is applied again after a crash is counted twice.
struct SplitProjector: Projector {
  static let name = "split"
  static let version: UInt32 = 1
  static let tables = ["none"]
  static let kinds: Set<PracticeEvent.Kind>? = nil

  /// Where the row goes.
  static let side = Mutex<SideTable?>(nil)

  func apply(_ fact: RecordedFact, to rows: inout some RowWriter) throws {
    try Self.side.withLock { try $0?.increment() }
  }
}

/// One number, in an environment of its own.
final class SideTable: Sendable {
  private let environment: Environment

  init(_ directory: String) throws {
    environment = try Environment(
      at: directory, tables: ["count"], options: Environment.Options(mapBytes: 1 << 20))
  }

  func increment() throws {
    let next = try count() + 1
    try environment.write { transaction in
      try transaction.set(
        in: environment.table("count"), key: "count", value: Array("\(next)".utf8))
    }
  }

  func count() throws -> UInt64 {
    try environment.read { transaction in
      let bytes = try transaction.copyOfValue(in: environment.table("count"), at: "count")
      return UInt64(String(decoding: bytes ?? [], as: UTF8.self)) ?? 0
    }
  }
}
