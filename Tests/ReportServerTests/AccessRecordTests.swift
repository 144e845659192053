import Backend
import EventLog
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Practice
import PracticeEvents
import Projection
import Testing

@testable import ReportServer

@Suite("Reading over HTTP is recorded")
struct AccessRecordTests {
  private static func accesses(_ backend: Backend) throws -> [RecordedFact] {
    try backend.accessLog.store().read { log in
      try log.events(.kinds(EventKind(.recordAccessed))).map { try RecordedFact($0) }
    }
  }

  private static func addPatient(_ backend: Backend) async throws -> String {
    try await ServedClinic.record(
      RegisterPatient(
        mrn: "P-1", familyName: "Rivera", givenName: "Ana", bornOn: CivilDate("1984-06-02")),
      backend)
    return try backend.patientID("P-1").description
  }

  @Test("every answer leaves one record, by whom, of whom and what for")
  func answers() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve {
      [backend = clinic.backend, headers = clinic.headers(.auditor)] client in
      let patient = try await Self.addPatient(backend)
      let grant = try backend.grants().first { $0.granted.role == .auditor }
      let uris = [
        "/v1/reports/audit.patient.csv?patient=P-1&purpose=legal",
        "/v1/reports/balance.patient?patient=P-1", "/v1/reports/ready",
      ]
      for (index, uri) in uris.enumerated() {
        try await client.execute(uri: uri, method: .get, headers: headers) {
          response throws in
          #expect(response.status == .ok)
          #expect(try Self.accesses(backend).count == index + 1)
        }
      }
      let found = try Self.accesses(backend)
      #expect(found.map(\.event.actor.user) == ["auditor", "auditor", "auditor"])
      #expect(found.map(\.event.channel) == [.api, .api, .api])
      let first = found[0].event.recordAccessed
      #expect(first.what == "audit.patient")
      #expect(first.format == "csv")
      #expect(first.purpose == .legal)
      #expect(first.patients == [patient])
      #expect(first.rowCount == 1)
      #expect(first.grant == grant?.granted.grant)
      #expect(found[1].event.recordAccessed.purpose == .audit)
      #expect(found[2].event.recordAccessed.patientCount == 0)
    }
  }

  @Test("a refused role is recorded; a stranger, a mistake and an unchanged copy are not")
  func others() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [clinic] client in
      let backend = clinic.backend
      let patient = try await Self.addPatient(backend)
      let uri = "/v1/reports/audit.patient?patient=P-1"
      try await client.execute(uri: uri, method: .get, headers: clinic.headers(.frontDesk)) {
        #expect($0.status == .forbidden)
      }
      let refused = try Self.accesses(backend)
      #expect(refused.map(\.event.recordAccessed.refused) == [true])
      #expect(refused.first?.event.recordAccessed.patients == [patient])

      try await client.execute(uri: uri, method: .get) { #expect($0.status == .unauthorized) }
      for (uri, status) in [
        ("/v1/reports/audit.patient?patient=nobody", 404), ("/v1/reports/ready?date=x", 400),
        ("/v1/reports/ready?purpose=fun", 400), ("/v1/reports", 200),
      ] {
        try await client.execute(uri: uri, method: .get, headers: clinic.headers(.auditor)) {
          #expect($0.status.code == status)
        }
      }
      #expect(try Self.accesses(backend).count == 1)

      var headers = clinic.headers(.auditor)
      let tag = try await client.execute(uri: uri, method: .get, headers: headers) {
        $0.headers[.eTag]
      }
      headers[.ifNoneMatch] = tag
      try await client.execute(uri: uri, method: .get, headers: headers) {
        #expect($0.status == .notModified)
      }
      #expect(try Self.accesses(backend).count == 2)
    }
  }

  @Test("the access log is never answered with an old copy: it grows with each reading")
  func ownReport() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [headers = clinic.headers(.auditor)] client in
      for count in 0..<3 {
        var headers = headers
        headers[.ifNoneMatch] = "*"
        try await client.execute(
          uri: "/v1/reports/audit.access.ndjson", method: .get, headers: headers
        ) {
          #expect($0.status == .ok)
          #expect($0.headers[.eTag] == nil)
          #expect(String(buffer: $0.body).contains("\"rows\": \(count)"))
        }
      }
    }
  }

  @Test("when it cannot be recorded, nothing is shown")
  func unwritable() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve {
      [backend = clinic.backend, headers = clinic.headers(.auditor)] client in
      _ = try await Self.addPatient(backend)
      try Data("in the way".utf8).write(to: URL(filePath: backend.directory.access))
      try await client.execute(
        uri: "/v1/reports/balance.patient?patient=P-1", method: .get, headers: headers
      ) {
        #expect($0.status == .serviceUnavailable)
        #expect($0.headers[.contentType] == "application/problem+json")
        let body = String(buffer: $0.body)
        #expect(body.contains("nothing is shown"))
        #expect(!body.contains("Rivera"))
      }
    }
  }
}
