import Backend
import Hummingbird

/// Answers a request that was answered before, word for word the same and at the same moment, without
/// asking all again that led to the answer: while nothing has changed that it depends on, it comes out
/// the same. Who may read what is for the routes alone: what they refuse, or have to make, they are
/// asked for each time. Each reading is recorded before its answer leaves, here as there.
struct RepeatedRequests<Routes: HTTPResponder>: HTTPResponder
where Routes.Context == ClinicContext {
  let routes: Routes
  let backend: Backend
  let metrics: Metrics
  let known: KnownRequests

  func respond(to request: Request, context: ClinicContext) async throws -> Response {
    guard known.most > 0, let words = RequestWords(request) else {
      return try await routes.respond(to: request, context: context)
    }
    if let answered = known[words], let response = await again(answered) { return response }
    return try await first(words, request, context)
  }

  /// - Returns: nil when the routes must be asked: something has changed, or the reading cannot be
  ///   recorded, which is for them to say.
  nonisolated(nonsending) private func again(_ answered: KnownRequests.Answered) async -> Response?
  {
    let start = ContinuousClock.now
    guard (try? backend.isNow(answered.kept.moment)) == true else { return nil }
    metrics.begin()
    let isRecorded = (try? await backend.recordAccess(answered.kept.access)) != nil
    metrics.end(isRecorded ? answered.metric : nil, took: .now - start)
    return isRecorded ? answered.response : nil
  }

  private func first(
    _ words: RequestWords, _ request: Request, _ context: ClinicContext
  ) async throws -> Response {
    // Before anything is looked at: else somebody might be let in, shut out, and known ever after.
    let now = try? backend.presentDay()
    let note = KeptNote()
    var context = context
    context.note = note
    let response = try await routes.respond(to: request, context: context)
    if response.status == .ok, let kept = note.kept, let now,
      kept.moment.position == now.position, kept.moment.day == now.day
    {
      known.keep(KnownRequests.Answered(kept, response), to: words)
    }
    return response
  }
}
