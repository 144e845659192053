import Backend
import Hummingbird
import Logging

/// The reports over HTTP, read only.
public struct ReportServer: Sendable {
  private let backend: Backend

  public init(backend: Backend) { self.backend = backend }

  /// Every route there is.
  func router() -> Router<ClinicContext> {
    let workers = BlockingWorkers()
    let router = Router(context: ClinicContext.self)
    router.add(middleware: ProblemMiddleware())
    router.get("healthz") { _, _ in try await health(workers) }
    let reports = ReportRoutes(backend: backend, workers: workers, tags: EntityTags())
    let group = router.group("v1")
      .add(middleware: BearerAuthentication(backend: backend, workers: workers))
    reports.add(to: group)
    return router
  }

  /// Serves until interrupted, and keeps the views up to date meanwhile. Requests in progress are
  /// answered before it returns.
  ///
  /// - Parameter ready: called once with `host:port` when connections are accepted.
  public func run(
    host: String, port: Int, ready: @escaping @Sendable (String) async -> Void
  ) async throws {
    let application = Application(
      router: router(),
      configuration: .init(address: .hostname(host, port: port), serverName: "chartledger"),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? port
        await ready("\(host):\(port)")
      }, logger: Self.logger())
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await keepViewsUpToDate(application.logger) }
      group.addTask { try await application.runService() }
      try await group.next()
      group.cancelAll()
    }
  }

  /// Follows the log until cancelled. A failure is logged and tried again: reports bring the views
  /// up to date themselves, and say so when they cannot.
  private func keepViewsUpToDate(_ logger: Logger) async {
    while !Task.isCancelled {
      do {
        try await backend.views.follow()
      } catch is CancellationError {
        return
      } catch {
        logger.error("the views cannot follow the log: \(error)")
        try? await Task.sleep(for: .seconds(10))
      }
    }
  }

  /// Whether the log can be read and how far the views are behind it; no clinic data.
  private func health(_ workers: BlockingWorkers) async throws -> Response {
    let (head, lag) = try await workers.run {
      (try backend.store.read { $0.head }, try backend.views.status().map(\.lag).max() ?? 0)
    }
    let body = JSONText.object([
      ("status", JSONText.string("ok")), ("position", head.description), ("lag", String(lag)),
    ])
    return Response(
      status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(string: body + "\n")))
  }

  /// Warnings and errors only; requests may name patients and are not logged here.
  private static func logger() -> Logger {
    var logger = Logger(label: "chartledger")
    logger.logLevel = .warning
    return logger
  }
}
