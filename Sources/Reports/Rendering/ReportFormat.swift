import Practice

/// How an answer is written.
public enum ReportFormat: String, CaseIterable, Sendable {
  case table, json, ndjson, csv
  /// A calendar, of the reports that are one.
  case ics
  /// The report's picture alone.
  case svg
  /// A page by itself, for the screen and for paper.
  case html

  /// Refuses a calendar or a picture of a report that has none, before the work.
  ///
  /// - Throws: `ReportError.noCalendar` or `.noPicture`.
  public func requireFit(for report: any Report.Type) throws {
    guard self != .ics || report.defaultFormat == .ics else {
      throw ReportError.noCalendar(report: report.name)
    }
    guard self != .svg || report.hasPlot else {
      throw ReportError.noPicture(report: report.name)
    }
  }

  /// The answer as text that ends with a newline.
  ///
  /// - Parameter width: columns of the terminal, for `table`.
  /// - Throws: `ReportError.noPicture` for `svg` of a report that draws nothing.
  public func render(_ answer: ReportAnswer, width: Int = 100) throws -> String {
    switch self {
    case .table: TableRenderer(width: width).render(answer)
    case .json: JSONRenderer.render(answer)
    case .ndjson: NDJSONRenderer.render(answer)
    case .csv: CSVRenderer.render(answer)
    case .ics: ICalendarRenderer.render(answer)
    case .svg: try SVGPlot(answer).render()
    case .html: HTMLAnswer(answer).page()
    }
  }
}

extension Cell {
  /// As people read it in a table; lists are joined, nothing is empty.
  public var text: String {
    switch self {
    case .none: ""
    case .text(let text): text
    case .integer(let number): String(number)
    case .money(let money): money.grouped
    case .rate(let rate): rate.description
    case .date(let date): date.description
    case .time(let time): time.description
    case .instant(let instant): instant.description
    case .flag(let flag): flag ? "yes" : "no"
    case .list(let items): items.joined(separator: "; ")
    case .hundredths(let number): Self.decimal(hundredths: number)
    }
  }

  /// A number of hundredths with as many decimals as it needs.
  static func decimal(hundredths: Int) -> String {
    let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
    let sign = hundredths < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    let digits = rest < 10 ? "0\(rest)" : "\(rest)"
    return "\(sign)\(whole).\(digits.hasSuffix("0") ? String(digits.dropLast()) : digits)"
  }
}

extension AsOf {
  /// e.g. `as of position 1234, 2026-03-11T13:00:00Z`.
  public var text: String {
    recordedAt.map { "as of position \(position), \($0)" } ?? "as of the empty log"
  }
}
