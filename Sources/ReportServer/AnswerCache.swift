import Backend
import EventLog
import Hummingbird
import Reports
import Synchronization

/// Answers as they left, for when the same is asked again of the same state of the log: it would
/// come out the same, byte for byte. Whether the reader may have it, and that it was read, is looked
/// to each time, before and after.
final class AnswerCache: Sendable {
  /// All that an answer depends on.
  struct Question: Hashable, Sendable {
    var report: String
    var format: ReportFormat
    var given: [String: String]
    var asOf: String?
    /// The last event that it takes in.
    var position: Position
    /// What `today` means: a date, or of the past the zone that it is reckoned in.
    var day: String
    /// Which generations of its views it is read from: a view that was found wrong is built anew.
    var generations: [UInt64]

    fileprivate var byteCount: Int {
      given.reduce(200) { $0 + $1.key.utf8.count + $1.value.utf8.count } + 8 * generations.count
    }
  }

  struct Answer: Sendable {
    var tag: String
    var body: ByteBuffer
    /// What is recorded of its reading, but for the reader.
    var access: DataAccess

    fileprivate var byteCount: Int {
      guard case .patients(let patients) = access.disclosed else { return body.readableBytes + 200 }
      return body.readableBytes + 200 + 32 * patients.count
    }
  }

  /// Half of the room is for answers that were asked for lately; when they fill it, the others go.
  private struct State {
    var recent: [Question: Answer] = [:]
    var recentBytes = 0
    var older: [Question: Answer] = [:]
    var olderBytes = 0
    var beingMade: [Question: Task<Answer, any Error>] = [:]
  }

  /// The most bytes that it holds; with 0 it holds nothing.
  let most: Int
  private let state = Mutex(State())

  init(most: Int) { self.most = most }

  /// What it holds now.
  var byteCount: Int { state.withLock { $0.recentBytes + $0.olderBytes } }

  /// The answer that it holds.
  func answer(to question: Question) -> Answer? {
    guard most > 0 else { return nil }
    return state.withLock { state in
      if let answer = state.recent[question] { return answer }
      guard let answer = state.older.removeValue(forKey: question) else { return nil }
      state.olderBytes -= question.byteCount + answer.byteCount
      Self.keep(answer, to: question, in: &state, half: most / 2)
      return answer
    }
  }

  /// Makes the answer, unless it is being made for somebody else: then that one will do. With no
  /// room to keep answers each is made.
  ///
  /// - Throws: what `make` throws.
  func make(
    _ question: Question, _ make: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    guard most > 0 else { return try await make() }
    let making = state.withLock { state in
      if let making = state.beingMade[question] { return making }
      let making = Task {
        defer { self.state.withLock { $0.beingMade[question] = nil } }
        return try await make()
      }
      state.beingMade[question] = making
      return making
    }
    return try await making.value
  }

  func keep(_ answer: Answer, to question: Question) {
    state.withLock { Self.keep(answer, to: question, in: &$0, half: most / 2) }
  }

  private static func keep(
    _ answer: Answer, to question: Question, in state: inout State, half: Int
  ) {
    let byteCount = question.byteCount + answer.byteCount
    guard byteCount <= half, state.recent[question] == nil else { return }
    if state.recentBytes + byteCount > half {
      (state.older, state.olderBytes) = (state.recent, state.recentBytes)
      (state.recent, state.recentBytes) = ([:], 0)
    }
    state.recent[question] = answer
    state.recentBytes += byteCount
  }
}
