import Backend
import EventLog
import Hummingbird
import Practice
import Reports

/// What a request for a report asks, read from its path, query and headers.
struct ReportRequest {
  var report: any Report.Type
  var format: ReportFormat
  /// Parameter values as text, by name.
  var given: [String: String]
  var asOf: String?
  var minimum: Position

  /// - Throws: `ReportError` or `Problem` naming what cannot be served.
  init(_ request: Request, path: String) throws {
    let (name, suffix) = Self.split(path)
    report = try ReportCatalog.named(name)
    var query = request.uri.queryParameters.map { (String($0.key), String($0.value)) }
    func take(_ names: String...) throws -> String? {
      let found = query.filter { names.contains($0.0) }
      query.removeAll { names.contains($0.0) }
      guard found.count < 2 else { throw Self.badRequest("\(names[0]) is given twice") }
      return found.first?.1
    }
    asOf = try take("as-of", "asOf")
    minimum = Position(try Self.position(try take("min-position", "minPosition")))
    let named = try take("format")
    format = try suffix ?? named.map(Self.format) ?? Self.accepted(request, for: report)
    try format.requireFit(for: report)
    given = [:]
    for (key, value) in query {
      let known = report.parameters.first { $0.name == key || $0.flag == key }
      guard given.updateValue(value, forKey: known?.name ?? key) == nil else {
        throw Self.badRequest("\(key) is given twice")
      }
    }
  }

  /// `ar.aging.csv` is the report `ar.aging` as CSV; `schedule.ics` is the name of a report.
  private static func split(_ path: String) -> (name: String, format: ReportFormat?) {
    if ReportCatalog.all.contains(where: { $0.name == path }) { return (path, nil) }
    for format in [ReportFormat.json, .ndjson, .csv, .ics]
    where path.hasSuffix(".\(format.rawValue)") {
      return (String(path.dropLast(format.rawValue.count + 1)), format)
    }
    return (path, nil)
  }

  private static func format(_ text: String) throws -> ReportFormat {
    guard let format = ReportFormat(rawValue: text), format != .table else {
      throw badRequest(
        "there is no format \(text); there are json, ndjson and csv, and ics for a calendar")
    }
    return format
  }

  private static func accepted(
    _ request: Request, for report: any Report.Type
  ) throws -> ReportFormat {
    let isCalendar = report.defaultFormat == .ics
    let accept = request.headers[.accept] ?? "*/*"
    for part in accept.split(separator: ",") {
      let type = part.split(separator: ";").first?.filter { $0 != " " } ?? ""
      switch type {
      case "*/*", "": return isCalendar ? .ics : .json
      case "application/json", "application/*": return .json
      case "application/x-ndjson", "application/ndjson": return .ndjson
      case "text/calendar" where isCalendar: return .ics
      case "text/*": return isCalendar ? .ics : .csv
      case "text/csv": return .csv
      default: continue
      }
    }
    throw Problem(
      status: .notAcceptable, title: "Not acceptable",
      detail: "reports come as application/json, application/x-ndjson and text/csv"
        + (isCalendar ? ", this one also as text/calendar" : ""))
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
  /// The media type of an answer.
  var contentType: String {
    switch self {
    case .json: "application/json; charset=utf-8"
    case .ndjson: "application/x-ndjson; charset=utf-8"
    case .csv: "text/csv; charset=utf-8; header=present"
    case .ics: "text/calendar; charset=utf-8"
    case .table: "text/plain; charset=utf-8"
    }
  }
}
