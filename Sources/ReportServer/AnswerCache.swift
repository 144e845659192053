import Backend
import EventLog
import Hummingbird
import Reports
import Synchronization

/// Answers as they left, for when the same is asked again of the same state of the log: it would
/// come out the same, byte for byte. Whether the reader may have it, and that it was read, is looked
/// to each time, before and after.
///
/// While something is recorded all the time, no answer holds for long: then each is made for all who
/// have asked since the one before was begun, and never twice at once. Else as many would be made as
/// there are events, for readers whom the newest of them would satisfy.
final class AnswerCache: Sendable {
  /// All that an answer depends on.
  struct Question: Hashable, Sendable {
    var report: String
    var format: ReportFormat
    /// What the form of a page depends on: who asks, and what for; empty for what is no page.
    var form = ""
    var given: [String: String]
    var asOf: String?
    /// The last event that it takes in; of the present at least.
    var position: Position
    /// What `today` means: a date, or of the past the zone that it is reckoned in.
    var day: String
    /// Which generations of its views it is read from: a view that was found wrong is built anew.
    var generations: [UInt64]

    fileprivate var byteCount: Int {
      given.reduce(200) { $0 + $1.key.utf8.count + $1.value.utf8.count } + 8 * generations.count
    }

    /// What it is kept under: of the present there is one answer, the newest.
    fileprivate var key: Question {
      var key = self
      if asOf == nil { key.position = .none }
      return key
    }
  }

  struct Answer: Sendable {
    /// The last event that it takes in.
    var position: Position
    var tag: String
    var body: ByteBuffer
    /// What is recorded of its reading, but for the reader.
    var access: DataAccess

    fileprivate var byteCount: Int {
      guard case .patients(let patients) = access.disclosed else { return body.readableBytes + 200 }
      return body.readableBytes + 200 + 32 * patients.count
    }
  }

  /// An answer that is being made, or is to be.
  private struct Making {
    var number: UInt64
    var answer: Task<Answer, any Error>
    /// How many have asked for it.
    var askers = 1
  }

  /// Half of the room is for answers that were asked for lately; when they fill it, the others go.
  private struct State {
    var recent: [Question: Answer] = [:]
    var recentBytes = 0
    var older: [Question: Answer] = [:]
    var olderBytes = 0
    /// Not begun yet: they will take in all that was recorded until then.
    var toBeMade: [Question: Making] = [:]
    var beingMade: [Question: Making] = [:]
    var makings: UInt64 = 0
  }

  /// The most bytes that it holds; with 0 it holds nothing.
  let most: Int
  private let state = Mutex(State())

  init(most: Int) { self.most = most }

  /// What it holds now.
  var byteCount: Int { state.withLock { $0.recentBytes + $0.olderBytes } }

  /// How many wait for an answer that is still to be made.
  func waiting(for question: Question) -> Int {
    state.withLock { $0.toBeMade[question.key]?.askers ?? 0 }
  }

  /// The answer that it holds.
  func answer(to question: Question) -> Answer? {
    guard most > 0 else { return nil }
    return state.withLock { state in
      let key = question.key
      let found: Answer
      if let answer = state.recent[key] {
        found = answer
      } else if let answer = state.older.removeValue(forKey: key) {
        state.olderBytes -= key.byteCount + answer.byteCount
        Self.keep(answer, to: key, in: &state, half: most / 2)
        found = answer
      } else {
        return nil
      }
      return found.position >= question.position ? found : nil
    }
  }

  /// Makes the answer, unless one is to be made for somebody else: then that one will do. With no
  /// room to keep answers each is made.
  ///
  /// - Parameter make: reads the log and the views after it was called.
  /// - Throws: what `make` or the workers throw.
  func make(
    _ question: Question, on workers: BlockingWorkers,
    _ make: @escaping @Sendable () throws -> Answer
  ) async throws -> Answer {
    guard most > 0 else { return try await workers.run(make) }
    let key = question.key
    let making = state.withLock { state in
      if let making = state.toBeMade[key] {
        state.toBeMade[key]?.askers += 1
        return making
      }
      state.makings += 1
      let (number, before) = (state.makings, state.beingMade[key]?.answer)
      let making = Making(
        number: number,
        answer: Task {
          _ = await before?.result
          defer { self.end(key, number) }
          return try await workers.run {
            self.begin(key, number)
            return try make()
          }
        })
      state.toBeMade[key] = making
      return making
    }
    return try await making.answer.value
  }

  /// From now on what is recorded may be missing in it, so that it is not for those who ask.
  private func begin(_ key: Question, _ number: UInt64) {
    state.withLock { state in
      guard let making = state.toBeMade[key], making.number == number else { return }
      state.toBeMade[key] = nil
      state.beingMade[key] = making
    }
  }

  private func end(_ key: Question, _ number: UInt64) {
    state.withLock { state in
      if state.toBeMade[key]?.number == number { state.toBeMade[key] = nil }
      if state.beingMade[key]?.number == number { state.beingMade[key] = nil }
    }
  }

  func keep(_ answer: Answer, to question: Question) {
    state.withLock { Self.keep(answer, to: question.key, in: &$0, half: most / 2) }
  }

  /// Keeps it in place of one that takes in less.
  private static func keep(
    _ answer: Answer, to key: Question, in state: inout State, half: Int
  ) {
    let byteCount = key.byteCount + answer.byteCount
    guard byteCount <= half else { return }
    if let known = state.recent[key] {
      guard known.position < answer.position else { return }
      state.recent[key] = nil
      state.recentBytes -= key.byteCount + known.byteCount
    }
    if let known = state.older.removeValue(forKey: key) {
      state.olderBytes -= key.byteCount + known.byteCount
    }
    if state.recentBytes + byteCount > half {
      (state.older, state.olderBytes) = (state.recent, state.recentBytes)
      (state.recent, state.recentBytes) = ([:], 0)
    }
    state.recent[key] = answer
    state.recentBytes += byteCount
  }
}
