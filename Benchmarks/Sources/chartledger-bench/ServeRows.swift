import Backend
import EventLog
import Foundation
import Glibc
import Practice
import PracticeEvents

extension Bench {
  private static let connections = 32

  /// One report over HTTP, access log on, beside a server that does nothing; and what serving takes
  /// of memory. None when wrk is not installed.
  func serveRows() async throws -> [Row] {
    guard let wrk = Child.find("wrk") else {
      say("wrk is not installed: no row for HTTP")
      return []
    }
    let (token, patient) = try await grantAccess()
    let (server, address) = try Child.start(["serve-clinic", clinic])
    defer { stop(server) }
    let (empty, emptyAddress) = try Child.start(["serve-nothing"])
    defer { stop(empty) }
    let url = "\(address)/v1/reports/balance.patient?patient=\(patient)"
    _ = try load(wrk, url, token, seconds: 1)
    let floor = try load(wrk, "\(emptyAddress)/", token, seconds: sizes.secondsOfRequests)
    let ours = try load(wrk, url, token, seconds: sizes.secondsOfRequests)
    guard ours.failed == 0 else {
      throw BareError(description: "\(ours.failed) requests failed at \(url)")
    }
    let memory = try Self.privateMemory(of: server.processIdentifier)
    let rate = ours.perSecond / floor.perSecond
    return [
      Row(
        "JSON report over HTTP, \(Self.connections) connections", .requestsPerSecond,
        ours: 1e9 / ours.perSecond, floor: 1e9 / floor.perSecond, floorIs: "an empty handler",
        operations: ours.requests, durability: "access log flushed before each answer"
      ).aiming("at least 0.6 of an empty handler", rate >= 0.6),
      Row(
        "its latency at p99", .milliseconds, ours: ours.p99, floor: floor.p99,
        floorIs: "an empty handler", operations: ours.requests, durability: "as above"
      ).aiming("at most 2 ms", ours.p99 <= 2e6),
      Row(
        "memory of serve beyond the mapped files", .megabytes, ours: memory, floorIs: "–",
        operations: 1, durability: "reads"
      ).aiming("at most 150 MB", memory <= 150),
    ]
  }

  /// A token that reads reports, and a patient who has some.
  private func grantAccess() async throws -> (token: String, patient: String) {
    let backend = try Backend(DataDirectory(clinic))
    try backend.views.catchUp()
    let token = AccessToken.random()
    var actor = EventActor()
    (actor.user, actor.role) = ("bench", .supervisor)
    var generator = SystemRandomNumberGenerator()
    _ = try await backend.record(
      GrantUserRole(user: "bench", role: .supervisor, tokenSHA256: token.hash.base64),
      CommandEnvelope(id: .random(using: &generator), actor: actor))
    let patient = try corpus.patients.first.map { id in
      try backend.store.read { try LogFacts($0).patient(id).profile.current.mrn }
    }
    return (token.text, patient ?? "")
  }

  private struct Load {
    var perSecond: Double
    /// Nanoseconds.
    var p99: Double
    var requests: Int
    /// Answers that were no success, and connections that broke.
    var failed: Int
  }

  private func load(_ wrk: String, _ url: String, _ token: String, seconds: Int) throws -> Load {
    let script = scratch + "/summary.lua"
    try """
    done = function(summary, latency, requests)
      local e = summary.errors
      io.write(string.format("summary %d %d %d %d\\n", summary.requests, summary.duration,
        latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
    end
    """.write(toFile: script, atomically: false, encoding: .utf8)
    let output = try Child.output(
      of: wrk,
      [
        "-t", "1", "-c", String(Self.connections), "-d", "\(seconds)s", "-s", script, "-H",
        "Authorization: Bearer \(token)", url,
      ], within: seconds + 20)
    let numbers = output.text.split(separator: "\n").last { $0.hasPrefix("summary ") }?
      .split(separator: " ").dropFirst().compactMap { Double($0) }
    guard let numbers, numbers.count == 4, numbers[1] > 0 else {
      throw BareError(description: "wrk gave no summary: \(output.problem ?? output.text)")
    }
    return Load(
      perSecond: numbers[0] * 1e6 / numbers[1], p99: numbers[2] * 1e3, requests: Int(numbers[0]),
      failed: Int(numbers[3]))
  }

  /// Megabytes of a process that are not pages of files.
  private static func privateMemory(of process: Int32) throws -> Double {
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    return line.flatMap { Double($0.split(separator: " ").dropLast().last ?? "") }.map {
      $0 / 1_000
    } ?? 0
  }

  private func stop(_ process: Process) {
    process.terminate()
    process.waitUntilExit()
  }
}
