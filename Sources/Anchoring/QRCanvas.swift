/// The modules of a QR code while it is drawn (ISO/IEC 18004, sections 7.7 to 7.10).
struct QRCanvas: Hashable, Sendable {
  let size: Int
  private var dark: [Bool]
  /// Modules of the fixed patterns, which carry no data.
  private var isFixed: [Bool]

  /// Draws the fixed patterns; the format bits are only reserved.
  init(_ version: QRVersion) {
    size = version.size
    dark = Array(repeating: false, count: size * size)
    isFixed = dark
    drawTiming()
    for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] { drawFinder(x, y) }
    let centres = version.alignmentCentres
    for x in centres {
      // None in the three corners of the finder patterns.
      for y in centres where (x != 6 || (y != 6 && y != size - 7)) && (x != size - 7 || y != 6) {
        drawAlignment(x, y)
      }
    }
    drawFormat(0)
    if version.number >= 7 { drawVersion(Self.versionBits(version.number)) }
  }

  subscript(x: Int, y: Int) -> Bool { dark[y * size + x] }

  private mutating func fix(_ x: Int, _ y: Int, _ value: Bool) {
    dark[y * size + x] = value
    isFixed[y * size + x] = true
  }

  private mutating func drawTiming() {
    for index in 0..<size {
      fix(6, index, index.isMultiple(of: 2))
      fix(index, 6, index.isMultiple(of: 2))
    }
  }

  private mutating func drawFinder(_ x: Int, _ y: Int) {
    for dy in -4...4 {
      for dx in -4...4 where (0..<size).contains(x + dx) && (0..<size).contains(y + dy) {
        let distance = max(abs(dx), abs(dy))
        fix(x + dx, y + dy, distance != 2 && distance != 4)
      }
    }
  }

  private mutating func drawAlignment(_ x: Int, _ y: Int) {
    for dy in -2...2 {
      for dx in -2...2 { fix(x + dx, y + dy, max(abs(dx), abs(dy)) != 1) }
    }
  }

  /// Both copies of the 15 format bits, lowest bit first, and the module that is always dark.
  private mutating func drawFormat(_ bits: Int) {
    func bit(_ index: Int) -> Bool { (bits >> index) & 1 == 1 }
    for index in 0...5 { fix(8, index, bit(index)) }
    fix(8, 7, bit(6))
    fix(8, 8, bit(7))
    fix(7, 8, bit(8))
    for index in 9..<15 { fix(14 - index, 8, bit(index)) }
    for index in 0..<8 { fix(size - 1 - index, 8, bit(index)) }
    for index in 8..<15 { fix(8, size - 15 + index, bit(index)) }
    fix(8, size - 8, true)
  }

  private mutating func drawVersion(_ bits: Int) {
    for index in 0..<18 {
      let isDark = (bits >> index) & 1 == 1
      let (far, near) = (size - 11 + index % 3, index / 3)
      fix(far, near, isDark)
      fix(near, far, isDark)
    }
  }

  /// Correction level and mask under a BCH(15, 5) code, masked.
  static func formatBits(_ correction: QRCode.Correction, mask: Int) -> Int {
    let level =
      switch correction {
      case .low: 1
      case .medium: 0
      }
    let data = level << 3 | mask
    return (data << 10 | remainder(of: data, generator: 0x537, bits: 10)) ^ 0x5412
  }

  /// The version under a BCH(18, 6) code; only versions from 7 on show it.
  static func versionBits(_ number: Int) -> Int {
    number << 12 | remainder(of: number, generator: 0x1f25, bits: 12)
  }

  private static func remainder(of data: Int, generator: Int, bits: Int) -> Int {
    (0..<bits).reduce(data) { remainder, _ in
      (remainder << 1) ^ ((remainder >> (bits - 1)) * generator)
    }
  }

  /// Fills the free modules in pairs of columns, from the lower right, up and down in turn.
  mutating func place(_ codewords: [UInt8]) {
    var position = 0
    // The column of the vertical timing pattern belongs to no pair.
    let pairs = stride(from: size - 1, to: 6, by: -2).map { $0 } + [5, 3, 1]
    for (number, right) in pairs.enumerated() {
      for step in 0..<size {
        let y = number.isMultiple(of: 2) ? size - 1 - step : step
        for x in [right, right - 1] where !isFixed[y * size + x] {
          guard position < 8 * codewords.count else { return }
          let byte = codewords[position / 8]
          dark[y * size + x] = (byte >> UInt8(7 - position % 8)) & 1 == 1
          position += 1
        }
      }
    }
  }

  /// The finished code under one of the eight masks.
  func masked(_ mask: Int, _ correction: QRCode.Correction) -> QRCanvas {
    var masked = self
    for y in 0..<size {
      for x in 0..<size where !isFixed[y * size + x] && Self.inverts(mask, x, y) {
        masked.dark[y * size + x].toggle()
      }
    }
    masked.drawFormat(Self.formatBits(correction, mask: mask))
    return masked
  }

  private static func inverts(_ mask: Int, _ x: Int, _ y: Int) -> Bool {
    switch mask {
    case 0: (x + y) % 2 == 0
    case 1: y % 2 == 0
    case 2: x % 3 == 0
    case 3: (x + y) % 3 == 0
    case 4: (x / 3 + y / 2) % 2 == 0
    case 5: x * y % 2 + x * y % 3 == 0
    case 6: (x * y % 2 + x * y % 3) % 2 == 0
    default: ((x + y) % 2 + x * y % 3) % 2 == 0
    }
  }

  /// How hard it is to read: long runs, blocks, false finder patterns, uneven shares of dark.
  var penalty: Int {
    let rows = (0..<size).map { y in (0..<size).map { self[$0, y] } }
    let columns = (0..<size).map { x in (0..<size).map { self[x, $0] } }
    let lines = (rows + columns).reduce(0) { $0 + Self.penalty(ofLine: $1) }
    var blocks = 0
    for y in 0..<size - 1 {
      for x in 0..<size - 1
      where self[x, y] == self[x + 1, y] && self[x, y] == self[x, y + 1]
        && self[x, y] == self[x + 1, y + 1]
      { blocks += 3 }
    }
    let darkCount = dark.count { $0 }
    let percentTimesArea = abs(100 * darkCount - 50 * size * size)
    return lines + blocks + 10 * (percentTimesArea / (5 * size * size))
  }

  private static func penalty(ofLine line: [Bool]) -> Int {
    var penalty = 0
    var run = 0
    for (index, isDark) in line.enumerated() {
      run = index > 0 && line[index - 1] == isDark ? run + 1 : 1
      if run == 5 { penalty += 3 } else if run > 5 { penalty += 1 }
    }
    let finder = [true, false, true, true, true, false, true]
    let light = [false, false, false, false]
    for start in 0..<max(0, line.count - 10) {
      let window = line[start..<start + 11]
      if window.elementsEqual(finder + light) || window.elementsEqual(light + finder) {
        penalty += 40
      }
    }
    return penalty
  }
}
