import Backend
import EventLog
import HTTPTypes
import Hummingbird
import Synchronization

/// All of a request that its answer depends on, as it came.
struct RequestWords: Hashable, Sendable {
  var target: String
  var authorization: String
  var accept: String?

  /// - Returns: nil for what is not a plain question with a token: another method, a browser's
  ///   session, a reader who has an answer already.
  init?(_ request: Request) {
    guard request.method == .get, let target = request.head.path else { return nil }
    var (authorization, accept): (String?, String?)
    for field in request.headers {
      switch field.name {
      case .authorization:
        guard authorization == nil else { return nil }
        authorization = field.value
      case .accept:
        guard accept == nil else { return nil }
        accept = field.value
      case .ifNoneMatch: return nil
      default: break
      }
    }
    guard let authorization else { return nil }
    (self.target, self.authorization, self.accept) = (target, authorization, accept)
  }
}

/// Where a route says that it answered with what it had kept, so that the next request of the same
/// words need not get as far.
final class KeptNote: Sendable {
  struct Kept: Sendable {
    var report: String
    var moment: Moment
    var access: RepeatedAccess
  }
  private let noted = Mutex<Kept?>(nil)

  var kept: Kept? {
    get { noted.withLock { $0 } }
    set { noted.withLock { $0 = newValue } }
  }
}

/// Requests that were answered, with their answers, as long as the log does not grow.
final class KnownRequests: Sendable {
  /// A class: as a value each request would copy its two dozen references.
  final class Answered: Sendable {
    let kept: KeptNote.Kept
    let response: Response
    let metric: Metrics.Key

    init(_ kept: KeptNote.Kept, _ response: Response) {
      self.kept = kept
      self.response = response
      metric = Metrics.Key(
        route: "/v1/reports/\(kept.report)", method: "GET", status: response.status.code)
    }
  }

  private struct State {
    var position = Position.none
    var answered: [RequestWords: Answered] = [:]
    var byteCount = 0
  }
  /// Of the names, the headers and the reading of one.
  private static let overhead = 2_000

  /// The most bytes that it holds; with 0 it holds nothing.
  let most: Int
  private let state = Mutex(State())

  init(most: Int) { self.most = most }

  /// How many requests it knows.
  var count: Int { state.withLock { $0.answered.count } }

  subscript(words: RequestWords) -> Answered? { state.withLock { $0.answered[words] } }

  /// Forgets all others when they are of another state of the log, or too many.
  func keep(_ answered: Answered, to words: RequestWords) {
    let byteCount =
      Self.overhead + words.target.utf8.count + (answered.response.body.contentLength ?? 0)
    guard byteCount <= most else { return }
    state.withLock { state in
      let position = answered.kept.moment.position
      if position != state.position || state.byteCount + byteCount > most {
        state = State(position: position)
      }
      // One that is replaced counts twice, until all are forgotten.
      state.answered[words] = answered
      state.byteCount += byteCount
    }
  }
}
