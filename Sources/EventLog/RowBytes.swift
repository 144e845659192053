internal import LMDB
internal import TransparencyLog

/// The sixteen bytes of an id, as a key: in order of the id, and without an array of its own.
struct IDBytes: ByteSource {
  private let words: (UInt64, UInt64)

  init(_ id: some SixteenByteID) { words = (id.high.bigEndian, id.low.bigEndian) }

  func withBytes<R>(
    _ body: (UnsafeRawBufferPointer) throws(LMDBError) -> R
  ) throws(LMDBError) -> R {
    try withUnsafeBytes(of: words, body)
  }
}

/// The bytes of a hash, as a value.
struct HashBytes: ByteSource {
  private let hash: TreeHash

  init(_ hash: TreeHash) { self.hash = hash }

  func withBytes<R>(
    _ body: (UnsafeRawBufferPointer) throws(LMDBError) -> R
  ) throws(LMDBError) -> R {
    try hash.withUnsafeBytes(body)
  }
}

/// A number as eight little-endian bytes, as a value.
struct NumberBytes: ByteSource {
  private let number: UInt64

  init(_ number: UInt64) { self.number = number.littleEndian }

  func withBytes<R>(
    _ body: (UnsafeRawBufferPointer) throws(LMDBError) -> R
  ) throws(LMDBError) -> R {
    try withUnsafeBytes(of: number, body)
  }
}

/// The row of a tag.
extension TagHead: ByteSource {
  func withBytes<R>(
    _ body: (UnsafeRawBufferPointer) throws(LMDBError) -> R
  ) throws(LMDBError) -> R {
    try withUnsafeBytes(of: (last.littleEndian, count.littleEndian), body)
  }
}

/// The row of a stream.
extension StreamHead: ByteSource {
  func withBytes<R>(
    _ body: (UnsafeRawBufferPointer) throws(LMDBError) -> R
  ) throws(LMDBError) -> R {
    // Six words: a hash is four of them.
    try withUnsafeBytes(of: (last.littleEndian, count.littleEndian, leaf), body)
  }
}

/// The row of a command with events.
extension CommandRow: ByteSource {
  func withBytes<R>(
    _ body: (UnsafeRawBufferPointer) throws(LMDBError) -> R
  ) throws(LMDBError) -> R {
    try withUnsafeBytes(of: words, body)
  }
}
