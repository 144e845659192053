import PracticeEvents
import SwiftProtobuf
import Testing

@testable import Practice

@Suite("Tags of events") struct TaggingTests {
  /// Facts that are found by their subject's stream alone.
  private static let untagged: Set<String> = [
    "IntakeCompleted", "PrivilegeGranted", "PrivilegeRevoked",
    "AvailabilitySet", "SlidingScaleEnded", "PackageDefined",
    "SitePracticeProfileSet", "PayerPolicyChanged",
    "ServiceCatalogItemDefined", "FeeScheduleVersionPublished", "RuleTablePublished",
    "PeriodClosed", "PeriodReopened", "SchemaPublished", "UserRoleGranted", "UserRoleRevoked",
    "LogForked", "LogKeyRotated", "JournalExported",
    "RecordDisclosed", "StreamHeadsSealed",
  ]

  @Test(
    "every kind of fact has a tag when all its fields are filled, or is known to need none",
    arguments: PracticeEvent.Kind.catalogue.map(\.name))
  func everyKind(name: String) throws {
    let kind = try #require(PracticeEvent.Kind.catalogue.first { $0.name == name }?.kind)
    let event = try Self.filledEvent(kind, name)
    #expect(event.kind == kind)
    #expect(event.tags.isEmpty == Self.untagged.contains(name))
    #expect(Set(event.tags).count == event.tags.count)
  }

  @Test(
    "an event with empty fields has no tags", arguments: PracticeEvent.Kind.catalogue.map(\.kind))
  func emptyFields(kind: PracticeEvent.Kind) throws {
    #expect(try PracticeEvent(payload: Wire.field(kind.rawValue, [])).tags.isEmpty)
  }

  @Test("an event without a fact, or with one newer than the program, has no tags")
  func unknownFact() throws {
    #expect(PracticeEvent().tags.isEmpty)
    #expect(try PracticeEvent(payload: Wire.field(9_999, Array("new".utf8))).tags.isEmpty)
  }

  @Test("an appointment that moves is found on both its days")
  func bothDays() throws {
    var moved = AppointmentRescheduled()
    moved.practitioner = "00000000-0000-4000-8000-000000000001"
    moved.previousPractitioner = moved.practitioner
    moved.previousDateOn = 2026_03_02
    moved.dateOn = 2026_03_03
    var event = PracticeEvent()
    event.fact = .appointmentRescheduled(moved)
    let id = try SubjectID(moved.practitioner)
    #expect(
      event.tags == [
        .practitionerDay(id, try CivilDate(compact: 2026_03_02)),
        .practitionerDay(id, try CivilDate(compact: 2026_03_03)),
      ])
  }

  /// An event whose fact has an identifier in every text and a date in every number.
  private static func filledEvent(
    _ kind: PracticeEvent.Kind, _ name: String
  ) throws
    -> PracticeEvent
  {
    let schema = try Google_Protobuf_FileDescriptorSet(
      serializedBytes: PracticeSchema.descriptorSet)
    let message = try #require(
      schema.file.lazy.flatMap(\.messageType).first { $0.name == name })
    let fields = message.field.flatMap { field -> [UInt8] in
      let number = UInt16(field.number)
      return switch field.type {
      case .string: Wire.field(number, Array(EntityID.example.utf8))
      case .int32: Wire.varint(UInt64(number) << 3) + Wire.varint(2026_03_11)
      default: []
      }
    }
    return try PracticeEvent(payload: Wire.field(kind.rawValue, fields))
  }
}

/// As much of the Protocol Buffers encoding as these tests need.
private enum Wire {
  static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7f | 0x80)] + varint(value >> 7)
  }

  static func field(_ number: UInt16, _ bytes: [UInt8]) -> [UInt8] {
    varint(UInt64(number) << 3 | 2) + varint(UInt64(bytes.count)) + bytes
  }
}
