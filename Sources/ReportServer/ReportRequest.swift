import Backend
import EventLog
import Hummingbird
import Practice
import PracticeEvents
import Reports

/// What a request for a report asks, read from its path, query and headers.
struct ReportRequest {
  var report: any Report.Type
  var format: ReportFormat
  /// Parameter values as text, by name.
  var given: [String: String]
  var asOf: String?
  var minimum: Position
  /// What the data is read for; nil is what the reader's role reads for.
  var purpose: PurposeOfUse?

  /// - Throws: `ReportError` or `Problem` naming what cannot be served.
  init(_ request: Request, path: String) throws {
    try self.init(
      path: path, query: request.uri.query ?? "", accepted: Accepted(request.headers[.accept]))
  }

  /// - Parameters:
  ///   - path: a report's name, and its format after a dot.
  ///   - query: as it came.
  init(path: String, query: String, accepted: Accepted) throws {
    let (name, suffix) = Self.split(path)
    report = try ReportCatalog.named(name)
    var pairs = try FormText.pairs(query)
    func take(_ names: String...) throws -> String? {
      let found = pairs.filter { names.contains($0.name) }
      pairs.removeAll { names.contains($0.name) }
      guard found.count < 2 else { throw Self.badRequest("\(names[0]) is given twice") }
      return found.first?.value
    }
    let named = try take("format")
    format = try suffix ?? named.map(Self.format) ?? Self.wanted(accepted, for: report)
    try format.requireFit(for: report)
    // A form sends its empty fields too.
    if format == .html { pairs.removeAll { $0.value.isEmpty } }
    asOf = try take("as-of", "asOf").map(Self.withOffset)
    minimum = Position(try Self.position(try take("min-position", "minPosition")))
    purpose = try take("purpose").map(Self.purpose)
    given = [:]
    for (key, value) in pairs {
      let known = report.parameters.first { $0.name == key || $0.flag == key }
      guard given.updateValue(value, forKey: known?.name ?? key) == nil else {
        throw Self.badRequest("\(key) is given twice")
      }
    }
  }

  /// Whether every parameter that it must have is there.
  var isComplete: Bool {
    report.parameters.allSatisfy { !$0.isRequired || given[$0.name] != nil }
  }

  /// `ar.aging.csv` is the report `ar.aging` as CSV; `schedule.ics` is the name of a report.
  private static func split(_ path: String) -> (name: String, format: ReportFormat?) {
    if ReportCatalog.report(path) != nil { return (path, nil) }
    for format in ReportFormat.allCases
    where format != .table && path.hasSuffix(".\(format.rawValue)") {
      return (String(path.dropLast(format.rawValue.count + 1)), format)
    }
    return (path, nil)
  }

  private static func format(_ text: String) throws -> ReportFormat {
    guard let format = ReportFormat(rawValue: text), format != .table else {
      throw badRequest(
        "there is no format \(text); there are json, ndjson, csv, html, svg, and ics for a calendar"
      )
    }
    return format
  }

  private static func wanted(
    _ accepted: Accepted, for report: any Report.Type
  ) throws -> ReportFormat {
    let served = ReportFormat.served(by: report)
    if let type = accepted.best(of: served.map(\.mediaType) + ["application/ndjson"]) {
      return served.first { $0.mediaType == type } ?? .ndjson
    }
    throw Problem(
      status: .notAcceptable, title: "Not acceptable",
      detail: "\(report.name) comes as " + served.map(\.mediaType).joined(separator: ", "))
  }

  /// A plus sign that was not percent-encoded came as a space: `…T13:00:00 02:00`.
  private static func withOffset(_ text: String) -> String {
    text.replacing(/^(.+T.+) (\d\d:\d\d)$/) { "\($0.1)+\($0.2)" }
  }

  private static func purpose(_ text: String) throws -> PurposeOfUse {
    guard let purpose = PurposeOfUse(text: text) else {
      throw badRequest(
        "purpose is one of \(PurposeOfUse.choices.map(\.text).joined(separator: ", "))")
    }
    return purpose
  }

  private static func position(_ text: String?) throws -> UInt64 {
    guard let text else { return 0 }
    guard let position = UInt64(text) else {
      throw badRequest("min-position \"\(text)\" is not a position")
    }
    return position
  }

  private static func badRequest(_ detail: String) -> Problem {
    Problem(status: .badRequest, title: "Bad request", detail: detail)
  }
}

extension ReportFormat {
  /// Every format that a report comes in over HTTP, the one it has unless asked first.
  static func served(by report: any Report.Type) -> [ReportFormat] {
    (report.defaultFormat == .ics ? [.ics] : []) + [.json, .csv, .html, .ndjson]
      + (report.hasPlot ? [.svg] : [])
  }

  var mediaType: String {
    switch self {
    case .json: "application/json"
    case .ndjson: "application/x-ndjson"
    case .csv: "text/csv"
    case .ics: "text/calendar"
    case .svg: "image/svg+xml"
    case .html: "text/html"
    case .table: "text/plain"
    }
  }

  /// The media type of an answer, with its parameters.
  var contentType: String {
    "\(mediaType); charset=utf-8" + (self == .csv ? "; header=present" : "")
  }
}
