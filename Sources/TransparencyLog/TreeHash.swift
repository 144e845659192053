import Foundation

/// A SHA-256 value: a leaf, a node or a root of the tree. 32 bytes, stored inline.
public struct TreeHash: Hashable, Sendable {
  public static let byteCount = 32

  // The bytes in memory order; four words compare and hash faster than 32 single bytes.
  private let word0: UInt64
  private let word1: UInt64
  private let word2: UInt64
  private let word3: UInt64

  /// Copies exactly 32 bytes; nil for any other count.
  public init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.byteCount else { return nil }
    word0 = bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
    word1 = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    word2 = bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
    word3 = bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
  }

  /// Copies exactly 32 bytes; nil for any other count.
  public init?(_ bytes: RawSpan) {
    guard let hash = bytes.withUnsafeBytes({ TreeHash($0) }) else { return nil }
    self = hash
  }

  /// Copies exactly 32 bytes; nil for any other count.
  public init?(_ bytes: [UInt8]) {
    guard let hash = bytes.withUnsafeBytes({ TreeHash($0) }) else { return nil }
    self = hash
  }

  /// Calls `body` with the 32 bytes; they are valid only during the call.
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Four UInt64 fields have no padding, so the memory of `self` is the hash's 32 bytes.
    try Swift.withUnsafeBytes(of: self, body)
  }

  /// The 32 bytes.
  public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }
}

extension TreeHash: CustomStringConvertible {
  /// Reads 64 lowercase hexadecimal digits; nil for anything else.
  public init?(hex: String) {
    guard let bytes = StrictText.hexBytes(hex.utf8) else { return nil }
    self.init(bytes)
  }

  /// Reads canonical, padded standard base64 of 32 bytes; nil for anything else.
  public init?(base64: String) {
    guard let bytes = StrictText.base64Bytes(base64.utf8) else { return nil }
    self.init(bytes)
  }

  /// 64 lowercase hexadecimal digits.
  public var hex: String { StrictText.hex(bytes) }

  /// 44 characters of standard base64.
  public var base64: String { StrictText.base64(bytes) }

  public var description: String { hex }
}
