import Backend
import Hummingbird
import Projection
import Reports

/// An answer that something went wrong, as `application/problem+json` (RFC 9457). Says nothing about
/// patients and nothing about which part of a credential failed.
struct Problem: Error, HTTPResponseError {
  var status: HTTPResponse.Status
  var title: String
  var detail: String
  var extraHeaders: HTTPFields = [:]

  static let unauthorized = Problem(
    status: .unauthorized, title: "Unauthorized",
    detail: "give a valid token as Authorization: Bearer TOKEN",
    extraHeaders: [.wwwAuthenticate: "Bearer error=\"invalid_token\""])

  /// A page of another site caused the request.
  static let fromElsewhere = Problem(
    status: .forbidden, title: "Forbidden",
    detail: "this was asked for by a page of another site; open the address by itself")

  static let overloaded = Problem(
    status: .serviceUnavailable, title: "Busy",
    detail: "too many reports are being made; try again",
    extraHeaders: [.retryAfter: "2"])

  /// The problem behind an error of answering a report.
  init(_ error: any Error) {
    switch error {
    case let problem as Problem: self = problem
    case let error as ReportError: self.init(error)
    case let error as ProjectionError:
      // Of the others the paths and causes are for the clinic's admin, not for readers.
      var detail = "the views cannot be read now; run `chartledger doctor` on the server"
      if case .notReached = error { detail = "\(error)" }
      self.init(
        status: .serviceUnavailable, title: "Not up to date", detail: detail,
        extraHeaders: [.retryAfter: "2"])
    case is AccessNotRecorded:
      self.init(
        status: .serviceUnavailable, title: "Reading cannot be recorded",
        detail: "nothing is shown, because the access log cannot be written; see to the disk of "
          + "the server")
    default:
      self.init(
        status: .internalServerError, title: "Internal error",
        detail: "the report could not be made; run `chartledger doctor` on the server")
    }
  }

  private init(_ error: ReportError) {
    let (status, title): (HTTPResponse.Status, String) =
      switch error {
      case .unknownReport, .notFound: (.notFound, "Not found")
      case .notAllowed: (.forbidden, "Forbidden")
      case .noCalendar: (.notAcceptable, "Not acceptable")
      case .unknownParameter, .missingParameter, .malformedParameter, .asOfAhead, .asOfToCome,
        .noPicture:
        (.badRequest, "Bad request")
      }
    self.init(status: status, title: title, detail: error.description)
  }

  init(
    status: HTTPResponse.Status, title: String, detail: String, extraHeaders: HTTPFields = [:]
  ) {
    self.status = status
    self.title = title
    self.detail = detail
    self.extraHeaders = extraHeaders
  }

  func response(from request: Request, context: some RequestContext) -> Response {
    let body = JSONText.object([
      ("type", JSONText.string("about:blank")), ("title", JSONText.string(title)),
      ("status", String(status.code)), ("detail", JSONText.string(detail)),
    ])
    var headers = extraHeaders
    headers[.contentType] = "application/problem+json"
    headers[.cacheControl] = "no-store"
    return Response(
      status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: body + "\n")))
  }
}

/// Errors become problems: as a page for a browser, which may sign in first, else as JSON.
struct ProblemMiddleware: RouterMiddleware {
  let pages: Pages

  func handle(
    _ request: Request, context: ClinicContext,
    next: (Request, ClinicContext) async throws -> Response
  ) async throws -> Response {
    do {
      try Self.requireKnownMethod(request)
      return try await next(request, context)
    } catch let error as HTTPError {
      return respond(Self.problem(error), request, context)
    } catch {
      return respond(Problem(error), request, context)
    }
  }

  private func respond(_ problem: Problem, _ request: Request, _ context: ClinicContext) -> Response
  {
    guard Accepted(request.headers[.accept]).prefersHTML else {
      return problem.response(from: request, context: context)
    }
    if problem.status == .unauthorized {
      return pages.signIn(next: SignIn.local(request.uri.string))
    }
    return pages.problem(problem, for: context.principal)
  }

  private static func problem(_ error: HTTPError) -> Problem {
    let detail =
      error.status == .notFound
      ? "there is nothing here; GET /v1/reports lists the reports" : error.body ?? ""
    return Problem(status: error.status, title: error.status.reasonPhrase, detail: detail)
  }

  /// The server only reads; signing in and out alone have a body.
  private static func requireKnownMethod(_ request: Request) throws {
    let takesPost = ["/sign-in", "/sign-out"].contains(request.uri.path)
    if request.method == .get || request.method == .head || takesPost && request.method == .post {
      return
    }
    throw Problem(
      status: .methodNotAllowed, title: "Method not allowed",
      detail: "the server only reads: use GET",
      extraHeaders: [.allow: takesPost ? "GET, HEAD, POST" : "GET, HEAD"])
  }
}
