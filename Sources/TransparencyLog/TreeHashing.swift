import Crypto

/// SHA-256 over pieces that need not be joined in memory first.
public struct ByteHasher {
  private var sha = SHA256()

  public init() {}

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    sha.update(bufferPointer: bytes)
  }

  public mutating func update(_ bytes: RawSpan) {
    bytes.withUnsafeBytes { sha.update(bufferPointer: $0) }
  }

  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { sha.update(bufferPointer: $0) }
  }

  /// The hash of everything given so far.
  public consuming func finish() -> TreeHash {
    sha.finalize().withUnsafeBytes { digest in
      guard let hash = TreeHash(digest) else {
        preconditionFailure("a SHA-256 digest has 32 bytes")
      }
      return hash
    }
  }
}

/// The hashes of RFC 6962 section 2.1 (the same in RFC 9162). The first byte keeps leaves and
/// nodes apart, so that no entry can pass for an inner node.
extension TreeHash {
  /// The root of a tree without leaves: SHA-256 of nothing.
  public static let emptyTree = ByteHasher().finish()

  /// SHA-256(0x00 ‖ entry).
  public static func leaf(_ entry: UnsafeRawBufferPointer) -> TreeHash {
    // One update where it fits the stack, as for a node.
    guard entry.count < 1024 else {
      var hasher = ByteHasher()
      Swift.withUnsafeBytes(of: UInt8(0x00)) { hasher.update($0) }
      hasher.update(entry)
      return hasher.finish()
    }
    return withUnsafeTemporaryAllocation(byteCount: 1 + entry.count, alignment: 8) { buffer in
      buffer[0] = 0x00
      UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyMemory(from: entry)
      var hasher = ByteHasher()
      hasher.update(UnsafeRawBufferPointer(buffer))
      return hasher.finish()
    }
  }

  /// SHA-256(0x00 ‖ entry).
  public static func leaf(_ entry: RawSpan) -> TreeHash {
    entry.withUnsafeBytes { leaf($0) }
  }

  /// SHA-256(0x00 ‖ entry).
  public static func leaf(_ entry: [UInt8]) -> TreeHash {
    entry.withUnsafeBytes { leaf($0) }
  }

  /// SHA-256(0x01 ‖ left ‖ right).
  public static func node(_ left: TreeHash, _ right: TreeHash) -> TreeHash {
    // One stack buffer and one update: joining two arrays would cost more than the hash itself.
    withUnsafeTemporaryAllocation(byteCount: 1 + 2 * byteCount, alignment: 8) { buffer in
      buffer[0] = 0x01
      let hashes = UnsafeMutableRawBufferPointer(rebasing: buffer[1...])
      hashes.storeBytes(of: left, as: TreeHash.self)
      hashes.storeBytes(of: right, toByteOffset: byteCount, as: TreeHash.self)
      var hasher = ByteHasher()
      hasher.update(UnsafeRawBufferPointer(buffer))
      return hasher.finish()
    }
  }
}
