import EventLog
import Foundation
import TransparencyLog

/// The spellings of a packet's own text files: each value has exactly one.
enum PacketText {
  /// A number without leading zeros or sign.
  static func number(_ text: Substring) -> UInt64? {
    guard let value = UInt64(text), String(value) == text else { return nil }
    return value
  }

  /// Sixteen bytes as 32 hexadecimal digits.
  static func hex(_ id: some SixteenByteID) -> String {
    id.description.filter { $0 != "-" }
  }

  static func id<ID: SixteenByteID>(_ type: ID.Type, _ text: Substring) -> ID? {
    guard text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16),
      let low = UInt64(text.dropFirst(16), radix: 16)
    else { return nil }
    let id = ID(high: high, low: low)
    return hex(id) == text ? id : nil
  }

  /// The text of UTF-8 bytes without control characters but newlines.
  static func text(_ bytes: [UInt8]) -> String? {
    guard bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0a }) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  /// Lines without their newlines; nil when the last one has none. Split by bytes, because Swift
  /// takes some sequences of characters for one.
  static func lines(_ bytes: [UInt8]) -> [String]? {
    guard let text = text(bytes), bytes.last == 0x0a else { return nil }
    return text.utf8.dropLast().split(separator: 0x0a, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// One line of a text that people typed.
  static func oneLine(_ text: String) -> String {
    let cleaned = text.unicodeScalars.map { scalar -> Character in
      scalar.value < 0x20 || scalar.value == 0x7f ? " " : Character(scalar)
    }
    return String(cleaned)
  }

  static func sha256(_ bytes: [UInt8]) -> TreeHash {
    var hasher = ByteHasher()
    hasher.update(bytes)
    return hasher.finish()
  }

  /// The position with at least eight digits, so that files sort.
  static func padded(_ position: Position) -> String {
    let digits = position.description
    return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }
}
