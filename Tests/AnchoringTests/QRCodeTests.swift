import Foundation
import TestSupport
import Testing

@testable import Anchoring

@Suite("QR codes")
struct QRCodeTests {
  @Test("format bits are those of the standard's table C.1")
  func formatBits() {
    let low = [
      "111011111000100", "111001011110011", "111110110101010", "111100010011101",
      "110011000101111", "110001100011000", "110110001000001", "110100101110110",
    ]
    let medium = [
      "101010000010010", "101000100100101", "101111001111100", "101101101001011",
      "100010111111001", "100000011001110", "100111110010111", "100101010100000",
    ]
    for mask in 0..<8 {
      #expect(QRCanvas.formatBits(.low, mask: mask) == Int(low[mask], radix: 2))
      #expect(QRCanvas.formatBits(.medium, mask: mask) == Int(medium[mask], radix: 2))
    }
  }

  @Test(
    "version bits are those of the standard's table D.1",
    arguments: [
      (7, "000111110010010100"), (8, "001000010110111100"), (9, "001001101010011001"),
      (10, "001010010011010011"), (20, "010100100110100110"),
    ])
  func versionBits(number: Int, bits: String) {
    #expect(QRCanvas.versionBits(number) == Int(bits, radix: 2))
  }

  @Test("error correction of HELLO WORLD, as versions 1-M and 1-Q encode it")
  func reedSolomon() {
    let data: [UInt8] = [32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17]
    #expect(
      ReedSolomon(errorCorrectionCount: 10).errorCorrection(of: data)
        == [196, 35, 39, 119, 235, 215, 231, 226, 93, 23])
    #expect(
      ReedSolomon(errorCorrectionCount: 13).errorCorrection(of: data.prefix(13))
        == [168, 72, 22, 82, 217, 54, 156, 0, 46, 15, 180, 122, 16])
  }

  /// Bytes that fit, from version 1 on (ISO/IEC 18004, table 7).
  static let capacities: [QRCode.Correction: [Int]] = [
    .low: [
      17, 32, 53, 78, 106, 134, 154, 192, 230, 271, 321, 367, 425, 458, 520, 586, 644, 718, 792,
      858,
    ],
    .medium: [
      14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666,
    ],
  ]

  @Test("each version holds as many bytes as the standard says, and not one more")
  func capacity() throws {
    for (correction, limits) in Self.capacities {
      for (index, limit) in limits.enumerated() {
        let full = try QRCode(String(repeating: "a", count: limit), correction: correction)
        #expect(full.version == index + 1)
        #expect(full.size == 21 + 4 * index)
        guard index < 19 else { continue }
        let next = try QRCode(String(repeating: "a", count: limit + 1), correction: correction)
        #expect(next.version == index + 2)
      }
    }
    #expect(throws: QRCode.Failure.tooLong(limit: 666)) {
      try QRCode(String(repeating: "a", count: 667))
    }
    // Twelve bits say that it is UTF-8.
    #expect(throws: QRCode.Failure.tooLong(limit: 665)) {
      try QRCode(String(repeating: "—", count: 222))
    }
  }

  @Test("alignment patterns are centred where the standard's table E.1 says")
  func alignment() {
    #expect(QRVersion(1, .low).alignmentCentres == [])
    #expect(QRVersion(2, .low).alignmentCentres == [6, 18])
    #expect(QRVersion(7, .low).alignmentCentres == [6, 22, 38])
    #expect(QRVersion(15, .low).alignmentCentres == [6, 26, 48, 70])
    #expect(QRVersion(20, .low).alignmentCentres == [6, 34, 62, 90])
  }

  @Test(
    "a reader reads every version, level and mask, and text beyond ASCII",
    .enabled(if: Program("zbarimg") != nil, "skipped: zbarimg (zbar-tools) is not installed"))
  func readBack() throws {
    let reader = try #require(Program("zbarimg"))
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "chartledger-qr-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var codes: [(text: String, code: QRCode)] = []
    for (correction, limits) in Self.capacities {
      for limit in limits {
        let text = String(String(repeating: "0123456789 abcdefg/+=", count: 45).prefix(limit))
        codes.append((text, try QRCode(text, correction: correction)))
      }
    }
    for mask in 0..<8 {
      let code = try QRCode("under mask \(mask)", correction: .medium, masks: mask...mask)
      #expect(code.mask == mask)
      codes.append(("under mask \(mask)", code))
    }
    codes.append(("log\n15\n\n— log AAAA\n", try QRCode("log\n15\n\n— log AAAA\n")))
    for (index, entry) in codes.enumerated() {
      let name = String(1000 + index) + ".pbm"
      try Data(bitmap(entry.code).utf8).write(to: folder.appending(path: name))
    }
    let names = codes.indices.map { String(1000 + $0) + ".pbm" }
    let result = try reader.run(
      ["-q", "--raw", "-Sdisable", "-Sqrcode.enable"] + names, in: folder)
    #expect(result.exitCode == 0)
    #expect(result.output == codes.map { $0.text + "\n" }.joined())
  }

  /// A plain PBM, three pixels a module.
  private func bitmap(_ code: QRCode) -> String {
    let side = 3 * (code.size + 8)
    let rows = (0..<side).map { y in
      (0..<side).map { x in
        let (column, row) = (x / 3 - 4, y / 3 - 4)
        let isInside = (0..<code.size).contains(column) && (0..<code.size).contains(row)
        return isInside && code.isDark(x: column, y: row) ? "1" : "0"
      }.joined()
    }
    return "P1\n\(side) \(side)\n" + rows.joined(separator: "\n") + "\n"
  }
}
