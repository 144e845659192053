import Foundation
import Practice
import PracticeEvents
import Projection
import ReadModels
import SwiftProtobuf
import Testing

/// Events of every kind with absurd values, made from the schema that the log carries.
private struct HostileEvents {
  private typealias MessageType = Google_Protobuf_DescriptorProto
  private typealias Field = Google_Protobuf_FieldDescriptorProto

  private let messages: [String: MessageType]
  private var state: UInt64

  init(seed: UInt64) throws {
    state = seed
    let files = try Google_Protobuf_FileDescriptorSet(
      serializedBytes: PracticeSchema.descriptorSet)
    var messages: [String: MessageType] = [:]
    func add(_ message: MessageType, in scope: String) {
      messages["\(scope).\(message.name)"] = message
      for nested in message.nestedType { add(nested, in: "\(scope).\(message.name)") }
    }
    for file in files.file {
      for message in file.messageType { add(message, in: ".\(file.package)") }
    }
    self.messages = messages
  }

  /// One event of each kind, in an order of chance.
  mutating func next() throws -> [PracticeEvent] {
    guard let event = messages[".\(PracticeSchema.version).PracticeEvent"] else { return [] }
    let kinds = event.field.filter { $0.hasOneofIndex && !$0.proto3Optional }
      .map { (random(), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    return try kinds.map { kind in
      try PracticeEvent(serializedBytes: value(of: kind, depth: 0))
    }
  }

  /// Fields of a message; some are left out, some come twice.
  private mutating func bytes(of name: String, depth: Int) -> [UInt8] {
    guard depth < 5, let message = messages[name] else { return [] }
    var bytes: [UInt8] = []
    for field in message.field {
      for _ in 0..<(field.label == .repeated ? random() % 4 : min(1, random() % 8)) {
        bytes += value(of: field, depth: depth)
      }
    }
    return bytes
  }

  /// A field with its tag, as the wire has it.
  private mutating func value(of field: Field, depth: Int) -> [UInt8] {
    let tag = UInt64(field.number) << 3
    switch field.type {
    case .int32, .int64:
      let extremes: [Int64] =
        field.type == .int32
        ? [Int64(Int32.min), Int64(Int32.max), 0, -1, 1, 20_260_311]
        : [.min, .max, 0, -1, 1]
      return varint(tag) + varint(UInt64(bitPattern: pick(extremes)))
    case .sint32, .sint64:
      // Zigzag: all ones is the least number.
      return varint(tag)
        + varint(pick(field.type == .sint32 ? [UInt64(UInt32.max), 0] : [.max, 0]))
    case .uint32, .uint64:
      return varint(tag) + varint(pick([UInt64(UInt32.max), 0]))
    case .enum, .bool:
      return varint(tag) + varint(field.type == .bool ? random() % 2 : random() % 9)
    case .string:
      // Few texts, so that facts are about the same things.
      return varint(tag | 2) + counted(Array(pick(["x", "y", "97140"]).utf8))
    case .bytes:
      return varint(tag | 2) + counted([0xff])
    case .message:
      return varint(tag | 2) + counted(bytes(of: field.typeName, depth: depth + 1))
    default:
      Issue.record("the schema has a field of a type that this test does not make")
      return []
    }
  }

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int(random() % UInt64(values.count))]
  }

  /// SplitMix64 (Steele et al. 2014).
  private mutating func random() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  private func counted(_ bytes: [UInt8]) -> [UInt8] { varint(UInt64(bytes.count)) + bytes }

  private func varint(_ number: UInt64) -> [UInt8] {
    var rest = number
    var bytes: [UInt8] = []
    while rest > 0x7f {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}

@Suite("Whatever the stored bytes say, reading them does not stop the program")
struct HostileEventTests {
  /// Of a patient, and some of the clinic.
  private func facts(seed: UInt64) throws -> [RecordedFact] {
    var source = try HostileEvents(seed: seed)
    let subjects = [SubjectID(high: 0xc1, low: 1 << 63), .site]
    var facts: [RecordedFact] = []
    for _ in 0..<6 {
      for event in try source.next() {
        let position = UInt64(facts.count + 1)
        facts.append(
          RecordedFact(
            position: position, recordedAt: .max, id: UUIDKey(high: position, low: 1),
            stream: subjects[Int(position % 5) / 4].key, streamSequence: position, event: event))
      }
    }
    return facts
  }

  @Test("absurd numbers in events of every kind fold", arguments: [1, 2, 3])
  func folds(seed: UInt64) throws {
    var patient = PatientState()
    var schedule = ScheduleState()
    let facts = try facts(seed: seed)
    #expect(Set(facts.compactMap(\.event.kind)).count == PracticeEvent.Kind.catalogue.count)
    for fact in facts {
      patient.apply(fact)
      schedule.apply(fact)
    }
    #expect(patient.eventCount == facts.count)
    for projector in ReadModelCatalog.all {
      let rows = MemoryRows(of: projector)
      try rows.apply(facts, with: projector)
    }
  }

  @Test("what readiness does not look at changes nothing that it keeps", arguments: [1, 2, 3])
  func readinessKinds(seed: UInt64) throws {
    let kinds = try #require(ReadinessProjector.kinds)
    var states: [any FoldedState & Equatable] = [
      PractitionerState(), ReferringProviderState(), PayerState(), ClinicState(),
    ]
    let parts: [any PatientPart.Type] = [
      ProfileState.self, CoverageState.self, ReferralState.self, ScheduleState.self,
    ]
    for fact in try facts(seed: seed) {
      let kind = try #require(fact.kind)
      for index in states.indices {
        let isSame = states[index].isSame(after: fact)
        #expect(isSame || kinds.contains(kind), "\(kind)")
      }
      #expect(kinds.contains(kind) || !parts.contains { $0.concerns(kind) }, "\(kind)")
    }
  }
}

extension FoldedState where Self: Equatable {
  fileprivate mutating func isSame(after fact: RecordedFact) -> Bool {
    let before = self
    apply(fact)
    return self == before
  }
}
