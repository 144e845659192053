/// The sizes of one version and correction level of QR codes (ISO/IEC 18004, tables 1, 3 and 9).
struct QRVersion {
  static let numbers = 1...20

  let number: Int
  private let correctionPerBlock: Int
  private let blocks: Int

  /// - Parameter number: one of `numbers`.
  init(_ number: Int, _ correction: QRCode.Correction) {
    self.number = number
    let row = Self.table(correction)[number - 1]
    correctionPerBlock = row.perBlock
    blocks = row.blocks
  }

  /// Error correction codewords in each block, and the number of blocks, from version 1 on.
  private static func table(_ correction: QRCode.Correction) -> [(perBlock: Int, blocks: Int)] {
    switch correction {
    case .low: low
    case .medium: medium
    }
  }
  private static let low = [
    (7, 1), (10, 1), (15, 1), (20, 1), (26, 1), (18, 2), (20, 2), (24, 2), (30, 2), (18, 4),
    (20, 4), (24, 4), (26, 4), (30, 4), (22, 6), (24, 6), (28, 6), (30, 6), (28, 7), (28, 8),
  ]
  private static let medium = [
    (10, 1), (16, 1), (26, 1), (18, 2), (24, 2), (16, 4), (18, 4), (22, 4), (22, 5), (26, 5),
    (30, 5), (22, 8), (22, 9), (24, 9), (24, 10), (28, 10), (28, 11), (26, 13), (26, 14), (26, 16),
  ]

  /// Modules on each side.
  var size: Int { 17 + 4 * number }

  /// Bits of the count of bytes.
  var countBits: Int { number < 10 ? 8 : 16 }

  /// Rows and columns on which alignment patterns are centred.
  var alignmentCentres: [Int] {
    guard number > 1 else { return [] }
    let count = number / 7 + 2
    let step = (4 * number + 2 * count + 1) / (2 * count - 2) * 2
    return [6] + (0..<count - 1).reversed().map { size - 7 - $0 * step }
  }

  /// Codewords of data and correction together: the modules left beside the fixed patterns.
  private var allCodewords: Int {
    var modules = (16 * number + 128) * number + 64
    if number > 1 {
      let count = number / 7 + 2
      modules -= (25 * count - 10) * count - 55
      if number >= 7 { modules -= 36 }
    }
    return modules / 8
  }

  var dataCodewords: Int { allCodewords - correctionPerBlock * blocks }

  /// Splits the data into blocks, appends each block's correction, and deals them out in turn.
  func interleaved(_ data: [UInt8]) -> [UInt8] {
    let corrector = ReedSolomon(errorCorrectionCount: correctionPerBlock)
    // The last blocks hold one data codeword more, where the data does not divide evenly.
    let longBlocks = dataCodewords % blocks
    var rest = data[...]
    let pieces = (0..<blocks).map { index in
      let piece = rest.prefix(dataCodewords / blocks + (index < blocks - longBlocks ? 0 : 1))
      rest = rest.dropFirst(piece.count)
      return Array(piece)
    }
    return Self.dealt(pieces) + Self.dealt(pieces.map(corrector.errorCorrection))
  }

  /// The first of each, the second of each, …
  private static func dealt(_ lists: [[UInt8]]) -> [UInt8] {
    (0..<(lists.map(\.count).max() ?? 0)).flatMap { index in
      lists.compactMap { index < $0.count ? $0[index] : nil }
    }
  }
}
