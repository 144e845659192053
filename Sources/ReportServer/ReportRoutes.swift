import Backend
import EventLog
import HTTPTypes
import Hummingbird
import Practice
import PracticeEvents
import Reports

/// `/v1/reports`: the catalogue, and every report of it.
struct ReportRoutes: Sendable {
  let backend: Backend
  let workers: BlockingWorkers
  let tags: EntityTags
  let cache: AnswerCache
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
        ? try await page(asked, principal)
        : try await report(asked, principal, request, noting: context.note)
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
    _ asked: ReportRequest, _ principal: Principal, _ request: Request, noting note: KeptNote?
  ) async throws -> Response {
    let reader = try await reader(of: asked, principal)
    // The access log grows without the clinic's, whose position tags are made of.
    let isTagged = !asked.report.readsAccessLog
    let known = isTagged ? request.headers[.ifNoneMatch] : nil
    let (tag, answer, moment) = try await answer(asked, by: reader, unlessMatching: known)
    var headers = Self.headers
    if isTagged { headers.append(HTTPField(name: .eTag, value: tag)) }
    // Says only that the reader's copy, whose reading was recorded, still holds.
    guard let answer else { return Response(status: .notModified, headers: headers) }
    let body = try budget.body(answer.body)
    var access = answer.access
    access.reader = reader
    if let moment, let note, answer.body.readableBytes <= AnswerBudget.part {
      note.kept = try backend.repeated(access, on: moment.day).map {
        KeptNote.Kept(report: asked.report.name, moment: moment, access: $0)
      }
    }
    try await backend.recordAccess(access)
    headers.append(HTTPField(name: .contentType, value: asked.format.contentType))
    return Response(status: .ok, headers: headers, body: body)
  }

  private static let headers: HTTPFields = [
    .cacheControl: "private, no-cache", .vary: "Accept, Authorization, Cookie",
  ]

  /// Who asks, when that may be asked by him, and as soon as what he has seen is in the views.
  private func reader(of asked: ReportRequest, _ principal: Principal) async throws -> Reader {
    let reader = Reader(principal, purpose: asked.purpose)
    try await backend.requireReadable(asked.report, asked.given, by: reader)
    if asked.minimum > .none { try await wait(for: asked.minimum) }
    return reader
  }

  /// The answer and its tag; no answer when the reader has it already. With the moment that it is of
  /// when it was kept, of the present.
  private func answer(
    _ asked: ReportRequest, by reader: Reader, unlessMatching known: String?
  ) async throws -> (tag: String, answer: AnswerCache.Answer?, moment: Moment?) {
    // Of the present, all that is looked at was read or written a moment ago; the past may be
    // anywhere on the disk.
    let moment = asked.asOf == nil ? try backend.moment(for: asked.report) : nil
    let question =
      if let moment {
        self.question(asked, by: reader, at: moment)
      } else {
        try await workers.run { try self.question(asked, by: reader) }
      }
    let kept = cache.answer(to: question)
    if let known {
      let tag = kept?.tag ?? tags.tag(for: question)
      if EntityTags.matches(known, tag) { return (tag, nil, nil) }
    }
    if let kept { return (kept.tag, kept, moment) }
    let make: @Sendable () throws -> AnswerCache.Answer = { try self.make(asked, by: reader) }
    let answer =
      asked.report.readsAccessLog
      ? try await workers.run(make) : try await cache.make(question, on: workers, make)
    return (answer.tag, answer, nil)
  }

  /// All that an answer depends on that is asked for now.
  private func question(
    _ asked: ReportRequest, by reader: Reader
  ) throws -> AnswerCache.Question {
    let moment = try backend.moment(for: asked.report)
    var question = question(asked, by: reader, at: moment)
    if let asOf = asked.asOf {
      let zone = try backend.zone()
      question.position = try backend.resolve(AsOfRequest(asOf, in: zone))
      question.day = zone.identifier
    }
    return question
  }

  /// All that an answer of the present depends on.
  private func question(
    _ asked: ReportRequest, by reader: Reader, at moment: Moment
  ) -> AnswerCache.Question {
    AnswerCache.Question(
      report: asked.report.name, format: asked.format,
      form: asked.format == .html ? "\(reader.actor.role) \(asked.purpose?.text ?? "")" : "",
      given: asked.given, asOf: asked.asOf, position: moment.position,
      day: moment.day.description, generations: moment.generations)
  }

  /// Answers as of now, or as of then, and keeps the answer.
  private func make(_ asked: ReportRequest, by reader: Reader) throws -> AnswerCache.Answer {
    let isKept = !asked.report.readsAccessLog
    var question = try self.question(asked, by: reader)
    // Whoever was first may have waited while one was made that has it all.
    if isKept, let kept = cache.answer(to: question) { return kept }
    let answer = try answer(asked, atLeast: question.position) { source in
      // An event may have come in between, a view been built anew, or the day be over: the answer is
      // kept as what it was made of.
      if asked.asOf == nil {
        question.day = source.today.description
        question.generations = backend.generations(behind: asked.report, in: source.views)
      }
    }
    if let asOf = answer.asOf { question.position = Position(asOf.position) }
    let made = AnswerCache.Answer(
      position: question.position, tag: tags.tag(for: question),
      body: ByteBuffer(string: try text(of: answer, asked, for: reader.actor.role)),
      access: DataAccess(of: answer, by: reader, format: asked.format))
    if isKept { cache.keep(made, to: question) }
    return made
  }

  /// Of a page its main part: its frame names the reader.
  private func text(
    of answer: ReportAnswer, _ asked: ReportRequest, for role: Role
  ) throws -> String {
    asked.format == .html
      ? ReportPage(asked: asked, role: role, answer: answer).main
      : try asked.format.render(answer)
  }

  /// - Parameter reading: is given what the answer is read from.
  private func answer(
    _ asked: ReportRequest, atLeast position: Position = .none,
    reading: (ReportSource) -> Void = { _ in }
  ) throws -> ReportAnswer {
    let zone = try backend.zone()
    return try backend.read(
      of: asked.report.projectors, asOf: try asked.asOf.map { try AsOfRequest($0, in: zone) },
      minimum: max(asked.minimum, position)
    ) { source in
      reading(source)
      return try asked.report.answer(asked.given, from: source)
    }
  }

  /// The form, and the answer once it is asked in full. What is wrong with a parameter is said
  /// beside the form.
  private func page(_ asked: ReportRequest, _ principal: Principal) async throws -> Response {
    let reader = try await reader(of: asked, principal)
    var page = ReportPage(asked: asked, role: principal.role)
    var status = HTTPResponse.Status.ok
    var answer: AnswerCache.Answer?
    if asked.isComplete {
      do {
        answer = try await self.answer(asked, by: reader, unlessMatching: nil).answer
      } catch let error as ReportError {
        page.problem = error
        status = Problem(error as any Error).status
      }
    }
    let main = answer.map { String(buffer: $0.body) } ?? page.main
    let text = pages.text(title: asked.report.title, main, for: principal)
    let response = Pages.response(status, try budget.body(ByteBuffer(string: text)))
    if var access = answer?.access {
      access.reader = reader
      try await backend.recordAccess(access)
    }
    return response
  }

  /// Waits up to two seconds for a position that the reader knows of: its own write.
  ///
  /// - Throws: `ReportError.asOfAhead` for one that nobody has written: what was acknowledged is in
  ///   the log already, whatever the views have taken in.
  private func wait(for minimum: Position) async throws {
    let head = try backend.standing().position
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
