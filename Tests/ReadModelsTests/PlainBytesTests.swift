import Practice
import PracticeEvents
import PracticeSimulator
import SwiftProtobuf
import Testing

@Suite("Plain bytes of events, decoded without the library's help")
struct PlainBytesTests {
  @Test("what this program writes is plain, and decodes to the same event")
  func written() throws {
    for fact in SimulatedYear.facts {
      let bytes: [UInt8] = try fact.event.serializedBytes()
      #expect(PracticeEvent(plainBytes: bytes.span.bytes) == fact.event)
    }
  }

  @Test("a heading says who recorded an event, and when it counts")
  func heading() throws {
    for fact in SimulatedYear.facts {
      let bytes: [UInt8] = try fact.event.serializedBytes()
      let heading = try EventHeading(bytes.span.bytes)
      #expect(heading.actor == fact.event.actor)
      #expect(heading.effectiveOn == fact.event.effectiveOn)
    }
    #expect(throws: EventDecodingError.self) { try EventHeading([UInt8]([0x80]).span.bytes) }
  }

  @Test("changed, cut or lengthened bytes are left to the library, or decode to what it decodes")
  func changed() throws {
    var random = Chance(state: 5)
    var decoded = 0
    for fact in SimulatedYear.facts {
      var bytes: [UInt8] = try fact.event.serializedBytes()
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
      case 1: bytes += bytes.prefix(Int.random(in: 1...bytes.count, using: &random))
      default:
        let index = Int.random(in: bytes.indices, using: &random)
        bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
      guard let plain = PracticeEvent(plainBytes: bytes.span.bytes) else { continue }
      #expect(try PracticeEvent(serializedBytes: bytes) == plain)
      decoded += 1
    }
    #expect(decoded > 0)
  }

  @Test(
    "unusual bytes are left to the library",
    arguments: [
      [0x18, 0x01, 0x18, 0x01],  // a field twice
      [0x20, 0x01, 0x18, 0x01],  // fields out of order
      [0x3a, 0x00],  // an unknown field
      [0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],  // a negative date
      [0x19, 0, 0, 0, 0, 0, 0, 0, 0],  // another wire type
      [0x2a, 0x01, 0xff],  // not UTF-8
      [0x2a, 0x05, 0x41],  // cut off
      [0x1a, 0x01, 0x01],  // bytes where a number should be
      [0x80],
    ] as [[UInt8]])
  func unusual(_ bytes: [UInt8]) {
    #expect(PracticeEvent(plainBytes: bytes.span.bytes) == nil)
  }
}

@Suite("The parts of a patient's state")
struct PatientPartTests {
  @Test("a part is changed by no fact of a kind that does not concern it")
  func unconcerned() {
    check(ProfileState())
    check(CoverageState())
    check(ReferralState())
    check(CareState())
    check(ScheduleState())
    check(AccountState())
  }

  private func check<Part: PatientPart & Equatable>(_ empty: Part) {
    for facts in Dictionary(grouping: SimulatedYear.facts, by: \.subject).values {
      var all = empty
      var concerned = empty
      for fact in facts where fact.subjectKind == .patient {
        all.apply(fact)
        if fact.kind.map(Part.concerns) == true { concerned.apply(fact) }
      }
      #expect(all == concerned)
    }
  }
}

private struct Chance: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 29
  }
}
