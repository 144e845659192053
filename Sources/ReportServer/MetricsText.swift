import Backend
import EventLog
import Foundation
import Hummingbird
import Projection

/// `/metrics`: what an operator watches, in Prometheus' text format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/). No patient data.
struct MetricsText {
  private var lines: [String] = []
  var text: String { lines.joined(separator: "\n") + "\n" }

  init(_ metrics: Metrics, _ backend: Backend, sessions: Int, answerBytes: Int) throws {
    let counts = metrics.read()
    add(
      "chartledger_http_requests_total", "counter", "Requests answered.",
      counts.requests.sorted { $0.key < $1.key }.map { key, count in
        ([("route", key.route), ("method", key.method), ("status", String(key.status))], count)
      })
    addLatencies(counts.latencies)
    add("chartledger_http_requests_in_progress", "Requests not yet answered.", counts.inProgress)
    add("chartledger_answer_bytes_untaken", "Answers that clients have not taken.", answerBytes)
    add("chartledger_browser_sessions", "Browsers signed in.", sessions)
    addLogs(
      [
        ("clinic", try backend.store.statistics()),
        ("access", try backend.accessLog.store().statistics()),
      ])
    let views = try backend.views.status()
    add(
      "chartledger_view_lag_events", "gauge", "Events that a read model has not taken in.",
      views.map { ([("view", $0.name)], $0.lag) })
    add(
      "chartledger_view_bytes", "gauge", "Size of a read model's file.",
      views.map { ([("view", $0.name)], UInt64($0.bytes)) })
    add(
      "chartledger_log_frozen", "1 when the log is not what its key has signed.",
      backend.keeper.frozen == nil ? 0 : 1)
    if let bytes = Self.residentBytes {
      add("process_resident_memory_bytes", "Memory in use, mapped files included.", bytes)
    }
  }

  private mutating func addLogs(_ logs: [(name: String, LogStatistics)]) {
    func gauge(_ name: String, _ help: String, _ value: (LogStatistics) -> UInt64) {
      add(name, "gauge", help, logs.map { ([("log", $0.name)], value($0.1)) })
    }
    gauge("chartledger_log_head", "The last position.") { $0.head.rawValue }
    gauge("chartledger_log_commits", "Flushes so far; those that come at once share one.") {
      $0.commits
    }
    gauge("chartledger_log_used_bytes", "Bytes of the map in use.") { UInt64($0.bytesUsed) }
    gauge("chartledger_log_map_bytes", "The most that the log can grow to.") {
      UInt64($0.mapBytes)
    }
    gauge("chartledger_log_readers", "Reads in progress, over all processes.") {
      UInt64($0.readersInUse)
    }
    gauge("chartledger_log_readers_max", "The most reads there can be.") { UInt64($0.maxReaders) }
    gauge(
      "chartledger_log_oldest_reader_commits",
      "Commits since the oldest read began; pages replaced since are kept for it."
    ) { $0.oldestReaderLag }
  }

  private mutating func addLatencies(_ latencies: [String: Metrics.Latency]) {
    let name = "chartledger_http_request_seconds"
    lines.append("# HELP \(name) Time until the answer was ready to be sent.")
    lines.append("# TYPE \(name) histogram")
    for (route, latency) in latencies.sorted(by: { $0.key < $1.key }) {
      let label = "route=\(Self.quoted(route))"
      var below: UInt64 = 0
      for (bound, count) in zip(Metrics.bounds, latency.buckets) {
        below += count
        lines.append("\(name)_bucket{\(label),le=\"\(Self.seconds(bound))\"} \(below)")
      }
      lines.append("\(name)_bucket{\(label),le=\"+Inf\"} \(latency.count)")
      lines.append("\(name)_sum{\(label)} \(Self.seconds(latency.microseconds))")
      lines.append("\(name)_count{\(label)} \(latency.count)")
    }
  }

  private mutating func add(_ name: String, _ help: String, _ value: Int) {
    lines += ["# HELP \(name) \(help)", "# TYPE \(name) gauge", "\(name) \(value)"]
  }

  private mutating func add(
    _ name: String, _ type: String, _ help: String,
    _ samples: [(labels: [(String, String)], value: UInt64)]
  ) {
    lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(type)"]
    lines += samples.map { labels, value in
      let text = labels.map { "\($0.0)=\(Self.quoted($0.1))" }.joined(separator: ",")
      return "\(name){\(text)} \(value)"
    }
  }

  private static func quoted(_ text: String) -> String {
    "\""
      + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n") + "\""
  }

  /// Microseconds as decimal seconds.
  private static func seconds(_ microseconds: Int64) -> String {
    let fraction = String(microseconds % 1_000_000)
    return "\(microseconds / 1_000_000)."
      + String(repeating: "0", count: 6 - fraction.count) + fraction
  }

  /// Of this process, where the system tells.
  static var residentBytes: Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
      return nil
    }
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line?.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 }
  }
}
