import PracticeEvents

/// A questionnaire or scale that measures how a patient does: its form, how its score comes from
/// the answers, and how large a change must be to mean something.
///
/// Scores are in hundredths of the instrument's unit. The wording of the items belongs to their
/// publishers and is not reproduced; answers are given by item number.
public struct OutcomeInstrument: Sendable {
  /// A size of change, hundredths, and who found it.
  public struct Threshold: Sendable, Hashable {
    public let hundredths: Int32
    public let source: String
  }

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
  /// More blanks than this and the form cannot be scored.
  public let mostMissing: Int
  /// Smallest change that is not measurement error.
  public let detectable: Threshold?
  /// Smallest change that matters to patients.
  public let important: Threshold
  /// Where an improvement by 30 % of the baseline is important too (Ostelo 2008).
  public let usesThirtyPercentRule: Bool
  let scoring: Scoring

  /// - Returns: nil for an instrument this program does not know.
  public static func of(_ instrument: Instrument) -> OutcomeInstrument? {
    all.first { $0.instrument == instrument }
  }

  public static let all = [
    OutcomeInstrument(
      instrument: .nprs, name: "NPRS", unit: "points", itemCounts: 1...1, answers: 0...10,
      scores: 0...1_000, isHigherBetter: false, mostMissing: 0,
      detectable: Threshold(hundredths: 200, source: "Suzuki 2020, PMC7053735"),
      important: Threshold(hundredths: 200, source: "Ostelo 2008"),
      usesThirtyPercentRule: true, scoring: .sum),
    OutcomeInstrument(
      instrument: .vas, name: "VAS", unit: "mm", itemCounts: 1...1, answers: 0...100,
      scores: 0...10_000, isHigherBetter: false, mostMissing: 0, detectable: nil,
      important: Threshold(hundredths: 1_500, source: "Ostelo 2008"),
      usesThirtyPercentRule: true, scoring: .sum),
    OutcomeInstrument(
      instrument: .ndi, name: "NDI", unit: "%", itemCounts: 10...10, answers: 0...5,
      scores: 0...10_000, isHigherBetter: false, mostMissing: 2,
      detectable: Threshold(hundredths: 1_000, source: "MDC90 5/50, in percent"),
      important: Threshold(hundredths: 1_500, source: "Carreon 2010, 7.5/50, in percent"),
      usesThirtyPercentRule: false, scoring: .percentOfMaximum),
    OutcomeInstrument(
      instrument: .odi, name: "ODI", unit: "%", itemCounts: 10...10, answers: 0...5,
      scores: 0...10_000, isHigherBetter: false, mostMissing: 2, detectable: nil,
      important: Threshold(hundredths: 1_000, source: "Ostelo 2008"),
      usesThirtyPercentRule: true, scoring: .percentOfMaximum),
    OutcomeInstrument(
      instrument: .psfs, name: "PSFS", unit: "points", itemCounts: 3...5, answers: 0...10,
      scores: 0...1_000, isHigherBetter: true, mostMissing: 0,
      detectable: Threshold(hundredths: 200, source: "Stratford 1995, mean of the activities"),
      important: Threshold(hundredths: 200, source: "published range 1.9-2.0"),
      usesThirtyPercentRule: false, scoring: .mean),
    OutcomeInstrument(
      instrument: .quickdash, name: "QuickDASH", unit: "points", itemCounts: 11...11,
      answers: 1...5, scores: 0...10_000, isHigherBetter: false, mostMissing: 1, detectable: nil,
      important: Threshold(hundredths: 1_590, source: "Franchignoni 2014"),
      usesThirtyPercentRule: false, scoring: .quickDASH),
    OutcomeInstrument(
      instrument: .lefs, name: "LEFS", unit: "points", itemCounts: 20...20, answers: 0...4,
      scores: 0...8_000, isHigherBetter: true, mostMissing: 2,
      detectable: Threshold(hundredths: 900, source: "Binkley 1999, MDC90"),
      important: Threshold(hundredths: 900, source: "Binkley 1999"),
      usesThirtyPercentRule: false, scoring: .sum),
    OutcomeInstrument(
      instrument: .rmdq, name: "RMDQ", unit: "points", itemCounts: 24...24, answers: 0...1,
      scores: 0...2_400, isHigherBetter: false, mostMissing: 23, detectable: nil,
      important: Threshold(hundredths: 500, source: "Ostelo 2008"),
      usesThirtyPercentRule: true, scoring: .sumOfMarked),
  ]
}

extension OutcomeInstrument {
  /// The score of a filled-in form, hundredths, halves rounded up.
  ///
  /// - Parameter items: answers in the order of the form; -1 is left blank.
  /// - Throws: `Refusal` for a wrong number of answers, an answer off the scale, or too many blanks.
  public func score(_ items: [Int]) throws -> Int32 {
    guard itemCounts.contains(items.count) else {
      throw refusal(
        "items", "\(name) has \(Self.text(itemCounts)) items, not \(items.count)",
        "give one answer for each, -1 where it was left blank")
    }
    guard items.allSatisfy({ $0 == -1 || answers.contains($0) }) else {
      throw refusal(
        "items", "an answer of \(name) is not \(Self.text(answers))",
        "check the form; -1 is left blank")
    }
    let given = items.filter { $0 != -1 }
    guard items.count - given.count <= mostMissing else {
      throw refusal(
        "unscorable", "\(items.count - given.count) blanks are too many for \(name)",
        mostMissing == 0
          ? "have the patient answer every item"
          : "have the patient answer all but \(mostMissing) of the items")
    }
    let sum = given.reduce(0, +)
    switch scoring {
    case .sum: return Self.rounded(sum * items.count * 100, over: given.count)
    case .sumOfMarked: return Int32(sum * 100)
    case .mean: return Self.rounded(sum * 100, over: given.count)
    case .percentOfMaximum:
      return Self.rounded(sum * 10_000, over: given.count * answers.upperBound)
    case .quickDASH:
      return Self.rounded((sum - given.count) * 2_500, over: given.count)
    }
  }

  /// Whether a total as printed agrees with the computed score, at the precision it was printed in.
  public func agrees(_ printed: Hundredths, with score: Int32) -> Bool {
    let halfStep: Int64 = [50, 5, 0][min(max(printed.decimals, 0), 2)]
    return abs(Int64(printed.hundredths) - Int64(score)) <= halfStep
  }

  /// What the step from one score to a later one means.
  public func change(from baseline: Int32, to now: Int32) -> OutcomeChange {
    let better = Int64(now) - Int64(baseline)
    let improvement = Int32(clamping: isHigherBetter ? better : -better)
    let detectable = detectable ?? important
    let size: OutcomeChange.Size
    if improvement >= important.hundredths {
      size = .important
    } else if improvement >= detectable.hundredths {
      size = .detectable
    } else {
      size = improvement <= -detectable.hundredths ? .worse : .none
    }
    return OutcomeChange(
      improvementHundredths: improvement, size: size,
      isThirtyPercent: usesThirtyPercentRule && improvement > 0
        && Int64(improvement) * 10 >= Int64(baseline) * 3)
  }

  private func refusal(_ rule: String, _ problem: String, _ remedy: String) -> Refusal {
    Refusal(rule: "measure.\(rule)", field: "items", problem: problem, remedy: remedy)
  }

  private static func rounded(_ numerator: Int, over denominator: Int) -> Int32 {
    Int32((2 * numerator + denominator) / (2 * denominator))
  }

  private static func text(_ range: ClosedRange<Int>) -> String {
    range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
  }
}

/// How far a patient has come between two scores of one instrument. Points and percent may
/// disagree for a low baseline (3 to 2 is a third, but less than 2 points), so both are told.
public struct OutcomeChange: Hashable, Sendable {
  public enum Size: String, Codable, Sendable { case worse, none, detectable, important }
  /// Positive is better, whichever way the scale runs.
  public let improvementHundredths: Int32
  /// By the instrument's thresholds in points.
  public let size: Size
  /// Better by at least 30 % of the baseline, where that rule exists for the instrument.
  public let isThirtyPercent: Bool
}
