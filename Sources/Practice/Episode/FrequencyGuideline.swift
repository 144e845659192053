import PracticeEvents

/// How often to treat: visits per week times 100, lowest and highest.
public struct VisitFrequency: Hashable, Sendable {
  public let lowestPerWeekHundredths: Int32
  public let highestPerWeekHundredths: Int32

  public init(lowestPerWeekHundredths: Int32, highestPerWeekHundredths: Int32) {
    self.lowestPerWeekHundredths = lowestPerWeekHundredths
    self.highestPerWeekHundredths = highestPerWeekHundredths
  }

  /// What the clinic's practice page recommends for a class of condition when no plan says
  /// otherwise: acute 2-3 a week, chronic one every one or two weeks, maintenance one a month
  /// (every 28-35 days), stress one a week to one a month.
  ///
  /// - Returns: nil for a class this program does not know.
  public static func guideline(for condition: ConditionClass) -> VisitFrequency? {
    switch condition {
    case .acute: VisitFrequency(lowestPerWeekHundredths: 200, highestPerWeekHundredths: 300)
    case .chronic: VisitFrequency(lowestPerWeekHundredths: 50, highestPerWeekHundredths: 100)
    case .maintenance: VisitFrequency(lowestPerWeekHundredths: 20, highestPerWeekHundredths: 25)
    case .stress: VisitFrequency(lowestPerWeekHundredths: 20, highestPerWeekHundredths: 100)
    case .unspecified, .UNRECOGNIZED: nil
    }
  }
}
