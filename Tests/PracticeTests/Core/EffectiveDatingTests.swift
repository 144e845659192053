import Testing

@testable import Practice

@Suite("What holds on a date") struct EffectiveDatingTests {
  private let entries: [(from: Int32, name: String)] = [
    (2026_03_01, "spring"), (2026_01_01, "winter"), (2026_03_01, "spring, corrected"),
  ]

  @Test(
    "is what came into effect last, and of equals what was recorded last",
    arguments: [
      (2025_12_31, nil), (2026_01_01, "winter"), (2026_02_28, "winter"),
      (2026_03_01, "spring, corrected"), (2030_01_01, "spring, corrected"),
    ] as [(Int32, String?)])
  func inForce(date: Int32, expected: String?) throws {
    #expect(try entries.inForce(on: CivilDate(compact: date), from: \.from)?.name == expected)
  }
}
