import EventLog
import PracticeEvents
import Projection

/// What the clients of a made-up clinic record: every request follows from the seed, its client and
/// its number, so that anybody can tell what should be in the log.
struct Plan: Sendable {
  var seed: UInt64
  var clients: UInt64

  struct Request: Sendable {
    var command: CommandID
    var proposal: Proposal
  }

  private static let commandMark: UInt64 = 0x0c0a_0000_0000_0000

  func command(_ client: UInt64, _ number: UInt64) -> CommandID {
    CommandID(high: Self.commandMark | client, low: number)
  }

  /// Nil when the command is none of this plan.
  func place(of command: CommandID) -> (client: UInt64, number: UInt64)? {
    let client = command.high ^ Self.commandMark
    return client < clients ? (client, command.low) : nil
  }

  /// 1 to 3 events, some too large for a page, now and then with a blob.
  func request(_ client: UInt64, _ number: UInt64) throws -> Request {
    var generator = SeededGenerator(seed: seed.part(Int(client * 1_000_003 + number)))
    let events = try (0..<UInt64.random(in: 1...3, using: &generator)).map { index in
      try event(client, number, index, using: &generator)
    }
    var blobs: [Blob] = []
    if number % 5 == 2 {
      let bytes = (0..<Int.random(in: 0...6_000, using: &generator)).map { UInt8($0 & 255) }
      blobs = [Blob(id: BlobID(high: client, low: number), bytes: bytes)]
    }
    return Request(
      command: command(client, number), proposal: Proposal(events: events, blobs: blobs))
  }

  private func event(
    _ client: UInt64, _ number: UInt64, _ index: UInt64,
    using generator: inout SeededGenerator
  ) throws -> NewEvent {
    var event = PracticeEvent()
    event.fact =
      switch UInt64.random(in: 0..<4, using: &generator) {
      case 0: .patientRegistered(PatientRegistered())
      case 1: .consentRevoked(ConsentRevoked())
      default: .consentSigned(ConsentSigned())
      }
    let isLarge = UInt64.random(in: 0..<8, using: &generator) == 0
    let length = Int.random(in: isLarge ? 1_000...5_000 : 0...200, using: &generator)
    event.reason = String(repeating: "r", count: length)
    return NewEvent(
      id: EventID(high: client << 32 | number, low: index),
      stream: StreamID(high: 7, low: generator.next() % 5),
      kind: EventKind(event.kind ?? .consentSigned),
      tags: ["all", "client:\(client)", "request:\(client)-\(number)"].map { Tag($0) },
      payload: try event.payload())
  }
}
