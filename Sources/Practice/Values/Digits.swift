/// Reads ASCII digits and nothing else: no sign, no spaces, no other script's digits, which
/// `Int(_:)` would in part accept.
///
/// - Returns: nil for an empty text, any other character, or more than 18 digits.
func asciiDigits(_ text: some StringProtocol) -> Int64? {
  let bytes = text.utf8
  guard (1...18).contains(bytes.count) else { return nil }
  var value: Int64 = 0
  for byte in bytes {
    guard isDigit(byte) else { return nil }
    value = value * 10 + Int64(byte - UInt8(ascii: "0"))
  }
  return value
}

func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

func isUppercaseLetter(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
}

/// The number with zeros in front, at least `width` digits.
func padded(_ number: some BinaryInteger, _ width: Int) -> String {
  let digits = String(number.magnitude)
  let zeros = String(repeating: "0", count: max(0, width - digits.count))
  return (number < 0 ? "-" : "") + zeros + digits
}
