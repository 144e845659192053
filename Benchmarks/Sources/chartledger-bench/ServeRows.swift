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
  ///
  /// Each is a process of this program with Hummingbird's own threads, and all take turns. The report
  /// is asked for again and again, of a log that does not grow: a server keeps its answer, and checks
  /// and records each reading. One that keeps nothing tells what it costs to make the answer.
  func serveRows() async throws -> [Row] {
    guard let wrk = Child.find("wrk") else {
      say("wrk is not installed: no row for HTTP")
      return []
    }
    let (token, patient) = try await grantAccess()
    let path = "/v1/reports/balance.patient?patient=\(patient)"
    let (empty, emptyAddress) = try Child.start(["serve-nothing"])
    defer { stop(empty) }
    func measure(_ url: String) throws -> Load {
      // Else flushes wait for what other rows have left for the kernel to write.
      sync()
      _ = try load(wrk, url, token, seconds: 1)
      let found = try load(wrk, url, token, seconds: sizes.secondsOfRequests)
      guard found.failed == 0 else {
        throw BareError(description: "\(found.failed) requests failed at \(url)")
      }
      return found
    }
    func serving<Result>(
      _ arguments: [String], _ body: (_ url: String, Process) throws -> Result
    ) throws -> Result {
      let (server, address) = try Child.start(["serve-clinic", clinic] + arguments)
      defer { stop(server) }
      return try body(address + path, server)
    }
    let floor = try measure(emptyAddress)
    let (ours, memory) = try serving([]) { url, server in
      (try measure(url), try Self.privateMemory(of: server.processIdentifier))
    }
    let commit = try entriesCommittedAtP99()
    let anew = try serving(["--kept-answers", "0"]) { url, _ in try measure(url) }
    let asLong = try measure("\(emptyAddress)/bytes/\(ours.bytesPerAnswer)")
    func row(_ name: String, _ load: Load) -> Row {
      Row(
        name, .requestsPerSecond, ours: 1e9 / load.perSecond, p99: nil,
        floor: 1e9 / floor.perSecond, floorIs: "an empty handler", operations: load.requests,
        durability: "access log flushed before each answer")
    }
    func latency(_ name: String, _ load: Load) -> Row {
      Row(
        name, .milliseconds, ours: load.p99, floor: floor.p99, floorIs: "an empty handler",
        operations: load.requests, durability: "as above")
    }
    return [
      row("JSON report over HTTP, \(Self.connections) connections", ours)
        .aiming("at least 0.6 of an empty handler", ours.perSecond / floor.perSecond >= 0.6),
      latency("its latency at p99", ours).aiming("at most 2 ms", ours.p99 <= 2e6),
      Row(
        "the same beside one commit at p99", .milliseconds, ours: ours.p99, floor: commit,
        floorIs: "half as many entries in C", operations: ours.requests, durability: "as above"),
      Row(
        "the same beside a handler of \(ours.bytesPerAnswer) bytes", .requestsPerSecond,
        ours: 1e9 / ours.perSecond, floor: 1e9 / asLong.perSecond,
        floorIs: "spaces, as long as the answer", operations: ours.requests,
        durability: "as above"),
      row("the same, made anew for each request", anew),
      latency("its latency at p99", anew),
      Row(
        "memory of serve beyond the mapped files", .megabytes, ours: memory, floorIs: "–",
        operations: 1, durability: "reads"
      ).aiming("at most 150 MB", memory <= 150),
    ]
  }

  /// How long a commit takes from C, with nobody beside it, of as many entries as one flush of the
  /// access log holds: half of the connections wait for it, the others for the next. No answer leaves
  /// before its own.
  private func entriesCommittedAtP99() throws -> Double {
    let store = try BareStore(directory: scratch + "/entries")
    var generator = SplitMix(state: 3)
    let together = Self.connections / 2
    var samples = Samples()
    var tags = UnsettledTags()
    for number in 0..<400 {
      let events = corpus.newEvents(together, using: &generator).map {
        ($0, CommandID.random(using: &generator))
      }
      let puts = PutPlan(events, at: UInt64(number * together + 1), &tags)
      try samples.measure { try store.commit(puts) }
    }
    return samples.percentile(99)
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
    /// With its headers.
    var bytesPerAnswer: Int
    /// Answers that were no success, and connections that broke.
    var failed: Int
  }

  private func load(_ wrk: String, _ url: String, _ token: String, seconds: Int) throws -> Load {
    let script = scratch + "/summary.lua"
    try """
    done = function(summary, latency, requests)
      local e = summary.errors
      io.write(string.format("summary %d %d %d %d %d\\n", summary.requests, summary.duration,
        latency:percentile(99), summary.bytes, e.connect + e.read + e.write + e.status + e.timeout))
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
    guard let numbers, numbers.count == 5, numbers[1] > 0 else {
      throw BareError(description: "wrk gave no summary: \(output.problem ?? output.text)")
    }
    return Load(
      perSecond: numbers[0] * 1e6 / numbers[1], p99: numbers[2] * 1e3, requests: Int(numbers[0]),
      bytesPerAnswer: Int(numbers[3] / max(1, numbers[0])), failed: Int(numbers[4]))
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
