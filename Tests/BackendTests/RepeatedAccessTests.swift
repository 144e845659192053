import EventLog
import Practice
import PracticeEvents
import Reports
import Testing

@testable import Backend

@Suite("A reading that is repeated")
struct RepeatedAccessTests {
  private static func access(
    rows: Int = 3, parameters: [(name: String, value: String)] = [], users: Set<String> = [],
    disclosed: Disclosure = .nobody
  ) -> DataAccess {
    var actor = EventActor()
    (actor.user, actor.role) = ("ida", .auditor)
    var access = DataAccess(
      by: Reader(actor, grant: "grt-000000000001", channel: .api, purpose: .legal),
      what: "balance.patient", parameters: parameters, format: "json", disclosed: disclosed,
      rows: rows, asOf: Position(7))
    access.users = users
    return access
  }

  @Test(
    "is encoded byte for byte as by itself, whenever it happens",
    arguments: [
      0, 1, -1, -1_000_000, 999_999, 1_000_000, 1_772_539_200_123_456, 253_402_300_799_999_999,
    ])
  func encoded(microseconds: Int64) async throws {
    let clinic = try await TestClinic()
    try await clinic.setUp()
    let (backend, now) = (clinic.backend, Instant(microseconds: microseconds))
    let day = try CivilDate("2026-03-03")
    let patient = SubjectID(high: 5, low: 6)
    for access in [
      Self.access(),
      Self.access(
        parameters: [("patient", patient.description)], disclosed: .patients([patient])),
    ] {
      let standing = try backend.standingOfAnyLog()
      let alone = try NewEvent(access.event(at: now, on: day, in: standing))
      let repeated = try #require(try backend.repeated(access, on: day))
      let (first, second) = (try repeated.event(at: now), try repeated.event(at: now))
      #expect(first.payload == alone.payload)
      #expect((first.stream, first.kind) == (alone.stream, alone.kind))
      #expect(first.tags == alone.tags)
      #expect(first.id != second.id)
      #expect(first.id.high >> 16 == UInt64(max(0, microseconds / 1000)))
      #expect(first.id.high >> 16 == alone.id.high >> 16)
    }
  }

  @Test("is none when it must be looked up first whether a parameter names a user")
  func uncertain() async throws {
    let clinic = try await TestClinic()
    try await clinic.setUp()
    let day = try CivilDate("2026-03-03")
    let named = [(name: "user", value: "rivera")]
    let none = Self.access(rows: 0, parameters: named, users: ["user"])
    #expect(try clinic.backend.repeated(none, on: day) == nil)
    let some = Self.access(rows: 1, parameters: named, users: ["user"])
    #expect(try clinic.backend.repeated(some, on: day) != nil)
  }
}
