/// The side of the body that a finding, a code or a treated region is on.
public enum Laterality: String, Hashable, WordChoice {
  case left = "L"
  case right = "R"
  case bilateral = "B"
  /// The region has no sides: the neck.
  case notApplicable = "N"
}

extension ICD10CM {
  /// The side that the code itself names, or nil when it names none or its family is not among
  /// those a massage clinic sees.
  public var laterality: Laterality? {
    guard let family = Self.sidedFamilies.first(where: { compact.hasPrefix($0.prefix) }),
      let digit = compact.dropFirst(family.sideIndex).first
    else { return nil }
    return family.sides[digit]
  }

  private struct SidedFamily {
    let prefix: String
    /// Where, counted from 0 and without the dot, the digit for the side stands.
    let sideIndex: Int
    let sides: [Character: Laterality]
  }

  private static let rightOrLeft: [Character: Laterality] = ["1": .right, "2": .left]
  private static let rightLeftOrBoth = rightOrLeft.merging(["3": .bilateral]) { $1 }

  /// From the code descriptions of ICD-10-CM FY2025.
  private static let sidedFamilies: [SidedFamily] =
    // Fifth character: carpal tunnel; sciatica and lumbago with sciatica; knee arthrosis;
    // shoulder lesions; epicondylitis.
    [
      SidedFamily(prefix: "G560", sideIndex: 4, sides: rightLeftOrBoth),
      SidedFamily(prefix: "M543", sideIndex: 4, sides: rightOrLeft),
      SidedFamily(prefix: "M544", sideIndex: 4, sides: rightOrLeft),
      SidedFamily(prefix: "M171", sideIndex: 4, sides: rightOrLeft),
      SidedFamily(prefix: "M750", sideIndex: 4, sides: rightOrLeft),
      SidedFamily(prefix: "M754", sideIndex: 4, sides: rightOrLeft),
      SidedFamily(prefix: "M770", sideIndex: 4, sides: rightOrLeft),
      SidedFamily(prefix: "M771", sideIndex: 4, sides: rightOrLeft),
      // Sixth character: jaw joint disorder and pain.
      SidedFamily(prefix: "M2660", sideIndex: 5, sides: rightLeftOrBoth),
      SidedFamily(prefix: "M2662", sideIndex: 5, sides: rightLeftOrBoth),
    ]
    // Sixth character: pain in a joint, from shoulder to ankle and foot.
    + (1...7).map { SidedFamily(prefix: "M255\($0)", sideIndex: 5, sides: rightOrLeft) }
    // Sixth character: pain in upper arm, forearm, thigh and lower leg.
    + ["M7962", "M7963", "M7965", "M7966"].map {
      SidedFamily(prefix: $0, sideIndex: 5, sides: rightOrLeft)
    }
}
