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
    var hasher = ByteHasher()
    hasher.update(commitmentPrefix)
    hasher.update(opening)
    return hasher.finish()
  }

  /// What precedes the opening under the hash.
  public static let commitmentPrefix = Array("chartledger-commitment/v1\n".utf8)

  private static let title = Array("chartledger-leaf/v1\nlog ".utf8)

  /// The exact bytes that are hashed.
  public var text: [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(400)
    text.append(contentsOf: Self.title)
    text.append(hex: log.high)
    text.append(hex: log.low)
    text.append(contentsOf: "\nposition \(position)\nstream ".utf8)
    text.append(hex: stream.high)
    text.append(hex: stream.low)
    text.append(contentsOf: "\nsequence \(sequence)\nprevious ".utf8)
    if let previous {
      text.append(contentsOf: "\(previous.position) ".utf8)
      text.append(hex: previous.hash)
    } else {
      text.append(UInt8(ascii: "-"))
    }
    text.append(contentsOf: "\ncommitment ".utf8)
    text.append(hex: commitment)
    text.append(UInt8(ascii: "\n"))
    return text
  }

  /// The RFC 6962 leaf hash.
  public var hash: TreeHash { .leaf(text) }
}

extension [UInt8] {
  private mutating func append(hex bytes: UnsafeRawBufferPointer) {
    func digit(_ value: UInt8) -> UInt8 {
      value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
    // Appended together: one at a time each checks for room.
    withUnsafeTemporaryAllocation(byteCount: 2 * bytes.count, alignment: 1) { text in
      for (index, byte) in bytes.enumerated() {
        text[2 * index] = digit(byte >> 4)
        text[2 * index + 1] = digit(byte & 0x0f)
      }
      append(contentsOf: text)
    }
  }

  fileprivate mutating func append(hex value: UInt64) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(hex: $0) }
  }

  fileprivate mutating func append(hex hash: TreeHash) {
    hash.withUnsafeBytes { append(hex: $0) }
  }
}
