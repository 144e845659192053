import PracticeEvents

/// The form of a questionnaire or scale: its items, and how a score comes from the answers.
///
/// The wording of the items belongs to their publishers and is not reproduced; answers are given by
/// item number. Scores are in hundredths of the unit.
public struct OutcomeForm: Sendable {
  enum Scoring: Sendable {
    /// Sum of the answers; a blank counts as the mean of the others.
    case sum
    /// Sum of the answers; a blank counts as no.
    case sumOfMarked
    case mean
    /// Percent of the most that the answered items could give, which equals imputing their mean.
    case percentOfMaximum
    /// (mean - 1) x 25.
    case quickDASH
  }

  public let instrument: Instrument
  public let name: String
  public let unit: String
  public let itemCounts: ClosedRange<Int>
  public let answers: ClosedRange<Int>
  /// Lowest and highest score, hundredths.
  public let scores: ClosedRange<Int32>
  public let isHigherBetter: Bool
  /// What kind of measure it is: pain is told beside function, not instead of it.
  public var isPain: Bool { instrument == .nprs || instrument == .vas }
  let scoring: Scoring
  /// From the best to the worst; their limits are rules.
  let bands: [String]
  /// Where the form itself says how many blanks it bears; nil makes it a rule.
  let fixedMissing: Int?

  /// How the rules of the table `outcomes` name it.
  var key: String { name.lowercased() }

  static let all = [
    OutcomeForm(
      instrument: .nprs, name: "NPRS", unit: "points", itemCounts: 1...1, answers: 0...10,
      scores: 0...1_000, isHigherBetter: false, scoring: .sum, bands: [], fixedMissing: 0),
    OutcomeForm(
      instrument: .vas, name: "VAS", unit: "mm", itemCounts: 1...1, answers: 0...100,
      scores: 0...10_000, isHigherBetter: false, scoring: .sum, bands: [], fixedMissing: 0),
    OutcomeForm(
      instrument: .ndi, name: "NDI", unit: "%", itemCounts: 10...10, answers: 0...5,
      scores: 0...10_000, isHigherBetter: false, scoring: .percentOfMaximum,
      bands: ["none", "mild", "moderate", "severe", "complete"], fixedMissing: nil),
    OutcomeForm(
      instrument: .odi, name: "ODI", unit: "%", itemCounts: 10...10, answers: 0...5,
      scores: 0...10_000, isHigherBetter: false, scoring: .percentOfMaximum,
      bands: ["minimal", "moderate", "severe", "crippling", "bed-bound"], fixedMissing: nil),
    OutcomeForm(
      instrument: .psfs, name: "PSFS", unit: "points", itemCounts: 3...5, answers: 0...10,
      scores: 0...1_000, isHigherBetter: true, scoring: .mean, bands: [], fixedMissing: 0),
    OutcomeForm(
      instrument: .quickdash, name: "QuickDASH", unit: "points", itemCounts: 11...11,
      answers: 1...5, scores: 0...10_000, isHigherBetter: false, scoring: .quickDASH, bands: [],
      fixedMissing: nil),
    OutcomeForm(
      instrument: .lefs, name: "LEFS", unit: "points", itemCounts: 20...20, answers: 0...4,
      scores: 0...8_000, isHigherBetter: true, scoring: .sum, bands: [], fixedMissing: nil),
    OutcomeForm(
      instrument: .rmdq, name: "RMDQ", unit: "points", itemCounts: 24...24, answers: 0...1,
      scores: 0...2_400, isHigherBetter: false, scoring: .sumOfMarked, bands: [], fixedMissing: 23),
  ]
}
