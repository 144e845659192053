import Backend
import Hummingbird

/// What a request knows besides itself: who asks.
struct ClinicContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Set by `Authentication` for every route under /v1.
  var principal: Principal?
  /// Where a route says what it kept; set when that is of use.
  var note: KeptNote?

  init(source: Source) { coreContext = .init(source: source) }
}

/// Lets through only requests with a token that was granted and not revoked: in the header
/// Authorization, or that of a browser's session.
struct Authentication: RouterMiddleware {
  let backend: Backend
  let sessions: Sessions
  let cookie: SessionCookie

  func handle(
    _ request: Request, context: ClinicContext,
    next: (Request, ClinicContext) async throws -> Response
  ) async throws -> Response {
    guard let token = try token(of: request) else { throw Problem.unauthorized }
    guard let principal = try backend.principal(for: token) else { throw Problem.unauthorized }
    var context = context
    context.principal = principal
    return try await next(request, context)
  }

  private func token(of request: Request) throws -> AccessToken? {
    if let header = request.headers[.authorization] { return Self.token(in: header) }
    guard let name = cookie.session(in: request), let token = sessions.token(of: name) else {
      return nil
    }
    // The cookie is sent for requests of our own pages only (SameSite=Strict). Should a browser not
    // keep to that: a reading that another site caused must not stand in the access log.
    guard SessionCookie.isOwn(request) else { throw Problem.fromElsewhere }
    return token
  }

  private static func token(in header: String) -> AccessToken? {
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return AccessToken(text: String(parts[1]))
  }
}

/// The cookie that names a browser's session: no script sees it, no other site's page sends it.
struct SessionCookie: Sendable {
  /// Over TLS the browser keeps it to this host and to TLS.
  let isSecure: Bool

  private var name: String { isSecure ? "__Host-chartledger" : "chartledger" }

  func session(in request: Request) -> String? { request.cookies[name]?.value }

  /// - Parameter session: nil takes the cookie away.
  func header(_ session: String?) -> String {
    "\(name)=\(session ?? ""); Path=/; HttpOnly; SameSite=Strict"
      + (isSecure ? "; Secure" : "") + (session == nil ? "; Max-Age=0" : "")
  }

  /// Whether a browser says that a page of ours, or the person alone, caused the request.
  static func isOwn(_ request: Request) -> Bool {
    let site = request.headers.first { $0.name.canonicalName == "sec-fetch-site" }?.value
    if let site { return site == "same-origin" || site == "none" }
    guard let origin = request.headers[.origin] else { return true }
    guard let host = request.head.authority else { return false }
    return origin == "http://\(host)" || origin == "https://\(host)"
  }
}
