import Foundation

/// Reading and writing of numbers, hashes and lines in the one spelling that is allowed.
///
/// Every value has exactly one encoding here, so that no two different files can mean the same:
/// no leading zeros, no `+`, lowercase hex, canonical padded base64, newline alone as line end.
/// Works on bytes, since Swift compares strings by Unicode equivalence and not by bytes.
enum StrictText {
  static let newline = UInt8(ascii: "\n")

  /// An unsigned decimal number without leading zeros.
  static func decimal(_ digits: some Collection<UInt8>) -> UInt64? {
    guard let first = digits.first, first != UInt8(ascii: "0") || digits.count == 1 else {
      return nil
    }
    var value: UInt64 = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      let (tens, overflowed) = value.multipliedReportingOverflow(by: 10)
      let (sum, carried) = tens.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
      guard !overflowed, !carried else { return nil }
      value = sum
    }
    return value
  }

  /// Standard base64, decoded only if encoding it again gives the same characters.
  static func base64Bytes(_ characters: some Collection<UInt8>) -> [UInt8]? {
    let encoded = Data(characters)
    guard let decoded = Data(base64Encoded: encoded), decoded.base64EncodedData() == encoded
    else { return nil }
    return [UInt8](decoded)
  }

  static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

  /// Pairs of lowercase hexadecimal digits.
  static func hexBytes(_ digits: some Collection<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in digits {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
      default: return nil
      }
      if let pending = high {
        bytes.append(pending << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return high == nil ? bytes : nil
  }

  static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let characters = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0x0f)]] }
    return String(decoding: characters, as: UTF8.self)
  }

  /// UTF-8 without control characters, or nil.
  static func line(_ bytes: some Collection<UInt8>) -> String? {
    guard bytes.allSatisfy({ $0 >= 0x20 }) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}

/// Takes a text apart line by line; every line must end in a newline.
struct LineReader {
  private(set) var rest: ArraySlice<UInt8>
  private let format: EvidenceFormat

  init(_ bytes: some Collection<UInt8>, format: EvidenceFormat) {
    rest = Array(bytes)[...]
    self.format = format
  }

  var isAtEnd: Bool { rest.isEmpty }

  /// The next line without its newline; `content` names it in the message if it is missing.
  mutating func next(_ content: String) throws(EvidenceError) -> ArraySlice<UInt8> {
    guard let end = rest.firstIndex(of: StrictText.newline) else {
      throw .malformed(format, reason: "the line with the \(content) is missing or unfinished")
    }
    defer { rest = rest[(end + 1)...] }
    return rest[..<end]
  }

  /// One hash in base64 on each line, up to and including the empty line.
  mutating func hashesUntilEmptyLine() throws(EvidenceError) -> [TreeHash] {
    var hashes: [TreeHash] = []
    while true {
      let line = try next("empty line that ends the hashes")
      if line.isEmpty { return hashes }
      guard hashes.count < 64 else {
        throw .malformed(format, reason: "more hashes than a tree of any size needs")
      }
      guard let bytes = StrictText.base64Bytes(line), let hash = TreeHash(bytes) else {
        throw .malformed(format, reason: "hash number \(hashes.count + 1) is not 32 base64 bytes")
      }
      hashes.append(hash)
    }
  }
}
