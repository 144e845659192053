/// A QR code (ISO/IEC 18004) of bytes, versions 1 to 20.
public struct QRCode: Hashable, Sendable {
  /// How much damage a reader can repair: about 7 % or 15 % of the codewords.
  public enum Correction: Hashable, Sendable, CaseIterable {
    case low, medium
  }

  public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Only so many bytes fit into the largest version.
    case tooLong(limit: Int)

    public var description: String {
      switch self {
      case .tooLong(let limit): "The text does not fit into a QR code: at most \(limit) bytes."
      }
    }
  }

  public let version: Int
  /// Which of the eight masks makes it easiest to read.
  public let mask: Int
  let canvas: QRCanvas

  /// Modules on each side.
  public var size: Int { canvas.size }

  /// Whether the module in this column and row, from the upper left, is dark.
  public func isDark(x: Int, y: Int) -> Bool { canvas[x, y] }

  /// Encodes UTF-8 text in the smallest version that holds it.
  public init(_ text: String, correction: Correction = .medium) throws(Failure) {
    try self.init(text, correction: correction, masks: 0...7)
  }

  /// Chooses among these masks only.
  init(_ text: String, correction: Correction, masks: ClosedRange<Int>) throws(Failure) {
    let segment = QRSegment(text)
    let fitting = QRVersion.numbers.lazy.map { QRVersion($0, correction) }
      .first { segment.bitCount(in: $0) <= 8 * $0.dataCodewords }
    guard let fitting else {
      let largest = QRVersion(QRVersion.numbers.upperBound, correction)
      throw .tooLong(limit: largest.dataCodewords - segment.overheadBytes(in: largest))
    }
    let codewords = fitting.interleaved(segment.codewords(in: fitting))
    var canvas = QRCanvas(fitting)
    canvas.place(codewords)
    let candidates = masks.map { mask in
      let masked = canvas.masked(mask, correction)
      return (mask: mask, canvas: masked, penalty: masked.penalty)
    }
    let best = candidates.min { $0.penalty < $1.penalty }
    version = fitting.number
    mask = best?.mask ?? masks.lowerBound
    self.canvas = best?.canvas ?? canvas
  }

  /// An SVG image, four modules of quiet zone around it, one unit a module.
  public var svg: String {
    let quiet = 4
    let runs = (0..<size).flatMap { y in
      var runs: [String] = []
      var x = 0
      while x < size {
        let start = x
        while x < size, isDark(x: x, y: y) { x += 1 }
        if x > start { runs.append("M\(start + quiet) \(y + quiet)h\(x - start)v1h-\(x - start)z") }
        x += 1
      }
      return runs
    }
    let side = size + 2 * quiet
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" \
      shape-rendering="crispEdges"><path fill="#fff" d="M0 0h\(side)v\(side)h-\(side)z"/>\
      <path fill="#000" d="\(runs.joined())"/></svg>
      """
  }
}

/// The bytes of a text with what announces them. Text beyond ASCII says that it is UTF-8 (ECI 26).
private struct QRSegment {
  private let bytes: [UInt8]
  private let declaresUTF8: Bool

  init(_ text: String) {
    bytes = Array(text.utf8)
    declaresUTF8 = bytes.contains { $0 >= 0x80 }
  }

  private func headerBits(in version: QRVersion) -> Int {
    (declaresUTF8 ? 12 : 0) + 4 + version.countBits
  }

  func bitCount(in version: QRVersion) -> Int { headerBits(in: version) + 8 * bytes.count }

  func overheadBytes(in version: QRVersion) -> Int { (headerBits(in: version) + 7) / 8 }

  /// Header, bytes, terminator and padding, filling all data codewords.
  func codewords(in version: QRVersion) -> [UInt8] {
    var bits = BitWriter()
    if declaresUTF8 { bits.append(0b0111_0001_1010, count: 12) }
    bits.append(0b0100, count: 4)
    bits.append(bytes.count, count: version.countBits)
    for byte in bytes { bits.append(Int(byte), count: 8) }
    bits.append(0, count: min(4, 8 * version.dataCodewords - bits.count))
    var codewords = bits.bytes
    for index in 0..<version.dataCodewords - codewords.count {
      codewords.append(index.isMultiple(of: 2) ? 0xec : 0x11)
    }
    return codewords
  }
}

/// Packs bits into bytes, highest bit first.
private struct BitWriter {
  private(set) var bytes: [UInt8] = []
  private(set) var count = 0

  mutating func append(_ value: Int, count added: Int) {
    for bit in (0..<added).reversed() {
      if count.isMultiple(of: 8) { bytes.append(0) }
      bytes[count / 8] |= UInt8((value >> bit) & 1) << UInt8(7 - count % 8)
      count += 1
    }
  }
}
