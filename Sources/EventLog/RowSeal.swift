internal import LMDB
internal import TransparencyLog

/// Guards a row that no record vouches for: the SHA-256 of its table's name, its key and its value
/// lies before the value. It finds what rots, not what is forged: that is what signatures are for.
enum RowSeal {
  static let byteCount = 32

  /// The bytes to store.
  static func sealed(_ value: [UInt8], key: [UInt8], in table: Table) -> [UInt8] {
    hash(of: value.span.bytes, key: key.span.bytes, in: table).bytes + value
  }

  /// Whether a stored row is as it was written; its value begins after the seal.
  static func isWhole(_ stored: RawSpan, key: RawSpan, in table: Table) -> Bool {
    guard stored.byteCount >= byteCount, let seal = TreeHash(stored.extracting(0..<byteCount))
    else { return false }
    return seal == hash(of: stored.extracting(byteCount...), key: key, in: table)
  }

  private static func hash(of value: RawSpan, key: RawSpan, in table: Table) -> TreeHash {
    var prefix = Array("\(table.name)\n".utf8)
    prefix.append(littleEndian: UInt64(key.byteCount))
    var hasher = ByteHasher()
    hasher.update(prefix)
    hasher.update(key)
    hasher.update(value)
    return hasher.finish()
  }
}
