/// Something that can lend its bytes for the length of a call: a key or a value.
///
/// Keys are compared byte by byte (`memcmp`), so numbers are written big-endian and texts sort by
/// their UTF-8. A key has 1 to 511 bytes.
public protocol ByteSource: ~Copyable, ~Escapable {
  /// Calls `body` with the bytes, which are valid only until it returns.
  func withBytes<R>(
    _ body: (UnsafeRawBufferPointer) throws(LMDBError) -> R
  ) throws(LMDBError) -> R
}

extension RawSpan: ByteSource {
  @inlinable
  public func withBytes<R>(
    _ body: (UnsafeRawBufferPointer) throws(LMDBError) -> R
  ) throws(LMDBError) -> R {
    try withUnsafeBytes(body)
  }
}

extension UnsafeRawBufferPointer: ByteSource {
  @inlinable
  public func withBytes<R>(
    _ body: (UnsafeRawBufferPointer) throws(LMDBError) -> R
  ) throws(LMDBError) -> R {
    try body(self)
  }
}

extension [UInt8]: ByteSource {
  @inlinable
  public func withBytes<R>(
    _ body: (UnsafeRawBufferPointer) throws(LMDBError) -> R
  ) throws(LMDBError) -> R {
    try span.bytes.withUnsafeBytes(body)
  }
}

extension ArraySlice<UInt8>: ByteSource {
  @inlinable
  public func withBytes<R>(
    _ body: (UnsafeRawBufferPointer) throws(LMDBError) -> R
  ) throws(LMDBError) -> R {
    try span.bytes.withUnsafeBytes(body)
  }
}

/// Eight big-endian bytes, so that the order of keys is the order of numbers.
extension UInt64: ByteSource {
  @inlinable
  public func withBytes<R>(
    _ body: (UnsafeRawBufferPointer) throws(LMDBError) -> R
  ) throws(LMDBError) -> R {
    try withUnsafeBytes(of: bigEndian, body)
  }
}

/// The UTF-8 bytes, without a terminator.
extension String: ByteSource {
  @inlinable
  public func withBytes<R>(
    _ body: (UnsafeRawBufferPointer) throws(LMDBError) -> R
  ) throws(LMDBError) -> R {
    try utf8Span.span.bytes.withUnsafeBytes(body)
  }
}

extension ByteSource where Self == [UInt8] {
  /// No bytes: the value of a row whose key says everything.
  public static var empty: [UInt8] { [] }
}
