import Backend
import Dispatch
import EventLog
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Practice
import PracticeEvents
import Projection
import Reports
import Synchronization
import Testing

@testable import ReportServer

private final class Counter: Sendable {
  private let value = Mutex(0)
  var count: Int { value.withLock { $0 } }
  func countOne() { value.withLock { $0 += 1 } }
}

@Suite("Answers that are asked for again")
struct KeptAnswerTests {
  private static let account = "/v1/reports/balance.patient?patient=P-1"

  private static func addPatient(_ backend: Backend) async throws {
    try await ServedClinic.record(
      RegisterPatient(
        mrn: "P-1", familyName: "Rivera", givenName: "Ana", bornOn: CivilDate("1984-06-02")),
      backend)
  }

  private static func text(
    _ client: any TestClientProtocol, _ uri: String, _ headers: HTTPFields
  ) async throws -> (body: String, tag: String?) {
    try await client.execute(uri: uri, method: .get, headers: headers) {
      #expect($0.status == .ok)
      return (String(buffer: $0.body), $0.headers[.eTag])
    }
  }

  private static func readers(_ backend: Backend) throws -> [String] {
    try backend.accessLog.store().read { log in
      try log.events(.kinds(EventKind(.recordAccessed))).map {
        try RecordedFact($0).event.actor.user
      }
    }
  }

  @Test("come out the same for every reader, and each reading is recorded as that reader's")
  func recorded() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [clinic] client in
      try await Self.addPatient(clinic.backend)
      var bodies: Set<String> = []
      for role in [Role.auditor, .biller, .auditor, .frontDesk] {
        bodies.insert(try await Self.text(client, Self.account, clinic.headers(role)).body)
      }
      #expect(bodies.count == 1)
      #expect(
        try Self.readers(clinic.backend) == ["auditor", "biller", "auditor", "front-desk"])
    }
  }

  @Test("are refused to who may not read them, and to a token that was revoked meanwhile")
  func refused() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [clinic] client in
      try await Self.addPatient(clinic.backend)
      let uri = "/v1/reports/audit.patient?patient=P-1"
      _ = try await Self.text(client, uri, clinic.headers(.auditor))
      try await client.execute(uri: uri, method: .get, headers: clinic.headers(.frontDesk)) {
        #expect($0.status == .forbidden)
        #expect(!String(buffer: $0.body).contains("Rivera"))
      }
      let grant = try clinic.backend.grants().first { $0.granted.role == .auditor }
      try await ServedClinic.record(
        RevokeUserRole(grant: EntityID(#require(grant).granted.grant)), clinic.backend)
      try await client.execute(uri: uri, method: .get, headers: clinic.headers(.auditor)) {
        #expect($0.status == .unauthorized)
      }
    }
  }

  @Test("are made anew when anything was recorded")
  func newEvent() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [clinic] client in
      try await Self.addPatient(clinic.backend)
      let headers = clinic.headers(.auditor)
      let before = try await Self.text(client, Self.account, headers)
      try await ServedClinic.record(
        TakePayment(patient: SubjectReference("P-1"), amount: Money("20.00"), method: .cash),
        clinic.backend)
      let after = try await Self.text(client, Self.account, headers)
      #expect(!before.body.contains("2000"))
      #expect(after.body.contains("2000"))
      #expect(before.tag != after.tag)
      let head = try clinic.backend.store.read { $0.head.rawValue - 1 }
      let past = try await Self.text(client, "\(Self.account)&as-of=\(head)", headers)
      #expect(!past.body.contains("2000"))
    }
  }

  @Test("are made anew when a view that they are read from was built anew")
  func rebuilt() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [clinic] client in
      try await Self.addPatient(clinic.backend)
      let headers = clinic.headers(.auditor)
      _ = try await Self.text(client, "/v1/reports/ready", headers)
      let before = try await Self.text(client, "/v1/reports/ready", headers)
      try clinic.backend.views.rebuild()
      let after = try await Self.text(client, "/v1/reports/ready", headers)
      #expect(before.tag != after.tag)
      #expect(before.body == after.body)
    }
  }

  @Test("differ by parameters, format and day")
  func questions() throws {
    let tags = EntityTags()
    let asked = Self.question(position: 7)
    func change(_ change: (inout AnswerCache.Question) -> Void) -> AnswerCache.Question {
      var changed = asked
      change(&changed)
      return changed
    }
    let others = [
      change { $0.report = "ready" }, change { $0.format = .csv }, change { $0.given = [:] },
      change { $0.asOf = "7" }, change { $0.position = Position(8) },
      change { $0.day = "2026-03-03" }, change { $0.generations = [2] },
    ]
    #expect(Set(others + [asked]).count == others.count + 1)
    #expect(Set((others + [asked]).map(tags.tag)).count == others.count + 1)
    #expect(tags.tag(for: asked) == tags.tag(for: asked))
  }

  @Test("are bounded in bytes; those asked for lately are kept longest")
  func bounded() throws {
    let cache = AnswerCache(most: 100_000)
    for number in 0..<100 {
      cache.keep(Self.answer(bytes: 5_000), to: Self.question(of: "P-\(number)"))
      #expect(cache.answer(to: Self.question(of: "P-0")) != nil)
      #expect(cache.byteCount <= 100_000)
    }
    #expect(cache.answer(to: Self.question(of: "P-99")) != nil)
    #expect(cache.answer(to: Self.question(of: "P-1")) == nil)
  }

  @Test("are not kept when they are larger than half of the room, or there is none")
  func large() throws {
    let question = Self.question(position: 1)
    for most in [0, 100_000] {
      let cache = AnswerCache(most: most)
      cache.keep(Self.answer(bytes: 60_000), to: question)
      #expect(cache.answer(to: question) == nil)
      #expect(cache.byteCount == 0)
    }
  }

  @Test("of the present serve who has seen no more than they take in; the newest replaces others")
  func newest() throws {
    let cache = AnswerCache(most: 100_000)
    func keep(_ position: UInt64) {
      cache.keep(
        Self.answer(bytes: 1_000, position: position), to: Self.question(position: position))
    }
    func kept(at position: UInt64) -> Position? {
      cache.answer(to: Self.question(position: position))?.position
    }
    keep(7)
    let bytes = cache.byteCount
    #expect(kept(at: 6) == Position(7))
    #expect(kept(at: 7) == Position(7))
    #expect(kept(at: 8) == nil)
    keep(9)
    keep(8)
    #expect(kept(at: 7) == Position(9))
    #expect(kept(at: 10) == nil)
    #expect(cache.byteCount == bytes)
  }

  @Test("of the past serve that past alone")
  func past() throws {
    let cache = AnswerCache(most: 100_000)
    cache.keep(Self.answer(bytes: 10, position: 7), to: Self.question(position: 7, asOf: "7"))
    #expect(cache.answer(to: Self.question(position: 7, asOf: "7")) != nil)
    #expect(cache.answer(to: Self.question(position: 6, asOf: "6")) == nil)
    // The same words can mean another position later.
    #expect(cache.answer(to: Self.question(position: 6, asOf: "7")) == nil)
  }

  @Test("are made once for all who ask before that begins, and again for those who ask after")
  func madeOnce() async throws {
    let cache = AnswerCache(most: 100_000)
    let workers = BlockingWorkers()
    let (begun, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let made = Counter()
    let makings = Counter()
    let make: @Sendable () throws -> AnswerCache.Answer = {
      makings.countOne()
      begun.signal()
      mayEnd.wait()
      made.countOne()
      return Self.answer(bytes: 10, position: UInt64(made.count))
    }
    let question = Self.question(position: 1)
    let first = Task { try await cache.make(question, on: workers, make) }
    await Self.wait(for: begun)
    // These come when the first answer is being made already: what they have seen may not be in it.
    let others = (0..<20).map { _ in Task { try await cache.make(question, on: workers, make) } }
    while cache.waiting(for: question) < 20 { await Task.yield() }
    #expect(makings.count == 1)
    mayEnd.signal()
    #expect(try await first.value.position == Position(1))
    await Self.wait(for: begun)
    mayEnd.signal()
    for other in others { #expect(try await other.value.position == Position(2)) }
    #expect(makings.count == 2)
  }

  private static func wait(for semaphore: DispatchSemaphore) async {
    while semaphore.wait(timeout: .now()) == .timedOut {
      try? await Task.sleep(for: .milliseconds(1))
    }
  }

  @Test("are made anew for each who asks when none are to be kept")
  func madeAnew() async throws {
    let cache = AnswerCache(most: 0)
    let workers = BlockingWorkers()
    let made = Counter()
    for _ in 0..<3 {
      _ = try await cache.make(Self.question(position: 1), on: workers) {
        made.countOne()
        return Self.answer(bytes: 10)
      }
    }
    #expect(made.count == 3)
  }

  @Test("that failed are made again for who asks next")
  func failed() async throws {
    let cache = AnswerCache(most: 100_000)
    let workers = BlockingWorkers()
    let question = Self.question(position: 1)
    for _ in 0..<2 {
      await #expect(throws: Problem.self) {
        try await cache.make(question, on: workers) { throw Problem.overloaded }
      }
    }
    _ = try await cache.make(question, on: workers) { Self.answer(bytes: 10) }
  }

  @Test("take in all that was recorded before they were asked for, however much comes meanwhile")
  func busy() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [clinic] client in
      try await Self.addPatient(clinic.backend)
      let headers = clinic.headers(.auditor)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for _ in 0..<20 {
            try await ServedClinic.record(
              TakePayment(patient: SubjectReference("P-1"), amount: Money("1.00"), method: .cash),
              clinic.backend)
          }
        }
        for _ in 0..<4 {
          group.addTask {
            for _ in 0..<20 {
              let head = try clinic.backend.store.read { $0.head.rawValue }
              let body = try await Self.text(client, Self.account, headers).body
              let answer = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
              let asOf = try #require(answer?["asOf"] as? [String: Any])
              let position = try #require(asOf["position"] as? NSNumber).uint64Value
              #expect(position >= head)
              // What it says of that position is what a later question about it is told.
              let past = try await Self.text(client, "\(Self.account)&as-of=\(position)", headers)
              #expect(Self.rows(past.body) == Self.rows(body))
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  /// Without what is said of the question, which the past has another of.
  private static func rows(_ body: String) -> Substring? {
    body.range(of: "\"rows\":").map { body[$0.lowerBound...] }
  }

  private static func question(
    position: UInt64 = 1, of patient: String = "P-1", asOf: String? = nil
  ) -> AnswerCache.Question {
    AnswerCache.Question(
      report: "balance.patient", format: .json, given: ["patient": patient], asOf: asOf,
      position: Position(position), day: "2026-03-02", generations: [1])
  }

  private static func answer(bytes: Int, position: UInt64 = 1) -> AnswerCache.Answer {
    AnswerCache.Answer(
      position: Position(position), tag: "\"t\"", body: ByteBuffer(repeating: 0, count: bytes),
      access: DataAccess(
        by: Reader(EventActor(), channel: .api), what: "balance.patient", disclosed: .nobody,
        rows: 0, asOf: .none))
  }
}
