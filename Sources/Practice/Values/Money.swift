/// An amount in US dollars, held as whole cents; a direction (charge, credit) is the sign.
///
/// Text and JSON are read only within ±$10 billion, so that a sum would need more than nine million
/// amounts of the largest size to leave Int64. A sum that does leave it saturates: reading a log
/// must never trap.
public struct Money: TextValue, Comparable, AdditiveArithmetic {
  public static let what = "amount"
  public static let example = "120.00"
  /// The largest magnitude accepted as text: ten billion dollars, in cents.
  public static let largestCents: Int64 = 1_000_000_000_000
  public static let zero = Money(cents: 0)

  public let cents: Int64

  /// An amount from code or from the log, where it was checked before it was recorded.
  public init(cents: Int64) {
    self.cents = cents
  }

  /// Reads "120", "120.00", "$1,234.56", "-20.00" or "-$20.00".
  public init(_ text: String) throws(ValueError) {
    func refusal(_ problem: String) -> ValueError {
      ValueError(
        Self.what, given: text, problem: problem,
        remedy: "write dollars with two digits of cents, like \"\(Self.example)\"")
    }
    guard !text.isEmpty else { throw refusal("it is empty") }
    var rest = text[...]
    let isNegative = rest.first == "-"
    if isNegative { rest.removeFirst() }
    if rest.first == "$" { rest.removeFirst() }
    let halves = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = halves.first, let dollars = Self.dollars(whole) else {
      throw refusal("it is not a number of dollars")
    }
    var cents: Int64 = 0
    if halves.count == 2 {
      guard halves[1].utf8.count == 2, let digits = asciiDigits(halves[1]) else {
        throw refusal("cents are two digits")
      }
      cents = digits
    }
    let (total, overflow) = dollars.multipliedReportingOverflow(by: 100)
    guard !overflow, total + cents <= Self.largestCents else {
      throw refusal("it is more than 10 billion dollars")
    }
    self.cents = isNegative ? -(total + cents) : total + cents
  }

  /// Plain digits, as files and exports carry it: "1234.56".
  public var description: String { sign + padded(cents.magnitude / 100, 1) + fraction }

  /// With thousands separators, as people read it: "1,234.56".
  public var grouped: String {
    let digits = String(cents.magnitude / 100)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return sign + text + fraction
  }

  private var sign: String { cents < 0 ? "-" : "" }
  private var fraction: String { "." + padded(cents.magnitude % 100, 2) }

  /// Separators are optional, but where there is one every group of three has one.
  private static func dollars(_ text: Substring) -> Int64? {
    guard text.contains(",") else { return asciiDigits(text) }
    let groups = text.split(separator: ",", omittingEmptySubsequences: false)
    guard let first = groups.first, (1...3).contains(first.utf8.count),
      groups.dropFirst().allSatisfy({ $0.utf8.count == 3 })
    else { return nil }
    return asciiDigits(groups.joined())
  }
}

extension Money {
  public static func < (left: Money, right: Money) -> Bool { left.cents < right.cents }

  public static func + (left: Money, right: Money) -> Money {
    Money(saturating: Int128(left.cents) + Int128(right.cents))
  }

  public static func - (left: Money, right: Money) -> Money {
    Money(saturating: Int128(left.cents) - Int128(right.cents))
  }

  public static prefix func - (amount: Money) -> Money { .zero - amount }

  public var magnitude: Money { cents < 0 ? -self : self }

  /// The amount `count` times: a fee times units.
  public func times(_ count: Int) -> Money {
    Money(saturating: Int128(cents) * Int128(count))
  }

  /// What becomes of a fraction of a cent.
  public enum Rounding: Sendable {
    /// To the nearest cent, half a cent away from zero: taxes, coinsurance, discounts.
    case halfUp
    /// Toward zero.
    case down
  }

  /// The share of the amount that `rate` takes, in exact integer arithmetic.
  public func times(_ rate: Rate, rounding: Rounding = .halfUp) -> Money {
    let whole = Int128(Rate.whole.milliPercent)
    let (quotient, remainder) = (Int128(cents) * Int128(rate.milliPercent))
      .quotientAndRemainder(dividingBy: whole)
    guard rounding == .halfUp, remainder.magnitude * 2 >= whole.magnitude else {
      return Money(saturating: quotient)
    }
    return Money(saturating: quotient + remainder.signum())
  }

  /// The amount in `parts` instalments that add up to it exactly and differ by at most a cent, the
  /// larger first: 500.00 in 3 is 166.67, 166.67, 166.66.
  ///
  /// - Returns: nothing for fewer than one part.
  public func split(into parts: Int) -> [Money] {
    guard parts >= 1 else { return [] }
    let (share, rest) = cents.quotientAndRemainder(dividingBy: Int64(parts))
    return (0..<parts).map { part in
      Money(cents: Int64(part) < abs(rest) ? share + rest.signum() : share)
    }
  }

  private init(saturating cents: Int128) {
    self.init(cents: Int64(clamping: cents))
  }
}
