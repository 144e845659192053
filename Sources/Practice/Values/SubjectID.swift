/// The subject of a stream of events, a patient, practitioner, payer, referring provider, site or
/// the system: 16 random bytes, never derived from the person, written as a lowercase UUID.
///
/// Messages do not repeat one: it can stand for a patient.
public struct SubjectID: TextValue, Comparable {
  public static let what = "subject"
  public static let example = "01890a5d-ac96-774b-bcce-b302099a8057"

  /// The first eight bytes, big-endian.
  public let high: UInt64
  /// The last eight.
  public let low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// - Throws: `ValueError` unless there are 16 bytes.
  public init(bytes: some Collection<UInt8>) throws(ValueError) {
    guard bytes.count == 16 else {
      throw ValueError(
        Self.what, problem: "it has \(bytes.count) bytes",
        remedy: "give the 16 bytes of the stream")
    }
    func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
      bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
    self.init(high: number(bytes.prefix(8)), low: number(bytes.dropFirst(8)))
  }

  /// Reads a UUID in either case.
  public init(_ text: String) throws(ValueError) {
    guard let (high, low) = Self.halves(of: text.utf8) else {
      throw ValueError(
        Self.what, problem: "it is not a UUID", remedy: "write it like \"\(Self.example)\"")
    }
    self.init(high: high, low: low)
  }

  private static func halves(of text: String.UTF8View) -> (high: UInt64, low: UInt64)? {
    guard text.count == 36 else { return nil }
    var (high, low): (UInt64, UInt64) = (0, 0)
    for (index, character) in text.enumerated() {
      if index == 8 || index == 13 || index == 18 || index == 23 {
        guard character == UInt8(ascii: "-") else { return nil }
        continue
      }
      let digit: UInt8
      switch character {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = character - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = character - UInt8(ascii: "A") + 10
      default: return nil
      }
      (high, low) = (high << 4 | low >> 60, low << 4 | UInt64(digit))
    }
    return (high, low)
  }

  public var bytes: [UInt8] {
    [high, low].flatMap { half in
      stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> $0) }
    }
  }

  /// Written in place, eight digits at a time: folds write one for most facts.
  public var description: String {
    String(unsafeUninitializedCapacity: 36) { text in
      let text = UnsafeMutableRawBufferPointer(text)
      func put<Digits: FixedWidthInteger>(_ digits: Digits, at place: Int) {
        text.storeBytes(of: digits.bigEndian, toByteOffset: place, as: Digits.self)
      }
      func put(halves digits: UInt64, at place: Int) {
        put(UInt32(truncatingIfNeeded: digits >> 32), at: place)
        text[place + 4] = UInt8(ascii: "-")
        put(UInt32(truncatingIfNeeded: digits), at: place + 5)
      }
      put(Self.hexDigits(high >> 32), at: 0)
      text[8] = UInt8(ascii: "-")
      put(halves: Self.hexDigits(high), at: 9)
      text[18] = UInt8(ascii: "-")
      put(halves: Self.hexDigits(low >> 32), at: 19)
      put(Self.hexDigits(low), at: 28)
      return 36
    }
  }

  /// The eight digits of the lower half, the first one in the highest byte.
  private static func hexDigits(_ number: UInt64) -> UInt64 {
    var digits = number & 0xffff_ffff
    digits = (digits | digits << 16) & 0x0000_ffff_0000_ffff
    digits = (digits | digits << 8) & 0x00ff_00ff_00ff_00ff
    digits = (digits | digits << 4) & 0x0f0f_0f0f_0f0f_0f0f
    let letters = (digits + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    // "a" is 39 characters further than one after "9" would be.
    return digits + 0x3030_3030_3030_3030 + letters * 39
  }

  /// The order of the bytes.
  public static func < (left: SubjectID, right: SubjectID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}
