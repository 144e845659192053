/// Error correction of QR codes: the field GF(2^8) of ISO/IEC 18004 (x^8 + x^4 + x^3 + x^2 + 1),
/// generator 2.
struct ReedSolomon {
  /// Coefficients of the generator polynomial from the highest power down, without the leading 1.
  private let divisor: [UInt8]

  /// - Parameter count: of the error correction codewords, 1...68.
  init(errorCorrectionCount count: Int) {
    var divisor = [UInt8](repeating: 0, count: count)
    divisor[count - 1] = 1
    var root: UInt8 = 1
    for _ in 0..<count {
      for index in 0..<count {
        divisor[index] = Self.multiply(divisor[index], root)
        if index + 1 < count { divisor[index] ^= divisor[index + 1] }
      }
      root = Self.multiply(root, 2)
    }
    self.divisor = divisor
  }

  /// The codewords to append to the data.
  func errorCorrection(of data: some Sequence<UInt8>) -> [UInt8] {
    var remainder = [UInt8](repeating: 0, count: divisor.count)
    for byte in data {
      let factor = byte ^ remainder.removeFirst()
      remainder.append(0)
      for index in remainder.indices {
        remainder[index] ^= Self.multiply(divisor[index], factor)
      }
    }
    return remainder
  }

  static func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 {
    var product: UInt8 = 0
    for bit in (0..<8).reversed() {
      product = (product << 1) ^ (product & 0x80 == 0 ? 0 : 0x1d)
      if (right >> UInt8(bit)) & 1 == 1 { product ^= left }
    }
    return product
  }
}
