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

/// Errors of the router become problems too.
struct ProblemMiddleware: RouterMiddleware {
  func handle(
    _ request: Request, context: ClinicContext,
    next: (Request, ClinicContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as HTTPError {
      let found = error.status == .notFound
      return Problem(
        status: error.status, title: error.status.reasonPhrase,
        detail: found
          ? "there is nothing here; GET /v1/reports lists the reports" : error.body ?? ""
      ).response(from: request, context: context)
    } catch {
      return Problem(error).response(from: request, context: context)
    }
  }
}
