import EventLog
import Foundation
import Practice
import PracticeEvents
import TransparencyLog

/// A person or program that a bearer token stands for.
public struct Principal: Sendable, Hashable {
  public var user: String
  public var role: Role
  /// The grant's id.
  public var grant: String
}

/// A secret that opens the reports to its holder; the log keeps only its hash.
public struct AccessToken: Sendable, CustomStringConvertible {
  /// `clt_` and 32 random bytes in base64url.
  public let text: String

  public init(text: String) { self.text = text }

  public static func random() -> AccessToken {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    let base64 = Data(bytes).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    return AccessToken(text: "clt_" + base64)
  }

  /// SHA-256: the token has 256 random bits, so nothing slower is needed.
  public var hash: TreeHash { ByteHasher.sha256(Array(text.utf8)) }

  /// Never the secret.
  public var description: String { "an access token" }
}

extension Backend {
  /// Every grant there ever was, in order of user and id.
  public func grants() throws -> [SystemState.Grant] {
    try store.read { try LogFacts($0).system() }.grants.values
      .sorted { ($0.granted.user, $0.granted.grant) < ($1.granted.user, $1.granted.grant) }
  }
}
