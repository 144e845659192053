import Foundation

/// The SHA-256 of a file that was imported: what tells whether it was imported before.
public struct FileHash: TextValue {
  public static let what = "SHA-256"
  public static let example = String(repeating: "0123456789abcdef", count: 4)

  /// 32 bytes.
  public let bytes: Data

  /// Nil unless there are 32 bytes.
  public init?(bytes: some Sequence<UInt8>) {
    self.bytes = Data(bytes)
    guard self.bytes.count == 32 else { return nil }
  }

  /// Reads 64 hexadecimal digits.
  public init(_ text: String) throws(ValueError) {
    let digits = Array(text.utf8)
    let values = digits.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == 64, values.count == 64 else {
      throw ValueError(
        Self.what, problem: "it is not 64 hexadecimal digits",
        remedy: "copy it whole, as `sha256sum` prints it")
    }
    bytes = Data(
      stride(from: 0, to: 64, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) })
  }

  public var description: String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}
