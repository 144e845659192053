import Crypto
import EventLog
import Foundation
import Reports

/// Validators for conditional requests: equal as long as the log has not grown and the same is
/// asked. Keyed by a secret of this process, because a plain hash of a request for one patient's
/// data would be a fingerprint of it.
struct EntityTags: Sendable {
  private let key = SymmetricKey(size: .bits256)

  func tag(for asked: AnswerCache.Question) -> String {
    let parameters = asked.given.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
    let parts =
      [
        asked.report, asked.format.rawValue, asked.asOf ?? "", asked.position.description,
        asked.day, asked.generations.description,
      ] + parameters
    let text = parts.map { "\($0.utf8.count):\($0)" }.joined()
    let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)
    return "\""
      + code.prefix(12).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
      .joined() + "\""
  }

  /// If-None-Match: a list of tags, weak ones included, or `*`.
  static func matches(_ header: String, _ tag: String) -> Bool {
    header.split(separator: ",").contains { item in
      let item = item.drop { $0 == " " }
      return item == "*" || item == tag || item == "W/" + tag
    }
  }
}
