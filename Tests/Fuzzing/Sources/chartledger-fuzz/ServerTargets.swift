import Backend
import Formats
import HummingbirdCore
import Reports

@testable import ReportServer

/// What a stranger can send: target, header fields and form.
@Sendable func fuzzRequest(_ bytes: [UInt8]) {
  var pieces = Pieces(bytes)
  let (target, accept, other) = (pieces.line(), pieces.line(), pieces.line())
  let uri = URI(target)
  use((uri.path, uri.host, uri.port))
  let accepted = Accepted(accept)
  use((accepted.prefersHTML, EntityTags.matches(other, "\"tag\""), SignIn.local(target)))
  use(try? AsOfRequest(target, in: .utc))
  let name = uri.path.split(separator: "/").last.map(String.init) ?? ""
  use(try? ReportRequest(path: name, query: uri.query ?? "", accepted: accepted))
}

/// Every report with any parameters, of a small clinic, in every format.
@Sendable func fuzzReport(_ bytes: [UInt8]) {
  var pieces = Pieces(bytes)
  let report = ReportCatalog.all[Int(pieces.byte()) % ReportCatalog.all.count]
  let format = ReportFormat.allCases[Int(pieces.byte()) % ReportFormat.allCases.count]
  var given: [String: String] = [:]
  for parameter in report.parameters {
    let text = pieces.line()
    if !text.isEmpty { given[parameter.name] = text }
  }
  let asOf = pieces.line()
  do {
    let request = asOf.isEmpty ? nil : try AsOfRequest(asOf, in: .utc)
    let answer = try clinic.answer(report, given, asOf: request)
    for row in answer.body.rows {
      require(row.count == answer.columns.count, "a row has a cell for each column")
    }
    use(try format.render(answer))
  } catch {
    use("\(error)")
  }
}
