import Backend
import EventLog
import Foundation
import Practice
import PracticeEvents
import Projection
import Reports
import Testing

@Suite("The access log")
struct AccessLogTests {
  private func reader(_ role: Role = .auditor, user: String = "ida") -> Reader {
    var actor = EventActor()
    (actor.user, actor.role) = (user, role)
    return Reader(actor, channel: .cli)
  }

  private func accesses(_ backend: Backend) throws -> [RecordedEvent] {
    try backend.accessLog.store().read { try $0.events(.kinds(EventKind(.recordAccessed))) }
  }

  private func facts(_ backend: Backend) throws -> [RecordAccessed] {
    try accesses(backend).compactMap { event in
      guard case .recordAccessed(let access) = try RecordedFact(event).event.fact else {
        return nil
      }
      return access
    }
  }

  private func clinic() async throws -> TestClinic {
    let clinic = try await TestClinic()
    try await clinic.setUp()
    _ = try await clinic.addPatient("P-1")
    return clinic
  }

  @Test("holds who read what, for what, of whom and as of when, and no name")
  func holdsIt() async throws {
    let clinic = try await clinic()
    let backend = clinic.backend
    for (report, given) in [
      ("balance.patient", ["patient": "P-1"]), ("ready", [:]),
      ("audit.access", ["user": "Ana Rivera"]),
    ] {
      let answer = try backend.answer(ReportCatalog.named(report), given)
      try await backend.recordAccess(DataAccess(of: answer, by: reader(), format: .json))
    }
    let patient = try backend.patientID("P-1").description
    let found = try facts(backend)
    #expect(found.map(\.what) == ["balance.patient", "ready", "audit.access"])
    #expect(found[0].patients == [patient])
    #expect(found[0].parameters.map(\.value) == [patient])
    #expect(found[0].purpose == .audit)
    #expect(found[0].asOfPosition == (try backend.store.read { $0.head.rawValue }))
    #expect(found[1].patientCount == 0)
    for event in try accesses(backend) {
      let text = String(decoding: event.payload, as: UTF8.self)
      for name in ["Rivera", "Ana", "P-1"] { #expect(!text.contains(name)) }
      #expect(event.tags.contains(Tag("user:ida")))
    }
    #expect(try accesses(backend)[0].tags.contains(Tag("patient:\(patient)")))
    #expect(try backend.accessLog.store().verify { _, _ in }.head == Position(4), "and the schema")
  }

  @Test(
    "keeps ids, words that the report knows and names of users, and no other text",
    arguments: [
      ("cash.daily", ["till": "rivera"], ["till": "(text)"]),
      ("schedule.frequencyAdherence", ["status": "under"], ["status": "under"]),
      ("audit.user", ["user": "rivera"], ["user": "(text)"]),
      ("audit.user", ["user": "sam"], ["user": "sam"]),
      ("audit.access", ["user": "ida"], ["user": "ida"]),
      ("schedule.day", ["room": "rivera"], ["room": "(text)"]),
      ("schedule.day", ["room": "epi-000000000001"], ["room": "epi-000000000001"]),
    ])
  func freeText(report: String, given: [String: String], kept: [String: String]) async throws {
    let clinic = try await clinic()
    let backend = clinic.backend
    // Ida has read something before.
    try await backend.recordAccess(
      DataAccess(by: reader(), what: "ready", disclosed: .nobody, rows: 0, asOf: .none))
    let answer = try backend.answer(ReportCatalog.named(report), given)
    try await backend.recordAccess(DataAccess(of: answer, by: reader(), format: .json))
    let parameters = try #require(try facts(backend).last).parameters
    for (name, value) in kept {
      #expect(parameters.first { $0.name == name }?.value == value)
    }
  }

  @Test(
    "is found by the patient whose data was read, however many were in the answer",
    arguments: [1, 31, 32, 256, 257])
  func manyPatients(count: Int) async throws {
    let clinic = try await clinic()
    let backend = clinic.backend
    let patient = try backend.patientID("P-1")
    let others = (1..<UInt64(count)).map { SubjectID(high: 7, low: $0) }
    try await backend.recordAccess(
      DataAccess(
        by: reader(), what: "ar.aging", disclosed: .patients(Set([patient] + others)), rows: count,
        asOf: Position(1)))
    try await backend.recordAccess(
      DataAccess(
        by: reader(), what: "cash.daily", disclosed: .nobody, rows: 2, asOf: Position(1)))
    let answer = try backend.answer(AuditAccessReport.self, ["patient": "P-1"])
    #expect(answer.body.rows.count == 1)
    #expect(try facts(backend)[0].patientCount == Int64(count))
    #expect(try facts(backend)[0].allPatients == (count > 256))
  }

  @Test("a user may have any name", arguments: ["josé", "a b", String(repeating: "é", count: 300)])
  func userNames(name: String) async throws {
    let clinic = try await clinic()
    try await clinic.backend.recordAccess(
      DataAccess(
        by: reader(user: name), what: "ready", disclosed: .nobody, rows: 0, asOf: .none))
    let answer = try clinic.backend.answer(AuditAccessReport.self, ["user": name])
    #expect(answer.body.rows.count == 1)
    #expect(try clinic.backend.answer(AuditAccessReport.self, ["user": "é"]).body.rows.isEmpty)
  }

  @Test("a role that may not read is refused, and that is recorded")
  func refused() async throws {
    let clinic = try await clinic()
    let backend = clinic.backend
    await #expect(throws: ReportError.self) {
      try await backend.requireReadable(
        AuditPatientReport.self, ["patient": "P-1"], by: reader(.frontDesk))
    }
    await #expect(throws: ReportError.self) {
      try await backend.requireLogReadable("log.show", by: reader(.biller))
    }
    try await backend.requireReadable(AuditPatientReport.self, [:], by: reader())
    let found = try facts(backend)
    #expect(found.map(\.refused) == [true, true])
    #expect(found[0].patients == [try backend.patientID("P-1").description])
    #expect(found[0].refusal.contains("front-desk"))
    #expect(found[1].what == "log.show")
  }

  @Test("a reading that cannot be recorded is an error: the folder cannot be made")
  func unwritable() async throws {
    let clinic = try await clinic()
    try Data("in the way".utf8).write(to: URL(filePath: clinic.backend.directory.access))
    let error = await #expect(throws: AccessNotRecorded.self) {
      try await clinic.backend.recordAccess(
        DataAccess(by: reader(), what: "ready", disclosed: .nobody, rows: 0, asOf: .none))
    }
    #expect(error?.description.contains("nothing is shown") == true)
  }

  @Test("a reading that cannot be recorded is an error: the log is full")
  func full() async throws {
    let folder = TemporaryDirectory()
    let backend = try await Backend.create(
      DataDirectory(folder.path), options: LMDBEventLog.Options(mapBytes: 1 << 20)
    ) { $0 }
    var recorded = 0
    await #expect(throws: AccessNotRecorded.self) {
      for index in 0..<1_000 {
        let patients = (0..<250).map { SubjectID(high: UInt64(index), low: $0) }
        try await backend.recordAccess(
          DataAccess(
            by: reader(), what: "ready", disclosed: .patients(Set(patients)), rows: 1,
            asOf: .none))
        recorded += 1
      }
    }
    #expect(recorded > 10)
    #expect(try accesses(backend).count == recorded, "those acknowledged are there")
  }

  @Test("readings at once are all recorded")
  func atOnce() async throws {
    let clinic = try await clinic()
    let backend = clinic.backend
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<100 {
        group.addTask {
          try await backend.recordAccess(
            DataAccess(
              by: reader(), what: "ready", disclosed: .nobody, rows: index, asOf: .none))
        }
      }
      try await group.waitForAll()
    }
    #expect(Set(try facts(backend).map(\.rowCount)) == Set(0..<100))
  }

  @Test("reading changes nothing in the clinic's log, its views and its reports")
  func apart() async throws {
    let clinic = try await clinic()
    let backend = clinic.backend
    let head = try backend.store.read { $0.head }
    let before = try ReportFormat.json.render(try backend.answer(ReadyReport.self, [:]))
    try await backend.recordAccess(
      DataAccess(
        of: backend.answer(AuditPatientReport.self, ["patient": "P-1"]), by: reader(),
        format: .csv))
    #expect(try backend.store.read { $0.head } == head)
    #expect(try ReportFormat.json.render(try backend.answer(ReadyReport.self, [:])) == before)
    _ = try backend.views.catchUp()
    #expect(try backend.views.verify() == nil)
  }

  @Test("what was read is asked for as of the past, too")
  func asOf() async throws {
    let clinic = try await clinic()
    try clinic.advance(to: "2026-03-03T10:00")
    try await clinic.backend.recordAccess(
      DataAccess(by: reader(), what: "ready", disclosed: .nobody, rows: 0, asOf: .none))
    try clinic.advance(to: "2026-03-05T10:00")
    func count(_ asOf: String) throws -> Int {
      try clinic.backend.answer(
        AuditAccessReport.self, [:], asOf: AsOfRequest(asOf, in: clinic.zone)
      ).body.rows.count
    }
    #expect(try count("2026-03-02") == 0)
    #expect(try count("2026-03-04") == 1)
  }
}

@Suite("What changed between two states")
struct DifferenceTests {
  @Test("of a patient: balance, gate and open items, and the events that changed them")
  func ofPatient() async throws {
    let clinic = try await TestClinic()
    try await clinic.setUp()
    let early = try clinic.backend.store.read { $0.head.rawValue }
    _ = try await clinic.addPatient("P-1")
    _ = try await clinic.addPatient("P-2")
    let start = try clinic.backend.store.read { $0.head.rawValue }
    try await clinic.record(
      AddCoverage(
        patient: SubjectReference("P-2"), payer: SubjectReference(TestClinic.payer),
        memberID: "M1", effectiveFrom: CivilDate("2026-01-01")), by: .frontDesk)
    try await clinic.record(
      TakePayment(patient: SubjectReference("P-1"), amount: Money("20.00"), method: .cash),
      by: .frontDesk)
    let end = try clinic.backend.store.read { $0.head.rawValue }
    func difference(_ from: UInt64, _ to: UInt64) throws -> AnswerDifference {
      try clinic.backend.difference(
        in: AuditStateReport.self, ["patient": "P-1"], from: .position(from), to: .position(to))
    }
    let found = try difference(start, end)
    let balance = try #require(
      found.changes.first { $0.key == [.text("balance"), .text("balance")] })
    #expect(balance.cells.map(\.before.text) == ["0.00"])
    #expect(balance.cells.map(\.after.text) == ["-20.00"])
    let patient = try clinic.backend.patientID("P-1")
    #expect(!found.events.isEmpty)
    #expect(found.events.allSatisfy { $0.subject == patient && $0.position > start })
    #expect(found.changes.allSatisfy { $0.events.contains { $0.event.kind == .paymentReceived } })
    // A payment is put down to what names it, a balance to what moves money.
    let credit = try #require(found.changes.first { $0.key.first == .text("open items") })
    #expect(credit.events.map(\.event.kind) == [.paymentReceived])
    #expect(balance.events.map(\.event.kind) == [.paymentReceived])
    #expect(try difference(end, end).changes.isEmpty)
    let born = try difference(early, start)
    #expect(born.changes.allSatisfy { $0.kind == .added }, "nobody knew the patient before")
    #expect(throws: ReportError.self) { try difference(end, start) }
  }

  @Test("of a list: each row with the events of its patient")
  func ofList() async throws {
    let clinic = try await TestClinic()
    try await clinic.setUp()
    for mrn in ["P-1", "P-2"] { _ = try await clinic.addPatient(mrn) }
    let start = try clinic.backend.store.read { $0.head.rawValue }
    for (mrn, amount) in [("P-1", "20.00"), ("P-2", "30.00")] {
      try await clinic.record(
        TakePayment(patient: SubjectReference(mrn), amount: Money(amount), method: .cash),
        by: .frontDesk)
    }
    let end = try clinic.backend.store.read { $0.head.rawValue }
    let found = try clinic.backend.difference(
      in: ArAgingReport.self, [:], from: .position(start), to: .position(end))
    #expect(found.changes.count == 2)
    for change in found.changes {
      let subject = try clinic.backend.patientID(change.key[0].text)
      #expect(change.kind == .added)
      #expect(Set(change.events.map(\.subject)) == [subject])
    }
    let sums = try clinic.backend.difference(
      in: CashDailyReport.self, [:], from: .position(start), to: .position(end))
    #expect(sums.changes.count == 1)
    #expect(sums.events.map(\.event.kind).contains(.paymentReceived))
  }
}
