import Hummingbird
import Synchronization

/// Counts of requests and how long they took, by route, method and status: nothing about whom they
/// were for. Reports stand by their name, never with parameters.
final class Metrics: Sendable {
  struct Key: Hashable, Comparable {
    var route: String
    var method: String
    var status: Int

    static func < (left: Key, right: Key) -> Bool {
      (left.route, left.method, left.status) < (right.route, right.method, right.status)
    }
  }

  /// Upper bounds of the buckets, in microseconds.
  static let bounds: [Int64] = [
    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000,
  ]

  struct Latency {
    /// Requests in each bucket alone; the last has those above all bounds.
    var buckets = [UInt64](repeating: 0, count: Metrics.bounds.count + 1)
    var microseconds: Int64 = 0
    var count: UInt64 = 0

    fileprivate mutating func add(_ microseconds: Int64) {
      let bucket = Metrics.bounds.firstIndex { microseconds <= $0 } ?? Metrics.bounds.count
      buckets[bucket] += 1
      self.microseconds += microseconds
      count += 1
    }
  }

  struct Counts {
    var requests: [Key: UInt64] = [:]
    var latencies: [String: Latency] = [:]
    var inProgress = 0
  }
  private let counts = Mutex(Counts())

  func read() -> Counts { counts.withLock { $0 } }

  func begin() { counts.withLock { $0.inProgress += 1 } }

  /// - Parameter key: nil counts nothing, of a request that goes on elsewhere.
  func end(_ key: Key?, took duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    counts.withLock { counts in
      counts.inProgress -= 1
      guard let key else { return }
      counts.requests[key, default: 0] += 1
      counts.latencies[key.route, default: Latency()].add(microseconds)
    }
  }
}

/// Counts every request; the time is until the answer is ready to be sent.
struct MetricsMiddleware: RouterMiddleware {
  let metrics: Metrics
  /// By the names that may stand in a route; anything else is some client's text.
  private let reports: [String: String]

  init(metrics: Metrics, reports: [String]) {
    self.metrics = metrics
    self.reports = Dictionary(uniqueKeysWithValues: reports.map { ($0, "/v1/reports/\($0)") })
  }

  func handle(
    _ request: Request, context: ClinicContext,
    next: (Request, ClinicContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    metrics.begin()
    var status = 500
    defer {
      metrics.end(
        Metrics.Key(route: route(request, context), method: method(request), status: status),
        took: .now - start)
    }
    let response = try await next(request, context)
    status = response.status.code
    return response
  }

  private func route(_ request: Request, _ context: ClinicContext) -> String {
    let path = context.endpointPath ?? "none"
    guard path.hasPrefix("/v1/reports/") else { return path }
    let name = request.uri.path.split(separator: "/").last.map(String.init) ?? ""
    return reports[name] ?? name.lastIndex(of: ".").flatMap { reports[String(name[..<$0])] }
      ?? "/v1/reports/other"
  }

  private func method(_ request: Request) -> String {
    ["GET", "HEAD", "POST"].first { $0 == request.method.rawValue } ?? "other"
  }
}
