/// The short name of a thing inside a stream, "apt-4KD92MQX7TWP": what kind of thing it is, and
/// sixty random bits in Crockford's base 32, which a person can read aloud and type.
public struct EntityID: TextValue, Comparable {
  /// The raw value is the prefix of the text. Recorded for good: never change or reuse one.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case amendmentRequest = "amr"
    case appeal = "apl"
    case appointment = "apt"
    case assessment = "asm"
    case authorization = "aut"
    case block = "blk"
    case charge = "chg"
    case claim = "clm"
    case claimBatch = "bat"
    case consent = "con"
    case coverage = "cov"
    case credential = "crd"
    case deposit = "dep"
    case document = "doc"
    case episode = "epi"
    case estimate = "gfe"
    case goal = "goal"
    case grant = "grt"
    case letterOfMedicalNecessity = "lmn"
    case license = "lic"
    case measure = "mea"
    case note = "note"
    case package = "pkg"
    case payerRefund = "prf"
    case payment = "pay"
    case paymentPlan = "pln"
    case plan = "plan"
    case prescription = "rx"
    case receipt = "rcp"
    case recordsRequest = "req"
    case reevaluation = "rev"
    case referral = "ref"
    case refund = "rfd"
    case remittance = "rem"
    case remittanceException = "rex"
    case screening = "scr"
    case series = "srs"
    case session = "ses"
    case slidingScaleApplication = "ssa"
    case statement = "stm"
    case superbill = "sup"
    case taxStatement = "txs"
    case verification = "ver"
    case waitlistEntry = "wtl"
    case writeOff = "wof"
  }

  public static let what = "identifier"
  public static let example = "apt-4KD92MQX7TWP"
  static func example(of kind: Kind) -> String { "\(kind.rawValue)-4KD92MQX7TWP" }

  public let kind: Kind
  /// Sixty bits; the four above them are zero.
  public let bits: UInt64

  private init(kind: Kind, bits: UInt64) {
    self.kind = kind
    self.bits = bits
  }

  /// A new identifier from the caller's random number, of which the low sixty bits count.
  public static func make(_ kind: Kind, random: UInt64) -> EntityID {
    EntityID(kind: kind, bits: random & (1 << 60 - 1))
  }

  /// Reads "apt-4KD92MQX7TWP" in either case, and O for 0, I and L for 1, as Crockford's base 32
  /// has it.
  public init(_ text: String) throws(ValueError) {
    func refusal(_ problem: String) -> ValueError {
      ValueError(
        Self.what, given: text, problem: problem,
        remedy: "copy it whole, a prefix, a hyphen and 12 characters, like \"\(Self.example)\"")
    }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw refusal("it is not a prefix, a hyphen and 12 characters") }
    guard let kind = Kind(rawValue: parts[0].lowercased()) else {
      throw refusal("its prefix names no kind of thing")
    }
    guard parts[1].utf8.count == Self.length else {
      throw refusal("it does not have 12 characters after the hyphen")
    }
    var bits: UInt64 = 0
    for byte in parts[1].utf8 {
      let value = Self.values[Int(byte)]
      guard value < 32 else { throw refusal("it has a character that identifiers do not use") }
      bits = bits << 5 | UInt64(value)
    }
    self.init(kind: kind, bits: bits)
  }

  /// Reads the identifier of one kind of thing and refuses that of another.
  public init(_ text: String, expecting kind: Kind) throws(ValueError) {
    let id = try EntityID(text)
    guard id.kind == kind else {
      throw ValueError(
        Self.what, given: text, problem: "its kind is \(id.kind), not \(kind)",
        remedy: "give one that begins with \"\(kind.rawValue)-\"")
    }
    self = id
  }

  public var description: String {
    var text = Array(repeating: UInt8(ascii: "0"), count: Self.length)
    var rest = bits
    for index in text.indices.reversed() {
      text[index] = Self.alphabet[Int(rest & 31)]
      rest >>= 5
    }
    return kind.rawValue + "-" + String(decoding: text, as: UTF8.self)
  }

  /// The order of the texts.
  public static func < (left: EntityID, right: EntityID) -> Bool {
    (left.kind.rawValue, left.bits) < (right.kind.rawValue, right.bits)
  }

  private static let length = 12
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
  /// The value of each byte as a character of the text, 255 for one that has none.
  private static let values: [UInt8] = {
    var values = Array(repeating: UInt8.max, count: 256)
    for (value, character) in alphabet.enumerated() {
      values[Int(character)] = UInt8(value)
      if isUppercaseLetter(character) { values[Int(character | 0x20)] = UInt8(value) }
    }
    for character in "Oo".utf8 { values[Int(character)] = 0 }
    for character in "IiLl".utf8 { values[Int(character)] = 1 }
    return values
  }()
}
