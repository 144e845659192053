import Practice
import Testing

@Suite("Identifiers")
struct IdentifierTests {
  @Test("every kind of thing has its own prefix and reads back", arguments: EntityID.Kind.allCases)
  func roundTrip(kind: EntityID.Kind) throws {
    for random: UInt64 in [0, 1, 31, 32, 0x0123_4567_89AB_CDEF, .max] {
      let id = EntityID.make(kind, random: random)
      #expect(id.bits == random & 0x0FFF_FFFF_FFFF_FFFF)
      #expect(id.description.hasPrefix("\(kind.rawValue)-"))
      #expect(id.description.utf8.count == kind.rawValue.utf8.count + 13)
      #expect(try EntityID(id.description) == id)
      #expect(try EntityID(id.description.lowercased(), expecting: kind) == id)
    }
  }

  @Test("letters that look like digits are read as those digits")
  func lookAlikes() throws {
    #expect(try EntityID("apt-OoIiLl000000") == EntityID("apt-001111000000"))
  }

  @Test("the text is fixed for good")
  func pinned() {
    let id = EntityID.make(.appointment, random: 0x0123_4567_89AB_CDEF)
    #expect(id.description == "apt-28T5CY4TQKFF")
  }

  @Test(
    "anything else is no identifier",
    arguments: [
      "apt", "apt-", "apt-4KD92MQX7TW", "apt-4KD92MQX7TWPP", "xyz-4KD92MQX7TWP", "4KD92MQX7TWP",
      "apt-4KD92MQX7TWU", "apt-4KD9-2MQX7TWP", "apt 4KD92MQX7TWP", "apt-4KD92MQX7TW!",
    ])
  func refusing(text: String) {
    #expect(throws: ValueError.self) { try EntityID(text) }
  }

  @Test("the identifier of another kind of thing is refused by name")
  func wrongKind() throws {
    let claim = EntityID.make(.claim, random: 7)
    let error = try #require(throws: ValueError.self) {
      try EntityID(claim.description, expecting: .appointment)
    }
    #expect(error.problem == "its kind is claim, not appointment")
  }

  @Test("identifiers order as their texts do")
  func order() {
    let ids = [EntityID.Kind.goal, .appointment, .claim].flatMap { kind in
      [9, 0x0FFF_FFFF_FFFF_FFFF, 10, 300].map { EntityID.make(kind, random: $0) }
    }
    #expect(ids.sorted().map(\.description) == ids.map(\.description).sorted())
  }

  @Test("a subject is sixteen bytes and a UUID")
  func subject() throws {
    let bytes: [UInt8] = Array(0...15)
    let subject = try SubjectID(bytes: bytes)
    #expect(subject.description == "00010203-0405-0607-0809-0a0b0c0d0e0f")
    #expect(subject.bytes == bytes)
    #expect(subject == SubjectID(high: 0x0001_0203_0405_0607, low: 0x0809_0A0B_0C0D_0E0F))
    #expect(try SubjectID(subject.description.uppercased()) == subject)
    #expect(SubjectID(high: 0, low: .max) < SubjectID(high: 1, low: 0))
  }

  @Test(
    "anything else is no subject",
    arguments: [
      "000102030405060708090a0b0c0d0e0f", "00010203-0405-0607-0809-0a0b0c0d0e0",
      "0001020-30405-0607-0809-0a0b0c0d0e0f", "+0010203-0405-0607-0809-0a0b0c0d0e0f",
      "00010203-0405-0607-+809-0a0b0c0d0e0f", "g0010203-0405-0607-0809-0a0b0c0d0e0f",
    ])
  func badSubject(text: String) {
    #expect(throws: ValueError.self) { try SubjectID(text) }
  }

  @Test("a subject of another length is refused", arguments: [0, 15, 17])
  func badSubjectBytes(count: Int) {
    #expect(throws: ValueError.self) { try SubjectID(bytes: Array(repeating: 0, count: count)) }
  }
}
