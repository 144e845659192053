import Backend
import Practice
import PracticeEvents
import Reports

/// The reports that somebody may read, in groups: those whose names begin alike stand together.
struct IndexPage {
  private let reports: [any Report.Type]
  /// Shows only what can be asked about this patient, an MRN.
  private let patient: String?

  init(for role: Role, patient: String?) {
    reports = ReportCatalog.all.filter { report in
      report.isReadable(by: role) && (patient == nil || report.patientParameter != nil)
    }
    self.patient = patient
  }

  var title: String { patient.map { "Patient \($0)" } ?? "Reports" }

  var main: String {
    let sections = groups.map { group in
      """
      <section>
      <h2>\(HTMLPage.escaped(group.title))</h2>
      <ul class="list">
      \(group.reports.map(item).joined(separator: "\n"))
      </ul>
      </section>
      """
    }
    let lead =
      patient == nil
      ? "What the clinic's records say, now or as of any day. Every reading is recorded."
      : "What can be asked about this patient. Nothing is read until you choose."
    let path = patient == nil ? "" : "<p class=\"path\"><a href=\"/v1/reports\">Reports</a></p>\n"
    return path + "<h1>\(HTMLPage.escaped(title))</h1>\n<p class=\"lead\">\(lead)</p>\n"
      + sections.joined(separator: "\n")
  }

  private var groups: [(title: String, reports: [any Report.Type])] {
    func prefix(_ report: any Report.Type) -> String {
      String(report.name.prefix { $0 != "." })
    }
    let counts = Dictionary(grouping: ReportCatalog.all, by: prefix).mapValues(\.count)
    let other = "Worklists and more"
    var titles: [String] = []
    var groups: [String: [any Report.Type]] = [:]
    for report in reports {
      let prefix = prefix(report)
      let title = (counts[prefix] ?? 0) > 1 ? prefix.capitalizedFirst : other
      if groups[title] == nil { titles.append(title) }
      groups[title, default: []].append(report)
    }
    let ordered = titles.filter { $0 != other } + (groups[other] == nil ? [] : [other])
    return ordered.map { ($0, groups[$0] ?? []) }
  }

  private func item(_ report: any Report.Type) -> String {
    var address = "/v1/reports/\(report.name)"
    if let patient, let parameter = report.patientParameter {
      address += "?" + FormText.query([(parameter.flag, patient)])
    }
    return """
      <li class="card"><a href="\(HTMLPage.escaped(address))">\(HTMLPage.escaped(report.title))</a>\
      <p>\(HTMLPage.escaped(report.summary))</p></li>
      """
  }
}

extension Report {
  /// The parameter that names the patient it is about.
  static var patientParameter: Parameter? { parameters.first { $0.kind == .patient } }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
