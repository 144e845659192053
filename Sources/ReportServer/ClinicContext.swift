import Backend
import Hummingbird

/// What a request knows besides itself: who asks.
struct ClinicContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Set by `BearerAuthentication` for every route under /v1.
  var principal: Principal?

  init(source: Source) { coreContext = .init(source: source) }
}

/// Lets through only requests with a token that was granted and not revoked.
struct BearerAuthentication: RouterMiddleware {
  let backend: Backend
  let workers: BlockingWorkers

  func handle(
    _ request: Request, context: ClinicContext,
    next: (Request, ClinicContext) async throws -> Response
  ) async throws -> Response {
    guard let header = request.headers[.authorization], let token = Self.token(in: header) else {
      throw Problem.unauthorized
    }
    let principal = try await workers.run { try backend.principal(for: token) }
    guard let principal else { throw Problem.unauthorized }
    var context = context
    context.principal = principal
    return try await next(request, context)
  }

  private static func token(in header: String) -> AccessToken? {
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return AccessToken(text: String(parts[1]))
  }
}
