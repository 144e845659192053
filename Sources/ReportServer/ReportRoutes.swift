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

  func add(to group: RouterGroup<ClinicContext>) {
    group.get("reports") { _, context in list(for: context.principal?.role) }
    group.get("reports/:name") { request, context in
      guard let path = context.parameters.get("name"), let principal = context.principal else {
        throw Problem.unauthorized
      }
      return try await report(ReportRequest(request, path: path), principal, request)
    }
  }

  private func list(for role: Role?) -> Response {
    let reports = ReportCatalog.all.filter { report in role.map(report.isReadable) ?? false }
    let items = reports.map { report in
      JSONText.object([
        ("name", JSONText.string(report.name)), ("title", JSONText.string(report.title)),
        ("summary", JSONText.string(report.summary)),
        ("href", JSONText.string("/v1/reports/\(report.name)")),
        ("parameters", JSONText.array(report.parameters.map(\.json))),
      ])
    }
    return Response(
      status: .ok,
      headers: [.contentType: ReportFormat.json.contentType, .cacheControl: "private, no-cache"],
      body: .init(
        byteBuffer: ByteBuffer(string: "{\"reports\": \(JSONText.array(items))}\n")))
  }

  private func report(
    _ asked: ReportRequest, _ principal: Principal, _ request: Request
  )
    async throws -> Response
  {
    let reader = Reader(principal, purpose: asked.purpose)
    try await backend.requireReadable(asked.report, asked.given, by: reader)
    try await wait(for: asked.minimum)
    // The access log grows without the clinic's, whose position tags are made of.
    let known = asked.report.readsAccessLog ? nil : request.headers[.ifNoneMatch]
    let (tag, answer) = try await workers.run { try self.answer(asked, unlessMatching: known) }
    var headers: HTTPFields = [
      .cacheControl: "private, no-cache", .vary: "Accept, Authorization",
    ]
    if !asked.report.readsAccessLog { headers[.eTag] = tag }
    // Says only that the reader's copy, whose reading was recorded, still holds.
    guard let answer else { return Response(status: .notModified, headers: headers) }
    let body = ByteBuffer(string: try asked.format.render(answer))
    try await backend.recordAccess(DataAccess(of: answer, by: reader, format: asked.format))
    headers[.contentType] = asked.format.contentType
    return Response(status: .ok, headers: headers, body: .init(byteBuffer: body))
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
  private func wait(for minimum: Position) async throws {
    guard minimum > .none else { return }
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
