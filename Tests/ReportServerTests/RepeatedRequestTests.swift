import Backend
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Practice
import PracticeEvents
import Reports
import Synchronization
import Testing

@testable import EventLog
@testable import ReportServer

/// Routes that count how often they are asked.
private struct Counting<Routes: HTTPResponder>: HTTPResponder
where Routes.Context == ClinicContext {
  let routes: Routes
  let asked: Asked

  final class Asked: Sendable {
    private let value = Mutex(0)
    var count: Int { value.withLock { $0 } }
    func countOne() { value.withLock { $0 += 1 } }
  }

  func respond(to request: Request, context: ClinicContext) async throws -> Response {
    asked.countOne()
    return try await routes.respond(to: request, context: context)
  }
}

@Suite("Requests that are repeated word for word")
struct RepeatedRequestTests {
  private static let account = "/v1/reports/balance.patient?patient=P-1"

  private struct Served {
    let clinic: ServedClinic
    let asked = Counting<RouterResponder<ClinicContext>>.Asked()
    let metrics = Metrics()
    let known: KnownRequests

    var backend: Backend { clinic.backend }

    init(most: Int = 1 << 20) async throws {
      clinic = try await ServedClinic()
      known = KnownRequests(most: most)
      try await ServedClinic.record(
        RegisterPatient(
          mrn: "P-1", familyName: "Rivera", givenName: "Ana", bornOn: CivilDate("1984-06-02")),
        clinic.backend)
    }

    func test(
      _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
      defer { try? FileManager.default.removeItem(atPath: clinic.directory) }
      let router = ReportServer(backend: backend).router(metrics, keptBytes: 1 << 20)
      let responder = RepeatedRequests(
        routes: Counting(routes: router.buildResponder(), asked: asked), backend: backend,
        metrics: metrics, known: known)
      try await Application(responder: responder).test(.router) { try await body($0) }
    }

    func readings() throws -> [RecordedFact] {
      try backend.accessLog.store().read { log in
        try log.events(.kinds(EventKind(.recordAccessed))).map { try RecordedFact($0) }
      }
    }
  }

  /// What of an answer must be the same each time.
  private struct Answer: Equatable {
    var status: HTTPResponse.Status
    var headers: HTTPFields
    var body: String
  }

  private static func get(
    _ client: any TestClientProtocol, _ uri: String, _ headers: HTTPFields,
    method: HTTPRequest.Method = .get
  ) async throws -> Answer {
    try await client.execute(uri: uri, method: method, headers: headers) {
      var headers = $0.headers
      headers[.date] = nil
      return Answer(status: $0.status, headers: headers, body: String(buffer: $0.body))
    }
  }

  @Test("are answered the same without the routes, and each reading is recorded in full")
  func same() async throws {
    let served = try await Served()
    try await served.test { [served] client in
      let headers = served.clinic.headers(.auditor)
      var answers: [Answer] = []
      for _ in 0..<5 { answers.append(try await Self.get(client, Self.account, headers)) }
      #expect(answers.allSatisfy { $0 == answers[0] && $0.status == .ok })
      // The first was made, the second found among the kept.
      #expect(served.asked.count == 2)
      let readings = try served.readings()
      #expect(readings.count == 5)
      for reading in readings {
        var (event, first) = (reading.event, readings[0].event)
        event.clearOccurredAt()
        first.clearOccurredAt()
        #expect(event == first)
        #expect(reading.stream == readings[0].stream)
        #expect(
          abs(reading.event.occurredAt.instant.microseconds - reading.recordedAt) < 60_000_000)
      }
      #expect(Set(readings.map(\.id)).count == 5)
      let tags = try served.backend.accessLog.store().read { log in
        try log.events(.kinds(EventKind(.recordAccessed))).map(\.tags)
      }
      #expect(Set(tags).count == 1 && tags[0].contains(Tag("user:auditor")))
    }
  }

  @Test("count among the figures like any other")
  func counted() async throws {
    let served = try await Served()
    try await served.test { [served] client in
      for _ in 0..<4 {
        _ = try await Self.get(client, Self.account, served.clinic.headers(.auditor))
      }
      let counts = served.metrics.read()
      let key = Metrics.Key(route: "/v1/reports/balance.patient", method: "GET", status: 200)
      #expect(counts.requests == [key: 4])
      #expect(counts.latencies[key.route]?.count == 4)
      #expect(counts.latencies[key.route]?.buckets.reduce(0, +) == 4)
      #expect(counts.inProgress == 0)
    }
  }

  @Test("are asked of the routes when they differ in a word, or are no plain question")
  func others() async throws {
    let served = try await Served()
    try await served.test { [served] client in
      let headers = served.clinic.headers(.auditor)
      for _ in 0..<3 { _ = try await Self.get(client, Self.account, headers) }
      var asked = served.asked.count
      var (csv, conditional, basic) = (headers, headers, headers)
      csv[.accept] = "text/csv"
      conditional[.ifNoneMatch] = try await Self.get(client, Self.account, headers).headers[.eTag]
      basic[.authorization] = headers[.authorization].map { $0 + "x" }
      let others: [(String, HTTPFields, HTTPRequest.Method, Int)] = [
        (Self.account, csv, .get, 200), (Self.account, conditional, .get, 304),
        (Self.account, basic, .get, 401), (Self.account, [:], .get, 401),
        (Self.account, headers, .head, 200), (Self.account, headers, .put, 405),
        (Self.account + "&purpose=legal", headers, .get, 200),
        (Self.account, served.clinic.headers(.biller), .get, 200),
        (Self.account + "&min-position=999", headers, .get, 400),
        (Self.account + "&as-of=3", headers, .get, 404),
      ]
      for (uri, headers, method, status) in others {
        let answer = try await Self.get(client, uri, headers, method: method)
        #expect(answer.status.code == status, "\(method) \(uri)")
        asked += 1
        #expect(served.asked.count == asked)
      }
      #expect(try served.readings().last?.event.actor.user == "biller")
    }
  }

  @Test("of a token that was revoked are refused at once")
  func revoked() async throws {
    let served = try await Served()
    try await served.test { [served] client in
      let headers = served.clinic.headers(.auditor)
      for _ in 0..<3 { _ = try await Self.get(client, Self.account, headers) }
      let grant = try served.backend.grants().first { $0.granted.role == .auditor }
      try await ServedClinic.record(
        RevokeUserRole(grant: EntityID(#require(grant).granted.grant)), served.backend)
      for _ in 0..<2 {
        #expect(try await Self.get(client, Self.account, headers).status == .unauthorized)
      }
      #expect(try served.readings().count == 3)
    }
  }

  @Test("are asked of the routes again when anything was recorded or a view built anew")
  func changed() async throws {
    let served = try await Served()
    try await served.test { [served] client in
      let headers = served.clinic.headers(.auditor)
      func ask(_ uri: String = Self.account) async throws -> Answer {
        try await Self.get(client, uri, headers)
      }
      for _ in 0..<3 { _ = try await ask() }
      try await ServedClinic.record(
        TakePayment(patient: SubjectReference("P-1"), amount: Money("20.00"), method: .cash),
        served.backend)
      for _ in 0..<3 { #expect(try await ask().body.contains("2000")) }
      #expect(served.asked.count == 4)
      let uri = "/v1/reports/ready"
      for _ in 0..<3 { _ = try await ask(uri) }
      let (before, asked) = (try await ask(uri), served.asked.count)
      try served.backend.views.rebuild()
      let after = try await ask(uri)
      #expect(served.asked.count == asked + 1)
      #expect(after.body == before.body)
      #expect(after.headers[.eTag] != before.headers[.eTag])
    }
  }

  @Test("of what each reading changes, or of who may be no user, are asked of the routes each time")
  func uncertain() async throws {
    let served = try await Served()
    try await served.test { [served] client async throws in
      let headers = served.clinic.headers(.auditor)
      for uri in ["/v1/reports/audit.access", "/v1/reports/audit.user?user=rivera"] {
        let before = served.asked.count
        for _ in 0..<4 {
          #expect(try await Self.get(client, uri, headers).status == .ok)
        }
        #expect(served.asked.count == before + 4)
      }
      #expect(try served.readings().count == 8)
    }
  }

  @Test("show nothing when the reading cannot be recorded")
  func notRecorded() async throws {
    let served = try await Served()
    try await served.test { [served] client async throws in
      let headers = served.clinic.headers(.auditor)
      for _ in 0..<3 { _ = try await Self.get(client, Self.account, headers) }
      try served.backend.accessLog.store().freeze("tried out")
      let answer = try await Self.get(client, Self.account, headers)
      #expect(answer.status == .serviceUnavailable)
      #expect(!answer.body.contains("Rivera"))
      #expect(served.metrics.read().inProgress == 0)
    }
  }

  @Test("are known up to a number of bytes; with no room none is")
  func bounded() async throws {
    let served = try await Served(most: 20_000)
    try await served.test { [served] client async throws in
      let headers = served.clinic.headers(.auditor)
      for number in 0..<20 {
        let uri = "/v1/reports/ready?date=2026-03-\(10 + number)"
        for _ in 0..<2 { #expect(try await Self.get(client, uri, headers).status == .ok) }
        #expect((0...10).contains(served.known.count))
      }
    }
    let none = try await Served(most: 0)
    try await none.test { [none] client in
      for _ in 0..<4 {
        _ = try await Self.get(client, Self.account, none.clinic.headers(.auditor))
      }
      #expect(none.asked.count == 4)
      #expect(none.known.count == 0)
    }
  }
}
