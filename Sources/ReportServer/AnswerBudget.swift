import Hummingbird
import Synchronization

/// How many bytes of answers may wait to be taken by their clients: slow ones cannot fill the
/// memory, whatever their number. Answers of one part do not count: there are no more of them than
/// connections.
final class AnswerBudget: Sendable {
  /// What is written at once.
  static let part = 64 << 10

  let most: Int
  private let used = Mutex(0)

  init(most: Int) { self.most = most }

  var inUse: Int { used.withLock { $0 } }

  /// Gives its bytes back when the last answer that holds it is gone.
  final class Share: Sendable {
    private let budget: AnswerBudget
    private let count: Int

    fileprivate init(_ budget: AnswerBudget, _ count: Int) {
      self.budget = budget
      self.count = count
    }
    deinit { budget.used.withLock { $0 -= count } }
  }

  /// - Returns: nil when they would be too many. One answer is always let through, however large.
  func share(_ count: Int) -> Share? {
    let fits = used.withLock { used in
      guard used == 0 || used + count <= most else { return false }
      used += count
      return true
    }
    return fits ? Share(self, count) : nil
  }

  /// An answer as a body, written in parts as fast as the client takes them.
  ///
  /// - Throws: `Problem` 503.
  func body(_ answer: ByteBuffer) throws -> ResponseBody {
    guard answer.readableBytes > Self.part else { return ResponseBody(byteBuffer: answer) }
    guard let share = share(answer.readableBytes) else { throw Problem.overloaded }
    return ResponseBody(contentLength: answer.readableBytes) { writer in
      var rest = answer
      while let part = rest.readSlice(length: min(rest.readableBytes, Self.part)),
        part.readableBytes > 0
      {
        try await writer.write(part)
      }
      try await writer.finish(nil)
      withExtendedLifetime(share) {}
    }
  }
}
