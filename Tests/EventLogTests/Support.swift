import EventLog
import Foundation
import Synchronization

/// A log in a directory of its own, with a clock and random bytes that repeat from run to run.
struct TestLog {
  static let mapBytes = 256 << 20
  /// Few, so that short histories have settled tags and others.
  static let eventsBetweenSettlements: UInt64 = 5

  let directory: TemporaryDirectory
  let log: LMDBEventLog

  init(_ directory: TemporaryDirectory? = nil, name: String = "log") throws {
    let directory = try directory ?? TemporaryDirectory()
    self.directory = directory
    let clock = Sequence(start: 1_700_000_000_000_000)
    let random = Sequence(start: 0)
    log = try LMDBEventLog(
      directory: directory.path(name),
      options: LMDBEventLog.Options(
        mapBytes: Self.mapBytes, eventsBetweenSettlements: Self.eventsBetweenSettlements,
        // The log keeps its directory alive.
        clock: { [directory] in
          withExtendedLifetime(directory) { LogTime(rawValue: clock.next(step: 1_000)) }
        },
        randomBytes: { count in
          (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next(step: 1)) }
        }),
      create: true)
  }

  /// 30 events of 3 streams in 10 requests, with tags in common, and a blob.
  func fill() async throws {
    for request in UInt64(0)..<10 {
      let events = (0..<3).map { index in
        NewEvent(
          id: uuid(request * 3 + index + 1), stream: uuid(100 + index),
          kind: EventKind(rawValue: 101), tags: [Tag("all"), Tag("request:\(request / 2)")],
          payload: Array("payload \(request * 3 + index + 1)".utf8))
      }
      let blobs = request == 4 ? [Blob(id: uuid(7), bytes: Array("a scanned page".utf8))] : []
      _ = try await log.append(
        Proposal(events: events, blobs: blobs), command: uuid(1000 + request), condition: nil)
    }
  }
}

/// Numbers that grow by a step at each call.
final class Sequence: Sendable {
  private let value: Mutex<Int64>
  init(start: Int64) { value = Mutex(start) }
  func next(step: Int64) -> Int64 {
    value.withLock { value in
      defer { value += step }
      return value
    }
  }
}

func uuid<ID: SixteenByteID>(_ number: UInt64) -> ID {
  ID(high: 0x0190_0000_0000_7000, low: number)
}

func event(_ number: UInt64, tags: [String] = [], payload: [UInt8] = [1]) -> NewEvent {
  NewEvent(
    id: uuid(number), stream: uuid(1), kind: EventKind(rawValue: 101), tags: tags.map { Tag($0) },
    payload: payload)
}

extension LMDBEventLog {
  @discardableResult
  func append(_ events: NewEvent..., command: UInt64? = nil) async throws -> AppendReceipt {
    try await append(
      Proposal(events: events), command: uuid(command ?? events.first?.id.low ?? 0), condition: nil)
  }

  /// The whole export as text.
  func exported(through: Position? = nil) throws -> String {
    var bytes: [UInt8] = []
    try export(through: through) { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }
}
