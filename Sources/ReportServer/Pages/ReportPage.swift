import Backend
import Practice
import PracticeEvents
import Reports

/// One report in a browser: its parameters as a form, and below them the answer.
struct ReportPage {
  let asked: ReportRequest
  let role: Role
  /// Nil before it was asked in full.
  var answer: ReportAnswer?
  /// Why it could not be answered.
  var problem: ReportError?

  private var report: any Report.Type { asked.report }
  private var address: String { "/v1/reports/\(report.name)" }

  var main: String {
    """
    <p class="path"><a href="/v1/reports">Reports</a></p>
    <h1>\(HTMLPage.escaped(report.title))</h1>
    <p class="lead">\(HTMLPage.escaped(report.summary))</p>
    \(alert)\(form)
    \(found)
    """
  }

  private var alert: String {
    guard let problem else { return "" }
    return "<p class=\"alert\" role=\"alert\" id=\"problem\">"
      + "\(HTMLPage.escaped(problem.description))</p>\n"
  }

  private var found: String {
    guard let answer else { return "" }
    let shown = HTMLAnswer(answer) { mrn in
      "/v1/reports?" + FormText.query([("patient", mrn)])
    }
    return """
      <section aria-label="Answer">
      \(shown.fragment())
      \(links)
      </section>
      """
  }

  // MARK: The form

  private var form: String {
    let fields = report.parameters.map(field)
    return """
      <form class="ask card" method="get" action="\(address)">
      \(fields.isEmpty ? "" : "<div class=\"fields\">\n\(fields.joined(separator: "\n"))\n</div>")
      <details class="more"\(asked.asOf == nil && asked.purpose == nil ? "" : " open")>
      <summary>As it was known on another day; purpose</summary>
      <div class="fields">
      \(asOfField)
      \(purposeField)
      </div>
      </details>
      <div class="actions"><button>Show</button></div>
      </form>
      """
  }

  private func field(_ parameter: Parameter) -> String {
    let resolved = answer?.parameters.first { $0.name == parameter.name }?.value
    // An id that a reference was resolved to says less than what was typed.
    let isReference = [.patient, .practitioner, .payer].contains(parameter.kind)
    let value = asked.given[parameter.name] ?? (isReference ? nil : resolved)
    let words =
      switch parameter.kind {
      case .date: "type=\"date\""
      case .integer: "type=\"number\" step=\"1\""
      case .patient: "type=\"text\" autocomplete=\"off\" placeholder=\"MRN\""
      case .practitioner: "type=\"text\" autocomplete=\"off\" placeholder=\"NPI\""
      case .payer: "type=\"text\" autocomplete=\"off\" placeholder=\"payer id\""
      case .text: "type=\"text\" autocomplete=\"off\""
      }
    let isWrong = problem?.parameter == parameter.name
    return """
      <div><label for="\(parameter.flag)">\(HTMLPage.escaped(parameter.name.asWords))\
      \(parameter.isRequired ? " <em>(required)</em>" : "")</label>\
      <input id="\(parameter.flag)" name="\(parameter.flag)" \(words) \
      value="\(HTMLPage.escaped(value ?? ""))"\(parameter.isRequired ? " required" : "")\
      \(isWrong ? " aria-invalid=\"true\"" : "") \
      aria-describedby="\(parameter.flag)-hint\(isWrong ? " problem" : "")">\
      <span class="hint" id="\(parameter.flag)-hint">\(HTMLPage.escaped(parameter.help))</span></div>
      """
  }

  private var asOfField: String {
    """
    <div><label for="as-of">As of</label><input id="as-of" name="as-of" type="text" \
    autocomplete="off" placeholder="now" value="\(HTMLPage.escaped(asked.asOf ?? ""))" \
    aria-describedby="as-of-hint"><span class="hint" id="as-of-hint">a date, a time or a position \
    of the log; what was recorded by then</span></div>
    """
  }

  private var purposeField: String {
    let usual = PurposeOfUse(of: role)
    let options = PurposeOfUse.choices.map { purpose in
      let isChosen = purpose == (asked.purpose ?? usual)
      // Left out of the address where it is the usual one.
      return "<option value=\"\(purpose == usual ? "" : purpose.text)\""
        + "\(isChosen ? " selected" : "")>\(purpose.text.asWords)</option>"
    }
    return """
      <div><label for="purpose">Purpose</label><select id="purpose" name="purpose" \
      aria-describedby="purpose-hint">\(options.joined())</select><span class="hint" \
      id="purpose-hint">what you read it for; it is recorded</span></div>
      """
  }

  // MARK: Other formats

  private var links: String {
    var pairs = report.parameters.compactMap { parameter in
      asked.given[parameter.name].map { (name: parameter.flag, value: $0) }
    }
    if let asOf = asked.asOf { pairs.append(("as-of", asOf)) }
    if let purpose = asked.purpose { pairs.append(("purpose", purpose.text)) }
    let query = pairs.isEmpty ? "" : "?" + FormText.query(pairs)
    let items = ReportFormat.served(by: report).filter { $0 != .html }.map { format in
      let address = HTMLPage.escaped("\(self.address).\(format.rawValue)\(query)")
      return "<li><a href=\"\(address)\" type=\"\(format.mediaType)\" download=\""
        + "\(HTMLPage.escaped(report.name)).\(format.rawValue)\">\(format.rawValue.uppercased())</a></li>"
    }
    return "<ul class=\"get\" aria-label=\"The same as a file\">\(items.joined())</ul>"
  }
}

extension ReportError {
  /// The parameter that it is about.
  var parameter: String? {
    switch self {
    case .missingParameter(let name, _), .malformedParameter(let name, _), .notFound(let name, _),
      .unknownParameter(let name, _, _):
      name
    case .unknownReport, .notAllowed, .noCalendar, .noPicture, .asOfAhead, .asOfToCome: nil
    }
  }
}
