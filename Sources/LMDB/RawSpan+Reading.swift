internal import Glibc

extension RawSpan {
  /// The little-endian integer at a byte offset of any alignment.
  ///
  /// Traps beyond the end: check `byteCount` once, before reading the fields of a record.
  @inlinable
  public func littleEndian<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, at offset: Int
  ) -> T {
    // An integer has no invalid bit patterns, so reading arbitrary bytes as one is sound; the load
    // itself is bounds-checked.
    T(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: type))
  }

  /// The big-endian integer (the form of numbers in keys) at a byte offset of any alignment.
  ///
  /// Traps beyond the end: check `byteCount` first.
  @inlinable
  public func bigEndian<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, at offset: Int
  ) -> T {
    // Sound for the same reason as `littleEndian(_:at:)`.
    T(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: type))
  }

  /// Whether these bytes begin with `prefix`: the end condition of a scan over a key prefix.
  @inlinable
  public func starts(with prefix: some ByteSource) -> Bool {
    let isPrefix = try? prefix.withBytes { prefix throws(LMDBError) in starts(withBytes: prefix) }
    return isPrefix ?? false
  }

  @usableFromInline
  func starts(withBytes prefix: UnsafeRawBufferPointer) -> Bool {
    withUnsafeBytes { bytes in
      guard let ours = bytes.baseAddress, let theirs = prefix.baseAddress else {
        return prefix.isEmpty
      }
      return bytes.count >= prefix.count && memcmp(ours, theirs, prefix.count) == 0
    }
  }
}

extension [UInt8] {
  /// A copy that may outlive the transaction which lent the bytes.
  @inlinable
  public init(copying bytes: RawSpan) {
    self = bytes.withUnsafeBytes { [UInt8]($0) }
  }
}

extension String {
  /// A copy of UTF-8 bytes; `nil` when they are not valid UTF-8.
  @inlinable
  public init?(copying bytes: RawSpan) {
    guard let text = bytes.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) else {
      return nil
    }
    self = text
  }
}
