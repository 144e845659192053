import Practice

/// Reads the values of one transaction's elements and writes down what it tolerates.
struct X12Values {
  let separators: X12Separators
  private(set) var notes: [X12Note] = []

  init(_ separators: X12Separators) { self.separators = separators }

  mutating func note(_ text: String, _ segment: X12Segment) {
    notes.append(X12Note(segment: segment.number, line: segment.line, text: text))
  }

  /// A text that the standard requires.
  func required(_ segment: X12Segment, _ element: Int, _ what: String) throws(X12Error) -> String {
    let text = segment[element]
    guard !text.isEmpty else { throw X12Error("\(what) is missing", at: segment, element: element) }
    return text
  }

  /// Exact dollars and cents: `34`, `34.00`, `100.`, `-.5`, `0`; nil when absent.
  func money(_ segment: X12Segment, _ element: Int) throws(X12Error) -> Money? {
    guard !segment[element].isEmpty else { return nil }
    guard let cents = Self.scaled(segment[element], digits: 2),
      cents.magnitude <= UInt64(Money.largestCents)
    else {
      throw X12Error(
        "it is no amount in dollars and whole cents", at: segment, element: element)
    }
    return Money(cents: cents)
  }

  /// An amount that should be there; 0.00 and a note when it is not.
  mutating func moneyOrZero(_ segment: X12Segment, _ element: Int) throws(X12Error) -> Money {
    if let amount = try money(segment, element) { return amount }
    note("\(segment.id)0\(element) is missing; 0.00 is taken", segment)
    return .zero
  }

  /// A whole number, also written `4.00`; nil with a note for a fraction, nil when absent.
  mutating func count(_ segment: X12Segment, _ element: Int) throws(X12Error) -> Int? {
    guard !segment[element].isEmpty else { return nil }
    guard let thousandths = Self.scaled(segment[element], digits: 3) else {
      throw X12Error("it is no number", at: segment, element: element)
    }
    guard thousandths.isMultiple(of: 1000) else {
      note("a count is not whole and is left out", segment)
      return nil
    }
    return Int(thousandths / 1000)
  }

  /// CCYYMMDD; nil with a note for a day that does not exist, nil when absent.
  mutating func date(_ segment: X12Segment, _ element: Int) -> CivilDate? {
    date(segment[element], segment)
  }

  mutating func date(_ text: String, _ segment: X12Segment) -> CivilDate? {
    guard !text.isEmpty else { return nil }
    let isPlain = text.utf8.count == 8 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    guard isPlain, let number = Int32(text), let date = number.civilDate else {
      note("\(segment.id) has a date that does not exist; it is left out", segment)
      return nil
    }
    return date
  }

  /// First and last day of a `D8` or `RD8`.
  mutating func dates(
    _ segment: X12Segment, format: Int, _ element: Int
  ) -> (from: CivilDate?, through: CivilDate?) {
    guard segment[format] == "RD8" else {
      let day = date(segment, element)
      return (day, day)
    }
    let ends = segment[element].split(separator: "-").map(String.init)
    return (
      ends.first.flatMap { date($0, segment) }, ends.dropFirst().first.flatMap { date($0, segment) }
    )
  }

  /// The parts of a composite. Some senders declare one separator and use another: where the
  /// declared one does not occur, the usual ones are tried.
  mutating func components(_ segment: X12Segment, _ element: Int) -> [String] {
    let text = segment[element]
    func parts(_ separator: Character) -> [String] {
      text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
    if text.contains(separators.component) { return parts(separators.component) }
    let usual: [Character] = [":", ">", "<", "|", "^", "\\"]
    guard let used = usual.first(where: text.contains) else { return [text] }
    note("components are separated otherwise than ISA16 says", segment)
    return parts(used)
  }

  func repetitions(_ segment: X12Segment, _ element: Int) -> [String] {
    segment[element].split(separator: separators.repetition).map(String.init)
  }

  /// A decimal number times a power of ten, exactly: `.2` with 5 digits is 20,000.
  ///
  /// - Returns: nil for what is no number, has more digits that are not 0, or does not fit.
  static func scaled(_ text: String, digits: Int) -> Int64? {
    var rest = text.utf8[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    let halves = rest.split(
      separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    let whole = Array(halves[0])
    let fraction = halves.count == 2 ? Array(halves[1]) : []
    guard !whole.isEmpty || !fraction.isEmpty, whole.count <= 15,
      (whole + fraction).allSatisfy({ (0x30...0x39).contains($0) }),
      fraction.dropFirst(digits).allSatisfy({ $0 == 0x30 })
    else { return nil }
    var value: Int64 = 0
    let padding = Array(repeating: UInt8(ascii: "0"), count: max(0, digits - fraction.count))
    for digit in whole + fraction.prefix(digits) + padding {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      guard !overflow, product <= Int64.max - 9 else { return nil }
      value = product + Int64(digit - 0x30)
    }
    return isNegative ? -value : value
  }
}
