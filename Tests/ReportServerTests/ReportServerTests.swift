import Backend
import EventLog
import Foundation
import Hummingbird
import HummingbirdTesting
import NIOCore
import Practice
import PracticeEvents
import Reports
import Testing

@testable import ReportServer

/// A clinic on disk with tokens for three roles.
struct ServedClinic {
  let directory: String
  let backend: Backend
  let tokens: [Role: AccessToken]

  init() async throws {
    directory =
      FileManager.default.temporaryDirectory
      .appending(path: "chartledger-http-\(UUID().uuidString)").path
    backend = try await Backend.create(
      DataDirectory(directory), options: LMDBEventLog.Options(mapBytes: 256 << 20)
    ) { $0 }
    try await Self.record(
      EstablishClinic(clinicName: "Test Clinic", timeZone: ClinicTimeZone("America/New_York")),
      backend)
    var tokens: [Role: AccessToken] = [:]
    for role in [Role.auditor, .frontDesk, .biller] {
      let token = AccessToken.random()
      tokens[role] = token
      guard let choice = UserRoleChoice(role) else { continue }
      try await Self.record(
        GrantUserRole(user: role.text, role: choice, tokenSHA256: token.hash.base64), backend)
    }
    self.tokens = tokens
  }

  static func record(_ command: some Command, _ backend: Backend) async throws {
    var actor = EventActor()
    actor.user = "sam"
    actor.role = .supervisor
    var generator = SystemRandomNumberGenerator()
    _ = try await backend.record(
      command, CommandEnvelope(id: CommandID.random(using: &generator), actor: actor))
  }

  func headers(_ role: Role) -> HTTPFields {
    tokens[role].map { [.authorization: "Bearer \($0.text)"] } ?? [:]
  }

  func serve(_ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void) async throws
  {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let application = Application(responder: ReportServer(backend: backend).responder())
    try await application.test(.router) { try await body($0) }
  }
}

@Suite("Reports over HTTP")
struct ReportServerTests {
  @Test("without a token, or with a wrong one, there is nothing but the health check")
  func unauthorized() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { client in
      for headers in [[:], [.authorization: "Bearer clt_wrong"], [.authorization: "Basic x"]]
        as [HTTPFields]
      {
        try await client.execute(uri: "/v1/reports/ar.aging", method: .get, headers: headers) {
          #expect($0.status == .unauthorized)
          #expect($0.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
          #expect($0.headers[.contentType] == "application/problem+json")
        }
      }
      try await client.execute(uri: "/healthz", method: .get) { #expect($0.status == .ok) }
    }
  }

  @Test("the same report comes as JSON, NDJSON and CSV, equal to what the CLI renders")
  func formats() async throws {
    let clinic = try await ServedClinic()
    let report = try ReportCatalog.named("ar.aging")
    try await clinic.serve {
      [backend = clinic.backend, headers = clinic.headers(.auditor)] client in
      for format in [ReportFormat.json, .ndjson, .csv] {
        let expected = try format.render(backend.answer(report, [:]))
        for uri in ["/v1/reports/ar.aging.\(format)", "/v1/reports/ar.aging?format=\(format)"] {
          try await client.execute(uri: uri, method: .get, headers: headers) {
            #expect($0.status == .ok)
            #expect(String(buffer: $0.body) == expected)
          }
        }
      }
      var csv = headers
      csv[.accept] = "text/csv"
      try await client.execute(uri: "/v1/reports/ar.aging", method: .get, headers: csv) {
        #expect($0.headers[.contentType]?.hasPrefix("text/csv") == true)
      }
    }
  }

  @Test("an answer that the reader has is not sent again until the log grows")
  func conditionalRequests() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve {
      [backend = clinic.backend, headers = clinic.headers(.auditor)] client in
      let tag = try await client.execute(
        uri: "/v1/reports/ar.aging", method: .get, headers: headers
      ) { $0.headers[.eTag] }
      var conditional = headers
      conditional[.ifNoneMatch] = "\"other\", W/\(tag ?? "")"
      try await client.execute(uri: "/v1/reports/ar.aging", method: .get, headers: conditional) {
        #expect($0.status == .notModified)
        #expect($0.body.readableBytes == 0)
        #expect($0.headers[.eTag] == tag)
      }
      try await client.execute(
        uri: "/v1/reports/ar.aging.csv", method: .get, headers: conditional
      ) { #expect($0.status == .ok, "another format is another answer") }
      try await ServedClinic.record(
        RegisterPatient(
          mrn: "P-1", familyName: "Rivera", givenName: "Ana", bornOn: CivilDate("1984-06-02")),
        backend)
      try await client.execute(uri: "/v1/reports/ar.aging", method: .get, headers: conditional) {
        #expect($0.status == .ok)
        #expect($0.headers[.eTag] != tag)
      }
    }
  }

  @Test("a role reads only its own reports; the list shows only those")
  func roles() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [clinic] client in
      let uri = "/v1/reports/audit.patient?patient=P-1"
      try await client.execute(uri: uri, method: .get, headers: clinic.headers(.frontDesk)) {
        #expect($0.status == .forbidden)
      }
      try await client.execute(
        uri: "/v1/reports", method: .get, headers: clinic.headers(.frontDesk)
      ) {
        let text = String(buffer: $0.body)
        #expect(text.contains("schedule.day"))
        #expect(!text.contains("audit.patient"))
      }
    }
  }

  @Test(
    "what cannot be answered is a problem that says why",
    arguments: [
      ("/v1/reports/no.such", 404, "no.such"), ("/v1/nothing", 404, "/v1/reports"),
      ("/v1/reports/ar.aging?date=2026-02-30", 400, "2026-02-30"),
      ("/v1/reports/ar.aging?colour=red", 400, "colour"),
      ("/v1/reports/balance.patient", 400, "patient"),
      ("/v1/reports/balance.patient?patient=nobody", 404, "patient"),
      ("/v1/reports/ar.aging?as-of=99999999", 400, "ahead of the log"),
      ("/v1/reports/ar.aging?format=xml", 400, "xml"),
      ("/v1/reports/ar.aging?min-position=999999", 400, "ahead of the log"),
    ])
  func problems(uri: String, status: Int, mentions: String) async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [headers = clinic.headers(.auditor)] client in
      try await client.execute(uri: uri, method: .get, headers: headers) {
        #expect($0.status.code == status)
        #expect($0.headers[.contentType] == "application/problem+json")
        #expect(String(buffer: $0.body).contains(mentions))
      }
    }
  }

  @Test("a calendar comes as text/calendar, and no other report does")
  func calendar() async throws {
    let clinic = try await ServedClinic()
    try await ServedClinic.record(
      RegisterPractitioner(familyName: "Adler", givenName: "Naomi", npi: NPI("1234567893")),
      clinic.backend)
    let path = "/v1/reports/schedule.ics"
    let query = "?practitioner=1234567893"
    try await clinic.serve {
      [desk = clinic.headers(.frontDesk), biller = clinic.headers(.biller)] client in
      for uri in [path + query, path + ".ics" + query, path + query + "&format=ics"] {
        try await client.execute(uri: uri, method: .get, headers: desk) {
          #expect($0.status == .ok)
          #expect($0.headers[.contentType] == "text/calendar; charset=utf-8")
          #expect(String(buffer: $0.body).hasPrefix("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"))
        }
      }
      try await client.execute(uri: path + ".csv" + query, method: .get, headers: desk) {
        #expect($0.headers[.contentType]?.hasPrefix("text/csv") == true)
      }
      for uri in ["/v1/reports/schedule.day.ics", "/v1/reports/schedule.day?format=ics"] {
        try await client.execute(uri: uri, method: .get, headers: desk) {
          #expect($0.status == .notAcceptable)
          #expect(String(buffer: $0.body).contains("is no calendar"))
        }
      }
      for (titles, status) in [("service", HTTPResponse.Status.ok), ("initials", .forbidden)] {
        try await client.execute(
          uri: "\(path)\(query)&titles=\(titles)", method: .get, headers: biller
        ) { #expect($0.status == status) }
      }
    }
  }

  @Test("nothing can be written")
  func readOnly() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [headers = clinic.headers(.auditor)] client in
      for method in [HTTPRequest.Method.post, .put, .delete, .patch] {
        try await client.execute(uri: "/v1/reports/ar.aging", method: method, headers: headers) {
          #expect($0.status == .notFound || $0.status == .methodNotAllowed)
        }
      }
    }
  }

  @Test("a revoked token opens nothing any more")
  func revoked() async throws {
    let clinic = try await ServedClinic()
    let grant = try clinic.backend.grants().first { $0.granted.role == .biller }
    try await ServedClinic.record(
      RevokeUserRole(grant: EntityID(grant?.granted.grant ?? "")), clinic.backend)
    try await clinic.serve { [headers = clinic.headers(.biller)] client in
      try await client.execute(uri: "/v1/reports", method: .get, headers: headers) {
        #expect($0.status == .unauthorized)
      }
    }
  }
}
