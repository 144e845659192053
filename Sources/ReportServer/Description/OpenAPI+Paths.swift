import Practice
import PracticeEvents
import Reports

extension OpenAPI {
  /// The path of a report, with its parameters and what a row holds.
  static func path(of report: any Report.Type) -> (String, JSONValue) {
    let roles = report.roles.map(\.text).sorted().joined(separator: ", ")
    let readers = "For: \(roles.isEmpty ? "" : roles + ", ")owner, auditor."
    return (
      "/v1/reports/\(report.name)",
      .object([
        (
          "get",
          .object([
            ("operationId", .string(report.name)), ("tags", .array(["reports"])),
            ("summary", .string(report.title)),
            ("description", .string("\(report.summary) \(readers)")),
            ("parameters", .array(report.parameters.map(parameter) + commonParameters(report))),
            (
              "responses",
              responses(
                answer(of: report),
                failures: [
                  .badRequest, .unauthorized, .forbidden, .notFound, .notAcceptable, .busy,
                ],
                notModified: !report.readsAccessLog)
            ),
          ])
        )
      ])
    )
  }

  private static func parameter(_ parameter: Parameter) -> JSONValue {
    let schema: JSONValue =
      switch parameter.kind {
      case .date:
        .object([
          (
            "anyOf",
            .array([
              .type("string", format: "date"),
              .object([
                ("type", "string"), ("enum", .array(["today", "startOfMonth", "endOfMonth"])),
              ]),
            ])
          )
        ])
      case .integer: .type("integer")
      case .patient, .practitioner, .payer:
        .object([("type", "string"), ("minLength", .integer(1))])
      case .text: .type("string")
      }
    let kind =
      switch parameter.kind {
      case .patient: " An MRN or a patient's id."
      case .practitioner: " An NPI or a practitioner's id."
      case .payer: " A payer id."
      case .date, .integer, .text: ""
      }
    let standing = parameter.defaultText.map { " Default: \($0)." } ?? ""
    return query(
      parameter.flag, parameter.help.sentence + kind + standing, schema,
      isRequired: parameter.isRequired)
  }

  private static func commonParameters(_ report: any Report.Type) -> [JSONValue] {
    [
      query(
        "as-of",
        "What was recorded by then: a position of the log, a date, or a time (RFC 3339); none to come.",
        .object([
          (
            "anyOf",
            .array([
              .object([("type", "integer"), ("minimum", .integer(0))]),
              .type("string", format: "date"), .type("string", format: "date-time"),
            ])
          )
        ])),
      query(
        "purpose", "What the data is read for, if not for what the role usually does.",
        .object([
          ("type", "string"), ("enum", .array(PurposeOfUse.choices.map { .string($0.text) })),
        ])),
      query(
        "min-position",
        "Answers from this position of the log on: of the reader's own write. Not past its end.",
        .object([("type", "integer"), ("minimum", .integer(0))])),
      query(
        "format", "Stands above the header Accept.",
        .object([
          ("type", "string"),
          (
            "enum",
            .array(ReportFormat.served(by: report).map { .string($0.rawValue) })
          ),
        ])),
    ]
  }

  private static func query(
    _ name: String, _ description: String, _ schema: JSONValue, isRequired: Bool = false
  ) -> JSONValue {
    .object([
      ("name", .string(name)), ("in", "query"), ("description", .string(description)),
      ("required", .boolean(isRequired)), ("schema", schema),
    ])
  }

  private static func answer(of report: any Report.Type) -> JSONValue {
    let row = JSONValue.record(
      "", report.columns.map { ($0.name, .nullable(schema(of: $0))) })
    let json = JSONValue.record(
      "",
      [
        ("report", .object([("const", .string(report.name))])), ("title", .type("string")),
        ("subject", .nullable(.type("string"))),
        (
          "parameters",
          .object([("type", "object"), ("additionalProperties", .type("string"))])
        ),
        ("asOf", .nullable(.reference("schemas/AsOf"))),
        ("columns", .list(.reference("schemas/Column"))), ("rows", .list(row)),
        ("totals", .nullable(row)), ("notes", .list(.type("string"))),
      ])
    let content = ReportFormat.served(by: report).map { format in
      (format.mediaType, JSONValue.object([("schema", format == .json ? json : .type("string"))]))
    }
    return .object([("description", "The answer."), ("content", .object(content))])
  }

  private static func schema(of column: Column) -> JSONValue {
    let schema: JSONValue =
      switch column.kind {
      case .text, .rate, .time, .eventType: .type("string")
      case .integer: .type("integer")
      case .money: .object([("type", "integer"), ("description", "Cents.")])
      case .date: .type("string", format: "date")
      case .instant: .type("string", format: "date-time")
      case .flag: .type("boolean")
      case .list: .list(.type("string"))
      case .hundredths: .type("number")
      case .patient: .object([("type", .array(["string", "array"]))])
      }
    return schema
  }

  // MARK: The others

  static var operationPaths: [(String, JSONValue)] {
    [
      (
        "/v1/reports",
        get(
          "listReports", "reports", "The reports that the reader may read.",
          "application/json",
          .record("", [("reports", .list(.reference("schemas/ReportDescription")))]),
          failures: [.unauthorized], alsoHTML: true)
      ),
      (
        "/v1/openapi.json",
        get(
          "describe", "operation", "This description.", "application/json", .type("object"),
          failures: [], isOpen: true)
      ),
      (
        "/healthz",
        get(
          "health", "operation", "Whether reports can be given.", "application/json",
          .record(
            "",
            [
              ("status", .object([("const", "ok")])), ("position", .type("integer")),
              ("lag", .type("integer")), ("frozen", .type("boolean")),
            ]), failures: [.busy], isOpen: true)
      ),
      (
        "/metrics",
        get(
          "metrics", "operation",
          "Figures in Prometheus' text format; needs a token unless the server is local.",
          "text/plain", .type("string"), failures: [.unauthorized, .busy], isOptional: true)
      ),
    ]
  }

  private static func get(
    _ id: JSONValue, _ tag: JSONValue, _ summary: JSONValue, _ mediaType: String,
    _ schema: JSONValue, failures: [Failure], isOpen: Bool = false,
    isOptional: Bool = false, alsoHTML: Bool = false
  ) -> JSONValue {
    let content =
      [(mediaType, JSONValue.object([("schema", schema)]))]
      + (alsoHTML ? [("text/html", .object([("schema", .type("string"))]))] : [])
    let ok = JSONValue.object([("description", "As asked."), ("content", .object(content))])
    let members: [(String, JSONValue)] =
      [("operationId", id), ("tags", .array([tag])), ("summary", summary)]
      + (isOpen ? [("security", .array([]))] : [])
      + (isOptional
        ? [("security", .array([.object([]), .object([("token", .array([]))])]))] : [])
      + [("responses", responses(ok, failures: failures))]
    return .object([("get", .object(members))])
  }
}

extension String {
  /// With a capital letter and a full stop.
  fileprivate var sentence: String {
    prefix(1).uppercased() + dropFirst() + (hasSuffix(".") ? "" : ".")
  }
}
