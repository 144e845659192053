import Backend
import EventLog
import Hummingbird
import Practice
import PracticeEvents
import Reports

/// `/v1/reports`: the catalogue, and every report of it.
struct ReportRoutes: Sendable {
  let backend: Backend
  let workers: BlockingWorkers
  let tags: EntityTags
  let pages: Pages
  let budget: AnswerBudget

  func add(to group: RouterGroup<ClinicContext>) {
    group.get("reports") { request, context in
      guard let principal = context.principal else { throw Problem.unauthorized }
      return try list(for: principal, request)
    }
    group.get("reports/:name") { request, context in
      guard let path = context.parameters.get("name"), let principal = context.principal else {
        throw Problem.unauthorized
      }
      let asked = try ReportRequest(request, path: path)
      return asked.format == .html
        ? try await page(asked, principal) : try await report(asked, principal, request)
    }
  }

  private func list(for principal: Principal, _ request: Request) throws -> Response {
    if Accepted(request.headers[.accept]).prefersHTML {
      let query = try FormText.pairs(request.uri.query ?? "")
      let patient = query.first { $0.name == "patient" }?.value
      let page = IndexPage(for: principal.role, patient: patient)
      return pages.response(title: page.title, page.main, for: principal)
    }
    let items = ReportCatalog.all.filter { $0.isReadable(by: principal.role) }.map { report in
      JSONText.object([
        ("name", JSONText.string(report.name)), ("title", JSONText.string(report.title)),
        ("summary", JSONText.string(report.summary)),
        ("href", JSONText.string("/v1/reports/\(report.name)")),
        ("parameters", JSONText.array(report.parameters.map(\.json))),
      ])
    }
    return Response(
      status: .ok,
      headers: [
        .contentType: ReportFormat.json.contentType, .cacheControl: "private, no-cache",
        .vary: "Accept, Authorization, Cookie",
      ],
      body: .init(
        byteBuffer: ByteBuffer(string: "{\"reports\": \(JSONText.array(items))}\n")))
  }

  private func report(
    _ asked: ReportRequest, _ principal: Principal, _ request: Request
  ) async throws -> Response {
    let reader = Reader(principal, purpose: asked.purpose)
    try await backend.requireReadable(asked.report, asked.given, by: reader)
    try await wait(for: asked.minimum)
    // The access log grows without the clinic's, whose position tags are made of.
    let known = asked.report.readsAccessLog ? nil : request.headers[.ifNoneMatch]
    let (tag, answer) = try await workers.run { try self.answer(asked, unlessMatching: known) }
    var headers: HTTPFields = [
      .cacheControl: "private, no-cache", .vary: "Accept, Authorization, Cookie",
    ]
    if !asked.report.readsAccessLog { headers[.eTag] = tag }
    // Says only that the reader's copy, whose reading was recorded, still holds.
    guard let answer else { return Response(status: .notModified, headers: headers) }
    let body = try budget.body(try asked.format.render(answer))
    try await backend.recordAccess(DataAccess(of: answer, by: reader, format: asked.format))
    headers[.contentType] = asked.format.contentType
    return Response(status: .ok, headers: headers, body: body)
  }

  /// The form, and the answer once it is asked in full. What is wrong with a parameter is said
  /// beside the form.
  private func page(_ asked: ReportRequest, _ principal: Principal) async throws -> Response {
    let reader = Reader(principal, purpose: asked.purpose)
    try await backend.requireReadable(asked.report, asked.given, by: reader)
    var page = ReportPage(asked: asked, role: principal.role)
    var status = HTTPResponse.Status.ok
    if asked.isComplete {
      try await wait(for: asked.minimum)
      do {
        page.answer = try await workers.run { try self.answer(asked, unlessMatching: nil) }.answer
      } catch let error as ReportError {
        page.problem = error
        status = Problem(error as any Error).status
      }
    }
    let text = pages.text(title: asked.report.title, page.main, for: principal)
    let response = Pages.response(status, try budget.body(text))
    if let answer = page.answer {
      try await backend.recordAccess(DataAccess(of: answer, by: reader, format: .html))
    }
    return response
  }

  /// The answer and its tag; no answer when the reader has it already.
  private func answer(
    _ asked: ReportRequest, unlessMatching known: String?
  ) throws -> (
    tag: String, answer: ReportAnswer?
  ) {
    let zone = try backend.zone()
    let asOf = try asked.asOf.map { try AsOfRequest($0, in: zone) }
    let position = try asOf.map(backend.resolve) ?? backend.store.read { $0.head }
    // Read once, before the answer: a tag never names a later day than the answer is of.
    let today = asOf == nil ? zone.date(of: backend.now).description : ""
    let tag = tags.tag(for: asked, at: position, today: today)
    if let known, EntityTags.matches(known, tag) { return (tag, nil) }
    let answer = try backend.answer(
      asked.report, asked.given, asOf: asOf, minimum: max(asked.minimum, position))
    // An event may have come in between: the tag must be that of the answer.
    let seen = answer.asOf.map { Position($0.position) } ?? position
    return (tags.tag(for: asked, at: seen, today: today), answer)
  }

  /// Waits up to two seconds for a position that the reader knows of: its own write.
  ///
  /// - Throws: `ReportError.asOfAhead` for one that nobody has written: what was acknowledged is in
  ///   the log already, whatever the views have taken in.
  private func wait(for minimum: Position) async throws {
    guard minimum > .none else { return }
    let head = try await workers.run { try backend.store.read { $0.head } }
    guard minimum <= head else {
      throw ReportError.asOfAhead(position: minimum.rawValue, head: head.rawValue)
    }
    try await backend.views.waitUntil(minimum, timeout: .seconds(2))
  }
}

extension Parameter {
  fileprivate var json: String {
    JSONText.object([
      ("name", JSONText.string(name)), ("kind", JSONText.string(kind.rawValue)),
      ("required", isRequired ? "true" : "false"), ("help", JSONText.string(help)),
      ("default", defaultText.map(JSONText.string) ?? "null"),
    ])
  }
}
