import Backend
import EventLog
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Practice
import PracticeEvents
import Projection
import Reports
import Testing

@testable import ReportServer

private let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

extension ServedClinic {
  /// What a browser sends with an address that a person typed.
  static func typed(_ cookie: String? = nil) -> HTTPFields {
    var headers: HTTPFields = [.accept: browser]
    headers.set("Sec-Fetch-Site", "none")
    headers[.cookie] = cookie
    return headers
  }

  /// Signs in; the cookie as the browser sends it back.
  func signIn(
    _ role: Role, _ client: any TestClientProtocol, next: String = ""
  ) async throws -> String {
    let form = FormText.query([("token", tokens[role]?.text ?? ""), ("next", next)])
    return try await client.execute(
      uri: "/sign-in", method: .post, headers: Self.typed(), body: ByteBuffer(string: form)
    ) { response in
      #expect(response.status == .seeOther)
      let cookie = try #require(response.headers[.setCookie])
      #expect(cookie.contains("HttpOnly; SameSite=Strict"))
      return String(cookie.prefix { $0 != ";" })
    }
  }
}

@Suite("Reports in a browser")
struct PageTests {
  @Test("a browser that is not signed in is asked to, and comes to where it wanted")
  func signIn() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [clinic] client in
      try await client.execute(
        uri: "/v1/reports/ar.aging?date=2026-03-01", method: .get, headers: ServedClinic.typed()
      ) {
        #expect($0.status == .unauthorized)
        #expect($0.headers[.contentType]?.hasPrefix("text/html") == true)
        #expect(String(buffer: $0.body).contains("value=\"/v1/reports/ar.aging?date=2026-03-01\""))
      }
      let cookie = try await clinic.signIn(.auditor, client, next: "/v1/reports/ready")
      try await client.execute(
        uri: "/v1/reports", method: .get, headers: ServedClinic.typed(cookie)
      ) {
        #expect($0.status == .ok)
        #expect($0.headers[.cacheControl] == "private, no-store")
        #expect(String(buffer: $0.body).contains("Test Clinic"))
      }
      try await client.execute(
        uri: "/v1/reports/ar.aging.csv", method: .get, headers: [.cookie: cookie]
      ) { #expect($0.status == .ok) }
    }
  }

  @Test("a wrong token does not sign in, and is not shown again")
  func wrongToken() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { client in
      try await client.execute(
        uri: "/sign-in", method: .post, headers: ServedClinic.typed(),
        body: ByteBuffer(string: "token=clt_wrong")
      ) {
        #expect($0.status == .unauthorized)
        #expect($0.headers[.setCookie] == nil)
        #expect(String(buffer: $0.body).contains("unknown, revoked or expired"))
        #expect(!String(buffer: $0.body).contains("clt_wrong"))
      }
    }
  }

  @Test("after signing out the cookie opens nothing")
  func signOut() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [clinic] client in
      let cookie = try await clinic.signIn(.biller, client)
      try await client.execute(
        uri: "/sign-out", method: .post, headers: ServedClinic.typed(cookie)
      ) {
        #expect($0.status == .seeOther)
        #expect($0.headers[.setCookie]?.contains("Max-Age=0") == true)
      }
      try await client.execute(
        uri: "/v1/reports", method: .get, headers: ServedClinic.typed(cookie)
      ) { #expect($0.status == .unauthorized) }
    }
  }

  @Test("a revoked token ends its browser's session at once")
  func revoked() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [clinic] client in
      let cookie = try await clinic.signIn(.biller, client)
      let grant = try clinic.backend.grants().first { $0.granted.role == .biller }
      try await ServedClinic.record(
        RevokeUserRole(grant: EntityID(try #require(grant).granted.grant)),
        clinic.backend)
      try await client.execute(
        uri: "/v1/reports", method: .get, headers: ServedClinic.typed(cookie)
      ) { #expect($0.status == .unauthorized) }
    }
  }

  @Test(
    "another site can neither read with the cookie nor sign anybody in",
    arguments: [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://elsewhere.example")])
  func otherSites(name: String, value: String) async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [clinic] client in
      var headers: HTTPFields = [.cookie: try await clinic.signIn(.auditor, client)]
      headers.set(name, value)
      try await client.execute(uri: "/v1/reports/ready", method: .get, headers: headers) {
        #expect($0.status == .forbidden)
      }
      #expect(try clinic.backend.accessLog.store().read { $0.head } == .none)
      try await client.execute(
        uri: "/sign-in", method: .post, headers: headers,
        body: ByteBuffer(string: "token=\(clinic.tokens[.auditor]?.text ?? "")")
      ) { #expect($0.status == .forbidden) }
    }
  }

  @Test("signing in leads to no other site")
  func openRedirect() {
    for path in [
      "//evil.example", "https://evil.example", "/v1//x", "/v1/\\x", "/v1/a b", "/sign-in",
    ] {
      #expect(SignIn.local(path) == nil)
    }
    #expect(SignIn.local("/v1/reports?patient=1001") == "/v1/reports?patient=1001")
  }

  @Test("a page holds no script, and its policy allows none; the style sheet is named by its hash")
  func policy() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [clinic] client in
      let cookie = try await clinic.signIn(.auditor, client)
      for uri in ["/v1/reports", "/v1/reports/ar.aging", "/v1/reports/nothing", "/sign-in"] {
        try await client.execute(uri: uri, method: .get, headers: ServedClinic.typed(cookie)) {
          let policy = $0.headers[.contentSecurityPolicy]
          #expect(policy?.hasPrefix("default-src 'none'; style-src 'sha256-") == true)
          #expect(policy?.contains("unsafe") == false)
          let text = String(buffer: $0.body)
          #expect(!text.contains("<script"))
          #expect(!text.contains(" style="))
          #expect(text.contains("<style>\(HTMLPage.style)</style>"))
        }
      }
    }
  }

  @Test("a report that needs a parameter asks for it, and nothing is read before")
  func form() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [clinic] client in
      let cookie = try await clinic.signIn(.auditor, client)
      try await client.execute(
        uri: "/v1/reports/balance.patient", method: .get, headers: ServedClinic.typed(cookie)
      ) {
        #expect($0.status == .ok)
        let text = String(buffer: $0.body)
        #expect(text.contains("name=\"patient\""))
        #expect(!text.contains("<table>"))
      }
      #expect(try clinic.backend.accessLog.store().read { $0.head } == .none)
    }
  }

  @Test("what is wrong is said beside the form, with what was typed, escaped")
  func wrongParameter() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [clinic] client in
      let cookie = try await clinic.signIn(.auditor, client)
      try await client.execute(
        uri: "/v1/reports/balance.patient?patient=%22%3E%3Cb%3E", method: .get,
        headers: ServedClinic.typed(cookie)
      ) {
        #expect($0.status == .notFound)
        let text = String(buffer: $0.body)
        #expect(text.contains("role=\"alert\""))
        #expect(text.contains("aria-invalid=\"true\""))
        #expect(text.contains("value=\"&quot;&gt;&lt;b&gt;\""))
        #expect(!text.contains("<b>"))
      }
    }
  }

  @Test("a page that shows an answer is a reading; fields left empty are not given")
  func reading() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [clinic] client in
      try await ServedClinic.record(
        RegisterPatient(
          mrn: "P-1", familyName: "O'Hara <i>", givenName: "Ana", bornOn: CivilDate("1984-06-02")),
        clinic.backend)
      let cookie = try await clinic.signIn(.auditor, client)
      try await client.execute(
        uri: "/v1/reports/audit.patient?patient=P-1&from=&as-of=&purpose=", method: .get,
        headers: ServedClinic.typed(cookie)
      ) {
        #expect($0.status == .ok)
        let text = String(buffer: $0.body)
        #expect(text.contains("<table>"))
        #expect(!text.contains("<i>"))
        #expect(text.contains("/v1/reports/audit.patient.csv?patient=P-1"))
        #expect(text.contains("as of position"))
      }
      let accesses = try clinic.backend.accessLog.store().read { log in
        try log.events(.kinds(EventKind(.recordAccessed))).map { try RecordedFact($0) }
      }
      #expect(accesses.map(\.event.recordAccessed.format) == ["html"])
    }
  }

  @Test("the index shows what the role may read, and about a patient only what asks for one")
  func index() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [clinic] client in
      let cookie = try await clinic.signIn(.frontDesk, client)
      try await client.execute(
        uri: "/v1/reports", method: .get, headers: ServedClinic.typed(cookie)
      ) {
        let text = String(buffer: $0.body)
        #expect(text.contains("/v1/reports/schedule.day\""))
        #expect(!text.contains("/v1/reports/audit.patient"))
      }
      try await client.execute(
        uri: "/v1/reports?patient=P%201", method: .get, headers: ServedClinic.typed(cookie)
      ) {
        let text = String(buffer: $0.body)
        #expect(text.contains("?patient=P%201\""))
        #expect(!text.contains("/v1/reports/schedule.day\""))
      }
    }
  }

  @Test("sessions end after half an hour without use, and after twelve hours at last")
  func sessionEnds() {
    let clock = Clock()
    let sessions = Sessions { clock.now }
    let session = sessions.begin(AccessToken.random())
    for _ in 0..<24 {
      clock.advance(by: .seconds(29 * 60))
      #expect(sessions.token(of: session) != nil)
    }
    clock.advance(by: .seconds(29 * 60))
    #expect(sessions.token(of: session) == nil)
    let idle = sessions.begin(AccessToken.random())
    clock.advance(by: .seconds(31 * 60))
    #expect(sessions.token(of: idle) == nil)
    #expect(sessions.count == 0)
  }
}
