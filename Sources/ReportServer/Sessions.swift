import Backend
import Foundation
import Synchronization

/// Browsers that are signed in. A browser cannot send a token by itself, so it gets a random name
/// for one in a cookie; the token stays here, in memory, and is looked up anew for each request, so
/// that revoking it acts at once.
final class Sessions: Sendable {
  /// Automatic logoff (45 CFR 164.312(a)(2)(iii)): after so long without a request, and at last.
  static let idle = Duration.seconds(30 * 60)
  static let longest = Duration.seconds(12 * 3600)
  private static let most = 4096

  private struct Session {
    var token: AccessToken
    var began: ContinuousClock.Instant
    var used: ContinuousClock.Instant
  }
  private let sessions = Mutex<[String: Session]>([:])
  private let now: @Sendable () -> ContinuousClock.Instant

  init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) { self.now = now }

  var count: Int { sessions.withLock { $0.count } }

  /// - Returns: the session's name: 32 random bytes in base64url.
  func begin(_ token: AccessToken) -> String {
    let name = String(AccessToken.random().text.dropFirst(4))
    let now = now()
    sessions.withLock { sessions in
      sessions = sessions.filter { !Self.isOver($0.value, at: now) }
      if sessions.count >= Self.most,
        let oldest = sessions.min(by: { $0.value.used < $1.value.used })
      {
        sessions[oldest.key] = nil
      }
      sessions[name] = Session(token: token, began: now, used: now)
    }
    return name
  }

  /// The token of a session that is not over.
  func token(of name: String) -> AccessToken? {
    let now = now()
    return sessions.withLock { sessions in
      guard var session = sessions[name] else { return nil }
      guard !Self.isOver(session, at: now) else {
        sessions[name] = nil
        return nil
      }
      session.used = now
      sessions[name] = session
      return session.token
    }
  }

  func end(_ name: String) { sessions.withLock { $0[name] = nil } }

  private static func isOver(_ session: Session, at now: ContinuousClock.Instant) -> Bool {
    now - session.used > idle || now - session.began > longest
  }
}
