import Backend
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import Reports

/// The reports over HTTP, read only.
public struct ReportServer: Sendable {
  private let backend: Backend
  private let security: TransportSecurity?
  /// Whether only this machine can reach it.
  private let isLocal: Bool
  let limits: ServerLimits

  /// - Parameters:
  ///   - security: nil serves plain HTTP.
  ///   - isLocal: whether only this machine can reach it: then `/metrics` needs no token.
  ///   - keptAnswerBytes: the most bytes of answers to keep in case the same is asked again of the
  ///     same state of the log; 0 keeps none.
  public init(
    backend: Backend, security: TransportSecurity? = nil, isLocal: Bool = true,
    keptAnswerBytes: Int = Self.keptAnswerBytes
  ) {
    self.init(
      backend: backend, security: security, isLocal: isLocal,
      limits: ServerLimits(keptBytes: keptAnswerBytes))
  }

  /// How many bytes of answers are kept unless told otherwise.
  public static let keptAnswerBytes = 32 << 20

  init(
    backend: Backend, security: TransportSecurity? = nil, isLocal: Bool = true,
    limits: ServerLimits
  ) {
    self.backend = backend
    self.security = security
    self.isLocal = isLocal
    self.limits = limits
  }

  /// Every route there is, behind what answers a repeated request.
  func responder() -> some HTTPResponder<ClinicContext> {
    // An eighth of the room is enough for answers that many ask for.
    let known = KnownRequests(most: limits.keptBytes / 8)
    let metrics = Metrics()
    let router = router(metrics, keptBytes: limits.keptBytes - known.most)
    return RepeatedRequests(
      routes: router.buildResponder(), backend: backend, metrics: metrics, known: known)
  }

  func router(_ metrics: Metrics, keptBytes: Int) -> Router<ClinicContext> {
    backend.views.keepDecodedRows(upTo: limits.decodedRowBytes)
    let workers = BlockingWorkers()
    let sessions = Sessions()
    let budget = AnswerBudget(most: limits.answerBytes)
    let pages = Pages(backend: backend)
    let cookie = SessionCookie(isSecure: security != nil)
    let authentication = Authentication(
      backend: backend, sessions: sessions, cookie: cookie)

    let router = Router(context: ClinicContext.self, options: .autoGenerateHeadEndpoints)
    router.add(
      middleware: MetricsMiddleware(
        metrics: metrics, reports: ReportCatalog.all.map { $0.name }))
    router.add(middleware: SafeHeaders(isSecure: security != nil))
    router.add(middleware: ProblemMiddleware(pages: pages))
    router.get("/") { _, _ in
      Response(status: .seeOther, headers: [.location: "/v1/reports"])
    }
    router.get("icon.svg") { _, _ in
      Response(
        status: .ok,
        headers: [.contentType: "image/svg+xml", .cacheControl: "public, max-age=86400"],
        body: .init(byteBuffer: ByteBuffer(string: Pages.icon)))
    }
    router.get("healthz") { _, _ in try await health(workers) }
    router.get("v1/openapi.json") { _, _ in
      Response(
        status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-cache"],
        body: .init(byteBuffer: ByteBuffer(string: OpenAPI.text)))
    }
    SignIn(backend: backend, workers: workers, sessions: sessions, cookie: cookie, pages: pages)
      .add(to: router)
    // Tells no more than how busy the clinic is; but that is nobody's business elsewhere.
    let operations = router.group()
    if !isLocal { operations.add(middleware: authentication) }
    operations.get("metrics") { _, _ in
      let text = try await workers.run {
        try MetricsText(metrics, backend, sessions: sessions.count, answerBytes: budget.inUse).text
      }
      return Response(
        status: .ok,
        headers: [
          .contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store",
        ], body: .init(byteBuffer: ByteBuffer(string: text)))
    }
    ReportRoutes(
      backend: backend, workers: workers, tags: EntityTags(),
      cache: AnswerCache(most: keptBytes), pages: pages, budget: budget
    ).add(to: router.group("v1").add(middleware: authentication))
    return router
  }

  /// Serves until interrupted, and keeps the views up to date meanwhile. Requests in progress are
  /// answered before it returns; a client that does not take its answer is waited for no longer than
  /// a slow one ever is.
  ///
  /// - Parameter ready: called once with the address, e.g. `http://127.0.0.1:8080`, when
  ///   connections are accepted.
  public func run(
    host: String, port: Int, ready: @escaping @Sendable (String) async -> Void
  ) async throws {
    let plain = HTTPServerBuilder { [limits] responder in
      LoopBoundChannel(base: HTTP1Channel(responder: responder, configuration: limits.http1))
    }
    let logger = Self.logger()
    let scheme = security == nil ? "http" : "https"
    let application = Application(
      responder: responder(),
      server: try security.map { try .tls(plain, tlsConfiguration: $0.configuration) } ?? plain,
      configuration: .init(
        address: .hostname(host, port: port), serverName: "chartledger",
        availableConnectionsDelegate: .maximum(limits.connections, logger: logger)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? port
        await ready("\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)")
      }, logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await keepViewsUpToDate(application.logger) }
      group.addTask {
        try await ListeningError.explaining(host, port) { try await application.runService() }
      }
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

  /// Whether reports can be given: the log can be read, the access log opened, and how far the views
  /// are behind; no clinic data.
  private func health(_ workers: BlockingWorkers) async throws -> Response {
    let (head, lag) = try await workers.run {
      do {
        _ = try backend.accessLog.store().read { $0.head }
      } catch {
        throw Problem(
          status: .serviceUnavailable, title: "Readings cannot be recorded",
          detail: "the access log cannot be opened, so no report is shown; run `chartledger doctor`"
        )
      }
      return (
        try backend.store.read { $0.head }, try backend.views.status().map(\.lag).max() ?? 0
      )
    }
    let body = JSONText.object([
      ("status", JSONText.string("ok")), ("position", head.description), ("lag", String(lag)),
      ("frozen", backend.keeper.frozen == nil ? "false" : "true"),
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

/// What every answer says to browsers: take it for what it is called, show it in no frame, give it
/// to no other site, and tell no other site where one came from.
struct SafeHeaders: RouterMiddleware {
  let isSecure: Bool

  private static let policy = HTTPField(
    name: .contentSecurityPolicy, value: "default-src 'none'; frame-ancestors 'none'")
  private static let others: HTTPFields = {
    var fields: HTTPFields = [.xContentTypeOptions: "nosniff"]
    fields.set("Referrer-Policy", "no-referrer")
    fields.set("Cross-Origin-Resource-Policy", "same-origin")
    fields.set("X-Frame-Options", "DENY")
    return fields
  }()

  func handle(
    _ request: Request, context: ClinicContext,
    next: (Request, ClinicContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    if response.headers[.contentSecurityPolicy] == nil { response.headers.append(Self.policy) }
    response.headers.append(contentsOf: Self.others)
    if isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
    return response
  }
}
