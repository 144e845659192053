public import TransparencyLog

/// The entry of the transparency log for one event: text without patient data, kinds or dates.
///
///     chartledger-leaf/v1
///     log <32 hexadecimal digits>
///     position <n>
///     stream <32 hexadecimal digits>
///     sequence <n>
///     previous <position> <leaf hash in hexadecimal>      or: previous -
///     commitment <64 hexadecimal digits>
///
/// Log and position keep a leaf from being used elsewhere, the link to the stream's previous leaf
/// proves that a stream is complete.
public struct Leaf: Hashable, Sendable {
  public struct Previous: Hashable, Sendable {
    public var position: Position
    public var hash: TreeHash
    public init(position: Position, hash: TreeHash) {
      self.position = position
      self.hash = hash
    }
  }

  public var log: LogID
  public var position: Position
  public var stream: StreamID
  public var sequence: UInt64
  /// The stream's previous event; nil for its first.
  public var previous: Previous?
  /// See `Leaf.commitment(toOpening:)`.
  public var commitment: TreeHash

  public init(
    log: LogID, position: Position, stream: StreamID, sequence: UInt64, previous: Previous?,
    commitment: TreeHash
  ) {
    self.log = log
    self.position = position
    self.stream = stream
    self.sequence = sequence
    self.previous = previous
    self.commitment = commitment
  }

  /// SHA-256 of `chartledger-commitment/v1`, a newline, and the opening: the 32 bytes of the salt,
  /// then recorded at (8 bytes, little-endian microseconds since 1970 UTC), event id (16), command
  /// id (16), kind (2, little-endian), number of tags (2), length of the payload (4), each tag as
  /// one byte of length and its text, and the payload.
  public static func commitment(toOpening opening: RawSpan) -> TreeHash {
    opening.withUnsafeBytes { commitment(toOpening: $0) }
  }

  static func commitment(toOpening opening: UnsafeRawBufferPointer) -> TreeHash {
    var hasher = ByteHasher()
    hasher.update(commitmentPrefix)
    hasher.update(opening)
    return hasher.finish()
  }

  /// What precedes the opening under the hash.
  public static let commitmentPrefix = Array("chartledger-commitment/v1\n".utf8)

  /// The exact bytes that are hashed.
  public var text: [UInt8] { withText { [UInt8]($0) } }

  /// The RFC 6962 leaf hash.
  public var hash: TreeHash { withText { .leaf($0) } }

  /// Lends the text from the stack: each append makes one, and only hashes it.
  private func withText<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeTemporaryAllocation(byteCount: LeafText.maximumBytes, alignment: 8) { buffer in
      var text = LeafText(buffer)
      text.put("chartledger-leaf/v1\nlog ")
      text.put(log)
      text.put("\nposition ")
      text.put(decimal: position.rawValue)
      text.put("\nstream ")
      text.put(stream)
      text.put("\nsequence ")
      text.put(decimal: sequence)
      text.put("\nprevious ")
      if let previous {
        text.put(decimal: previous.position.rawValue)
        text.put(" ")
        text.put(previous.hash)
      } else {
        text.put("-")
      }
      text.put("\ncommitment ")
      text.put(commitment)
      text.put("\n")
      return body(text.written)
    }
  }
}

/// Text that grows in memory which is large enough for any leaf.
private struct LeafText {
  /// A leaf's words have 90 bytes, its four numbers 20 each, its ids and hashes 192.
  static let maximumBytes = 384

  private let buffer: UnsafeMutableRawBufferPointer
  private var count = 0

  init(_ buffer: UnsafeMutableRawBufferPointer) { self.buffer = buffer }

  var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer[..<count]) }

  mutating func put(_ words: StaticString) {
    let bytes = UnsafeRawBufferPointer(start: words.utf8Start, count: words.utf8CodeUnitCount)
    UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyMemory(from: bytes)
    count += bytes.count
  }

  mutating func put(decimal number: UInt64) {
    var digits = 1
    var rest = number
    while rest >= 10 {
      rest /= 10
      digits += 1
    }
    rest = number
    for place in (count..<count + digits).reversed() {
      buffer[place] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
    count += digits
  }

  mutating func put(_ id: some SixteenByteID) {
    put(hex: id.high)
    put(hex: id.low)
  }

  mutating func put(_ hash: TreeHash) {
    hash.withUnsafeBytes { bytes in
      for offset in stride(from: 0, to: bytes.count, by: 8) {
        put(hex: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      }
    }
  }

  private mutating func put(hex word: UInt64) {
    for half in 0..<2 {
      let digits = Self.hexDigits(half == 0 ? word >> 32 : word & 0xffff_ffff)
      buffer.storeBytes(of: digits.bigEndian, toByteOffset: count + 8 * half, as: UInt64.self)
    }
    count += 16
  }

  /// The eight digits of a 32-bit number, one in each byte: all at once, for there are two hundred in
  /// a leaf.
  private static func hexDigits(_ number: UInt64) -> UInt64 {
    var digits = (number << 16 | number) & 0x0000_ffff_0000_ffff
    digits = (digits << 8 | digits) & 0x00ff_00ff_00ff_00ff
    digits = (digits << 4 | digits) & 0x0f0f_0f0f_0f0f_0f0f
    // "a" comes 39 after the character that follows "9".
    let areLetters = ((digits + 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
    return digits + 0x3030_3030_3030_3030 + areLetters * 39
  }
}
