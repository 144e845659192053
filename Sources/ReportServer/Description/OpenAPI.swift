import Practice
import PracticeEvents
import Reports

/// The description of the interface (OpenAPI 3.1), made from the catalogue of reports: a new report
/// is in it by itself.
enum OpenAPI {
  static let text = document.text + "\n"

  static let document: JSONValue = .object([
    ("openapi", "3.1.0"),
    (
      "info",
      .object([
        ("title", "ChartLedger reports"), ("version", "1"),
        (
          "description",
          """
          Every report of the clinic, read only. Whoever reads is recorded, with what was read and \
          what for, before the answer leaves. Every answer says as of which position of the log it \
          holds; given again with `as-of`, the same question has the same answer.
          """
        ),
        ("license", .object([("name", "Apache 2.0"), ("identifier", "Apache-2.0")])),
      ])
    ),
    ("servers", .array([.object([("url", "/")])])),
    ("security", .array([.object([("token", .array([]))]), .object([("session", .array([]))])])),
    (
      "tags",
      .array([
        tag("reports", "What the clinic's records say."),
        tag("operation", "For whoever runs the server; no patient data."),
      ])
    ),
    ("paths", .object(operationPaths + ReportCatalog.all.map { path(of: $0) })),
    ("components", components),
  ])

  private static func tag(_ name: JSONValue, _ description: JSONValue) -> JSONValue {
    .object([("name", name), ("description", description)])
  }

  private static let components: JSONValue = .object([
    (
      "securitySchemes",
      .object([
        (
          "token",
          .object([
            ("type", "http"), ("scheme", "bearer"),
            ("description", "A token from `chartledger access grant`."),
          ])
        ),
        (
          "session",
          .object([
            ("type", "apiKey"), ("in", "cookie"), ("name", "chartledger"),
            ("description", "Of a browser that signed in; `__Host-chartledger` over TLS."),
          ])
        ),
      ])
    ),
    (
      "schemas",
      .object([
        ("Problem", problem), ("AsOf", asOf), ("Column", column), ("ReportDescription", report),
      ])
    ),
    ("responses", .object(Failure.allCases.map { ($0.name, $0.response) })),
  ])

  // MARK: Schemas

  private static let problem = JSONValue.record(
    "A problem (RFC 9457).",
    [
      ("type", .type("string")), ("title", .type("string")), ("status", .type("integer")),
      ("detail", .type("string")),
    ])

  private static let asOf = JSONValue.record(
    "Which state of the log an answer holds of.",
    [
      ("position", .type("integer")),
      ("recordedAt", .nullable(.type("string", format: "date-time"))),
      (
        "projectors",
        .object([("type", "object"), ("additionalProperties", .type("integer"))])
      ),
    ])

  private static let column = JSONValue.record(
    "A column of a report.",
    [
      ("name", .type("string")), ("title", .type("string")), ("kind", .type("string")),
      ("unit", .type("string")),
    ])

  private static let report = JSONValue.record(
    "A report that the reader may read.",
    [
      ("name", .type("string")), ("title", .type("string")), ("summary", .type("string")),
      ("href", .type("string")),
      (
        "parameters",
        .list(
          .record(
            "",
            [
              ("name", .type("string")), ("kind", .type("string")), ("required", .type("boolean")),
              ("help", .type("string")), ("default", .nullable(.type("string"))),
            ]))
      ),
    ])

  /// What can go wrong, by name.
  enum Failure: String, CaseIterable {
    case badRequest = "400"
    case unauthorized = "401"
    case forbidden = "403"
    case notFound = "404"
    case notAcceptable = "406"
    case busy = "503"

    var name: String { "Problem\(rawValue)" }
    private var meaning: String {
      switch self {
      case .badRequest: "A parameter is unknown, missing or malformed."
      case .unauthorized: "No token, or one that is unknown, revoked or expired."
      case .forbidden: "The reader's role may not read this; the attempt is recorded."
      case .notFound: "A parameter names nothing that there is."
      case .notAcceptable: "It does not come in any format that is accepted."
      case .busy: "Try again, after the seconds of Retry-After if given."
      }
    }

    var response: JSONValue {
      .object([
        ("description", .string(meaning)),
        (
          "content",
          .object([
            ("application/problem+json", .object([("schema", .reference("schemas/Problem"))])),
            ("text/html", .object([("schema", .type("string"))])),
          ])
        ),
      ])
    }
  }

  static func responses(
    _ ok: JSONValue, failures: [Failure], notModified: Bool = false
  )
    -> JSONValue
  {
    .object(
      [("200", ok)]
        + (notModified
          ? [("304", .object([("description", "The reader's copy, by its ETag, still holds.")]))]
          : [])
        + failures.map { ($0.rawValue, .reference("responses/\($0.name)")) })
  }
}
