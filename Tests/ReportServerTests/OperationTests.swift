import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Practice
import Reports
import Testing

@testable import ReportServer

@Suite("Running the server")
struct OperationTests {
  @Test("the description names every report with its parameters, and is valid JSON")
  func openAPI() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { client in
      try await client.execute(uri: "/v1/openapi.json", method: .get) {
        #expect($0.status == .ok)
        let object = try JSONSerialization.jsonObject(with: Data(buffer: $0.body))
        let document = try #require(object as? [String: Any])
        #expect(document["openapi"] as? String == "3.1.0")
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        for report in ReportCatalog.all {
          let described = try #require(paths["/v1/reports/\(report.name)"]?["get"])
          let names = (described["parameters"] as? [[String: Any]])?.compactMap {
            $0["name"] as? String
          }
          #expect(names?.starts(with: report.parameters.map(\.flag)) == true)
        }
      }
    }
  }

  @Test(
    "an address that cannot be had is named, with what to do",
    arguments: [
      (EADDRINUSE, "give another --port"), (EACCES, "above 1023"),
      (EADDRNOTAVAIL, "give another --host"),
    ])
  func address(code: Int32, says remedy: String) async throws {
    let error = await #expect(throws: ListeningError.self) {
      try await ListeningError.explaining("192.0.2.1", 80) {
        throw IOError(errnoCode: code, reason: "bind")
      }
    }
    #expect(error?.description.contains(remedy) == true)
    await #expect(throws: IOError.self) {
      try await ListeningError.explaining("192.0.2.1", 80) {
        throw IOError(errnoCode: EMFILE, reason: "accept")
      }
    }
  }

  @Test("figures count requests by report, and never hold a parameter or a strange name")
  func metrics() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [clinic] client in
      let headers = clinic.headers(.auditor)
      for uri in [
        "/v1/reports/ar.aging", "/v1/reports/ar.aging.csv", "/v1/reports/Rivera",
        "/v1/reports/balance.patient?patient=Rivera", "/Rivera",
      ] {
        try await client.execute(uri: uri, method: .get, headers: headers) { _ in }
      }
      try await client.execute(uri: "/metrics", method: .get) {
        #expect($0.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        let text = String(buffer: $0.body)
        #expect(
          text.contains(
            "requests_total{route=\"/v1/reports/ar.aging\",method=\"GET\",status=\"200\"} 2\n"))
        #expect(text.contains("request_seconds_count{route=\"/v1/reports/ar.aging\"} 2\n"))
        #expect(text.contains("chartledger_log_head{log=\"clinic\"} "))
        #expect(text.contains("chartledger_log_oldest_reader_commits{log=\"access\"} "))
        #expect(text.contains("chartledger_view_lag_events{view=\"schedule\"} "))
        #expect(!text.contains("Rivera"))
      }
    }
  }

  @Test("where other machines can reach the server, figures need a token")
  func metricsAreGuarded() async throws {
    let clinic = try await ServedClinic()
    defer { try? FileManager.default.removeItem(atPath: clinic.directory) }
    let server = ReportServer(backend: clinic.backend, isLocal: false)
    try await Application(responder: server.responder()).test(.router) { client in
      try await client.execute(uri: "/metrics", method: .get) {
        #expect($0.status == .unauthorized)
      }
      try await client.execute(
        uri: "/metrics", method: .get, headers: clinic.headers(.auditor)
      ) { #expect($0.status == .ok) }
      try await client.execute(uri: "/healthz", method: .get) { #expect($0.status == .ok) }
    }
  }

  @Test("nothing but reading is allowed", arguments: ["PUT", "POST", "DELETE", "PATCH", "OPTIONS"])
  func methods(name: String) async throws {
    let clinic = try await ServedClinic()
    let method = try #require(HTTPRequest.Method(name))
    try await clinic.serve { [headers = clinic.headers(.auditor)] client in
      try await client.execute(uri: "/v1/reports/ready", method: method, headers: headers) {
        #expect($0.status == .methodNotAllowed)
        #expect($0.headers[.allow] == "GET, HEAD")
      }
    }
  }

  @Test("without the access log the server says that it is not ready")
  func notReady() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { [backend = clinic.backend] client in
      try Data("in the way".utf8).write(to: URL(filePath: backend.directory.access))
      try await client.execute(uri: "/healthz", method: .get) {
        #expect($0.status == .serviceUnavailable)
      }
    }
  }

  @Test("a form larger than any that is read is refused")
  func largeForm() async throws {
    let clinic = try await ServedClinic()
    try await clinic.serve { client in
      let body = ByteBuffer(string: "token=" + String(repeating: "a", count: 10_000))
      try await client.execute(uri: "/sign-in", method: .post, body: body) {
        #expect($0.status == .contentTooLarge)
      }
    }
  }

  @Test("answers that clients do not take are bounded; what is taken is given back")
  func budget() throws {
    let budget = AnswerBudget(most: 100_000)
    var first = budget.share(80_000)
    #expect(first != nil)
    #expect(budget.share(30_000) == nil)
    let parts = ByteBuffer(repeating: 0, count: AnswerBudget.part + 1)
    #expect(throws: Problem.self) { try budget.body(parts) }
    #expect(throws: Never.self, "there is one of them for each connection at most") {
      try budget.body(ByteBuffer(repeating: 0, count: AnswerBudget.part))
    }
    #expect(budget.inUse == 80_000)
    first = nil
    #expect(budget.inUse == 0)
    #expect(budget.share(1_000_000) != nil, "one answer is always let through")
  }
}

@Suite("Slow clients")
struct ConnectionGuardTests {
  private static let limits = ServerLimits(
    bodyBytes: 100, request: .seconds(30), answerPart: .seconds(30))

  private static func channel() throws -> EmbeddedChannel {
    let channel = EmbeddedChannel(handler: ConnectionGuard(limits))
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 80)).wait()
    return channel
  }
  private static let head = HTTPRequestPart.head(
    HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/"))

  @Test("a request that does not end in time is dropped")
  func trickle() throws {
    let channel = try Self.channel()
    try channel.writeInbound(Self.head)
    for _ in 0..<5 {
      channel.embeddedEventLoop.advanceTime(by: .seconds(7))
      guard channel.isActive else { break }
      try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "a")))
    }
    #expect(!channel.isActive)
  }

  @Test("a whole request is waited for no longer")
  func whole() throws {
    let channel = try Self.channel()
    try channel.writeInbound(Self.head)
    try channel.writeInbound(HTTPRequestPart.end(nil))
    channel.embeddedEventLoop.advanceTime(by: .hours(1))
    #expect(channel.isActive)
    _ = try channel.finish()
  }

  @Test("a body larger than anything that is read ends the connection")
  func largeBody() throws {
    let channel = try Self.channel()
    try channel.writeInbound(Self.head)
    try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: 0, count: 100)))
    #expect(channel.isActive)
    try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: 0, count: 1)))
    #expect(!channel.isActive)
  }

  @Test("an answer that is not taken ends the connection; one that is taken slowly does not")
  func slowReader() throws {
    let channel = try Self.channel()
    let part = HTTPResponsePart.body(ByteBuffer(string: "part"))
    for _ in 0..<3 {
      channel.write(part, promise: nil)
      channel.embeddedEventLoop.advanceTime(by: .seconds(20))
      channel.flush()
    }
    #expect(channel.isActive)
    channel.write(part, promise: nil)
    channel.embeddedEventLoop.advanceTime(by: .seconds(31))
    #expect(!channel.isActive)
  }
}
