internal import Glibc

/// The bytes of a row's key: fixed-width big-endian parts first, so that rows lie in the order in
/// which they are listed.
public struct RowKey: Hashable, Comparable, Sendable {
  private typealias Words = (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

  /// The key's bytes in memory order, then zeros; only zeros when it is longer. Every row and every
  /// look at one has a key, and an array for each would cost more than all else about it.
  private var words: Words = (0, 0, 0, 0, 0, 0)
  /// All bytes of a longer key.
  private var long: [UInt8]?
  private var count = 0

  public init() {}

  public init(bytes: [UInt8]) {
    bytes.withUnsafeBytes { append($0) }
  }

  init(copying bytes: RawSpan) {
    bytes.withUnsafeBytes { append($0) }
  }

  public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

  public consuming func adding(_ value: UInt64) -> RowKey {
    append(bigEndian: value)
    return self
  }

  /// Civil dates CCYYMMDD and other non-negative numbers.
  public consuming func adding(_ value: Int32) -> RowKey {
    append(bigEndian: value)
    return self
  }

  /// Text ends with a zero byte, so that `a` precedes `ab`; it must be the last part or free of
  /// zero bytes.
  public consuming func adding(_ text: String) -> RowKey {
    text.utf8Span.span.bytes.withUnsafeBytes { append($0) }
    append(bigEndian: UInt8(0))
    return self
  }

  private mutating func append<Number: FixedWidthInteger>(bigEndian value: Number) {
    let size = MemoryLayout<Number>.size
    guard long == nil, count + size <= MemoryLayout<Words>.size else {
      return Swift.withUnsafeBytes(of: value.bigEndian) { append($0) }
    }
    Swift.withUnsafeMutableBytes(of: &words) {
      $0.storeBytes(of: value.bigEndian, toByteOffset: count, as: Number.self)
    }
    count += size
  }

  private mutating func append(_ more: UnsafeRawBufferPointer) {
    guard let source = more.baseAddress else { return }
    if long == nil, count + more.count <= MemoryLayout<Words>.size {
      Swift.withUnsafeMutableBytes(of: &words) { words in
        guard let target = words.baseAddress else { return }
        (target + count).copyMemory(from: source, byteCount: more.count)
      }
    } else {
      long = bytes + more
      words = (0, 0, 0, 0, 0, 0)
    }
    count += more.count
  }

  func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if let long { return try long.span.bytes.withUnsafeBytes(body) }
    return try Swift.withUnsafeBytes(of: words) { (bytes) throws(Failure) in
      try body(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    }
  }

  /// All bytes at once.
  public func hash(into hasher: inout Hasher) {
    withUnsafeBytes { hasher.combine(bytes: $0) }
  }

  /// Cheaper than `hashValue`, for `RowMap`.
  var quickHash: UInt32 {
    guard long == nil else { return UInt32(truncatingIfNeeded: hashValue) }
    var hash = UInt64(truncatingIfNeeded: count)
    func mix(_ word: UInt64) {
      let (high, low) = (hash ^ word).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
      hash = high ^ low ^ word
    }
    mix(words.0)
    mix(words.1)
    if count > 16 {
      mix(words.2)
      mix(words.3)
    }
    if count > 32 {
      mix(words.4)
      mix(words.5)
    }
    return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
  }

  public static func == (a: RowKey, b: RowKey) -> Bool {
    a.count == b.count && a.words.0 == b.words.0 && a.words.1 == b.words.1
      && a.words.2 == b.words.2 && a.words.3 == b.words.3 && a.words.4 == b.words.4
      && a.words.5 == b.words.5 && (a.count <= MemoryLayout<Words>.size || a.long == b.long)
  }

  /// The first bytes as a number: of two keys whose beginnings differ, the one with the lesser comes
  /// first.
  var beginning: UInt64 {
    guard long != nil else { return words.0.bigEndian }
    return withUnsafeBytes { $0.loadUnaligned(as: UInt64.self).bigEndian }
  }

  /// As the storage orders keys; a rebuild sorts all of them.
  public static func < (a: RowKey, b: RowKey) -> Bool {
    if a.long == nil, b.long == nil {
      // Zeros follow a key's last byte: the shorter of two that are equal so far comes first.
      if a.words.0 != b.words.0 { return a.words.0.bigEndian < b.words.0.bigEndian }
      if a.words.1 != b.words.1 { return a.words.1.bigEndian < b.words.1.bigEndian }
      if a.words.2 != b.words.2 { return a.words.2.bigEndian < b.words.2.bigEndian }
      if a.words.3 != b.words.3 { return a.words.3.bigEndian < b.words.3.bigEndian }
      if a.words.4 != b.words.4 { return a.words.4.bigEndian < b.words.4.bigEndian }
      if a.words.5 != b.words.5 { return a.words.5.bigEndian < b.words.5.bigEndian }
      return a.count < b.count
    }
    let order = a.withUnsafeBytes { a in
      b.withUnsafeBytes { b -> Int32 in
        guard let first = a.baseAddress, let second = b.baseAddress else { return 0 }
        return memcmp(first, second, min(a.count, b.count))
      }
    }
    return order < 0 || (order == 0 && a.count < b.count)
  }

  public func hasPrefix(_ prefix: RowKey) -> Bool {
    withUnsafeBytes { bytes in
      prefix.withUnsafeBytes { bytes.starts(with: $0) }
    }
  }
}
