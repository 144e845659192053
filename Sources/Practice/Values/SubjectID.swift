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
    let groups = text.split(separator: "-", omittingEmptySubsequences: false)
    let digits = groups.joined()
    // `UInt64(_:radix:)` alone would accept a sign.
    guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12], !digits.contains("+"),
      let high = UInt64(digits.prefix(16), radix: 16),
      let low = UInt64(digits.suffix(16), radix: 16)
    else {
      throw ValueError(
        Self.what, problem: "it is not a UUID", remedy: "write it like \"\(Self.example)\"")
    }
    self.init(high: high, low: low)
  }

  public var bytes: [UInt8] {
    [high, low].flatMap { half in
      stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> $0) }
    }
  }

  public var description: String {
    let digits = [high, low].map { half in
      let text = String(half, radix: 16)
      return String(repeating: "0", count: 16 - text.utf8.count) + text
    }.joined()
    var text = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { text.append("-") }
      text.append(digit)
    }
    return text
  }

  /// The order of the bytes.
  public static func < (left: SubjectID, right: SubjectID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}
