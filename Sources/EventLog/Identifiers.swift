/// The place of an event in the log: 1 for the first, without gaps.
public struct Position: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// Before the first event.
  public static let none = Position(0)
  public static func < (a: Position, b: Position) -> Bool { a.rawValue < b.rawValue }
  public var next: Position { Position(rawValue + 1) }
  public var description: String { String(rawValue) }
}

/// Sixteen bytes that name a stream, an event or a command; text form is a lowercase UUID.
public protocol SixteenByteID: Hashable, Comparable, Sendable, CustomStringConvertible {
  var high: UInt64 { get }
  var low: UInt64 { get }
  init(high: UInt64, low: UInt64)
}

extension SixteenByteID {
  public static func < (a: Self, b: Self) -> Bool { (a.high, a.low) < (b.high, b.low) }

  /// The sixteen bytes, most significant first.
  public var bytes: [UInt8] {
    withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) }
  }

  /// Nil unless there are exactly sixteen bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    var words: [UInt64] = [0, 0]
    for (index, byte) in bytes.enumerated() {
      words[index / 8] = words[index / 8] << 8 | UInt64(byte)
    }
    self.init(high: words[0], low: words[1])
  }

  /// Parses a UUID, in either case; nil when it is none.
  public init?(_ text: String) {
    let utf8 = Array(text.utf8)
    guard utf8.count == 36 else { return nil }
    var words: [UInt64] = [0, 0]
    var digits = 0
    for (index, byte) in utf8.enumerated() {
      if index == 8 || index == 13 || index == 18 || index == 23 {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: return nil
      }
      words[digits / 16] = words[digits / 16] << 4 | UInt64(digit)
      digits += 1
    }
    self.init(high: words[0], low: words[1])
  }

  public var description: String {
    String(unsafeUninitializedCapacity: 36) { text in
      var place = 0
      for digit in 0..<32 {
        if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
          text[place] = UInt8(ascii: "-")
          place += 1
        }
        let half = digit < 16 ? high : low
        let value = UInt8(truncatingIfNeeded: half >> (60 - 4 * (digit % 16))) & 0xf
        text[place] = value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
        place += 1
      }
      return place
    }
  }
}

/// The subject an event belongs to. Random, never derived from a person.
public struct StreamID: SixteenByteID {
  public let high, low: UInt64
  public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
}

/// Names one event for ever; UUIDv7, so that the table of ids grows at its right edge.
public struct EventID: SixteenByteID {
  public let high, low: UInt64
  public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
}

/// Names one request to append; a retry with the same id returns the first outcome.
public struct CommandID: SixteenByteID {
  public let high, low: UInt64
  public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
}

/// Names one log for ever; random.
public struct LogID: SixteenByteID {
  public let high, low: UInt64
  public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
}

/// Names one blob; random, never derived from its content.
public struct BlobID: SixteenByteID {
  public let high, low: UInt64
  public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
}

extension SixteenByteID {
  /// A UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits.
  ///
  /// - Parameter milliseconds: since 1970 UTC.
  public static func uuidV7(
    milliseconds: UInt64, using generator: inout some RandomNumberGenerator
  ) -> Self {
    let random = generator.next()
    return Self(
      high: milliseconds << 16 | 0x7000 | (random & 0x0fff),
      low: 0x8000_0000_0000_0000 | generator.next() >> 2)
  }

  /// A UUIDv4 (RFC 9562): 122 random bits.
  public static func random(using generator: inout some RandomNumberGenerator) -> Self {
    Self(
      high: generator.next() & ~0xf000 | 0x4000,
      low: 0x8000_0000_0000_0000 | generator.next() >> 2)
  }
}

/// What an event is, as a number in the record's header. 1-99 are the log's own.
public struct EventKind: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// An index term such as `appointment:apt-4KD92MQX7TWP`; 1 to `Tag.maximumBytes` characters of
/// printable ASCII (letters with several Unicode spellings would be one tag in memory and two on
/// disk).
public struct Tag: Hashable, Comparable, Sendable, CustomStringConvertible {
  public static let maximumBytes = 120
  public let text: String
  public init(_ text: String) { self.text = text }
  public static func < (a: Tag, b: Tag) -> Bool { a.text < b.text }
  public var description: String { text }
}

/// Microseconds since 1970 UTC, on the log's clock.
public struct LogTime: RawRepresentable, Hashable, Comparable, Sendable {
  public let rawValue: Int64
  public init(rawValue: Int64) { self.rawValue = rawValue }
  public static func < (a: LogTime, b: LogTime) -> Bool { a.rawValue < b.rawValue }
}
