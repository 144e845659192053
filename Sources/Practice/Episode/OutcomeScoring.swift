import PracticeEvents

/// A filled-in form with its score and how that came about.
public struct ScoredForm: Hashable, Sendable {
  /// Hundredths of the instrument's unit, halves rounded up.
  public let hundredths: Int32
  public let answered: Int
  public let blanks: Int
  /// E.g. `16 / (9 x 5) x 100`.
  public let arithmetic: String
}

extension OutcomeInstrument {
  /// The score of a filled-in form, hundredths, halves rounded up.
  ///
  /// - Parameter items: answers in the order of the form; -1 is left blank.
  /// - Throws: `Refusal` for a wrong number of answers, an answer off the scale, or too many blanks.
  public func score(_ items: [Int]) throws -> Int32 { try scored(items).hundredths }

  /// The same with its arithmetic.
  public func scored(_ items: [Int]) throws -> ScoredForm {
    guard form.itemCounts.contains(items.count) else {
      throw refusal(
        "items", "\(form.name) has \(Self.text(form.itemCounts)) items, not \(items.count)",
        "give one answer for each, -1 where it was left blank")
    }
    if let index = items.firstIndex(where: { $0 != -1 && !form.answers.contains($0) }) {
      throw refusal(
        "items",
        "item \(index + 1) of \(form.name) is \(items[index]), not \(Self.text(form.answers))",
        "check the form; leave a blank item blank (-1)")
    }
    let given = items.filter { $0 != -1 }
    let blanks = items.indices.filter { items[$0] == -1 }
    guard blanks.count <= mostMissing, !given.isEmpty else {
      throw refusal(
        "unscorable",
        "\(blanks.count) blanks are too many for \(form.name): "
          + "item \(blanks.map { "\($0 + 1)" }.joined(separator: ", "))",
        mostMissing == 0
          ? "have the patient answer every item"
          : "have the patient answer all but \(mostMissing) of the items")
    }
    let (hundredths, arithmetic) = result(of: given, itemCount: items.count)
    return ScoredForm(
      hundredths: hundredths, answered: given.count, blanks: blanks.count, arithmetic: arithmetic)
  }

  private func result(of given: [Int], itemCount: Int) -> (Int32, String) {
    let sum = given.reduce(0, +)
    switch form.scoring {
    case .sum:
      let text = given.count == itemCount ? "\(sum)" : "\(sum) / \(given.count) x \(itemCount)"
      return (Self.rounded(sum * itemCount * 100, over: given.count), text)
    case .sumOfMarked: return (Int32(sum * 100), "\(sum) marked")
    case .mean: return (Self.rounded(sum * 100, over: given.count), "\(sum) / \(given.count)")
    case .percentOfMaximum:
      let most = form.answers.upperBound
      return (
        Self.rounded(sum * 10_000, over: given.count * most),
        "\(sum) / (\(given.count) x \(most)) x 100"
      )
    case .quickDASH:
      return (
        Self.rounded((sum - given.count) * 2_500, over: given.count),
        "(\(sum) / \(given.count) - 1) x 25"
      )
    }
  }

  /// What happens to blanks, in words.
  public var missingRule: String {
    switch form.scoring {
    case .sumOfMarked: "a blank counts as no"
    case _ where mostMissing == 0: "every item must be answered"
    case .sum: "at most \(mostMissing) blank, each counted as the mean of the others"
    case .percentOfMaximum, .quickDASH, .mean:
      "at most \(mostMissing) blank, the score is of those answered"
    }
  }

  /// Whether a total as printed agrees with the computed score, at the precision it was printed in.
  public func agrees(_ printed: Hundredths, with score: Int32) -> Bool {
    let halfStep: Int64 = [50, 5, 0][min(max(printed.decimals, 0), 2)]
    return abs(Int64(printed.hundredths) - Int64(score)) <= halfStep
  }

  /// What a recorded score comes to when it is scored again, and what is wrong with it.
  public struct Recomputed: Hashable, Sendable {
    /// From the answers; the recorded score when there are none.
    public let score: Int32
    /// The total that the form said, with as many decimals as it had.
    public let reported: Hundredths?
    /// Whether the reported total, or the recorded score, is not what the answers give.
    public let disagrees: Bool
  }

  /// - Returns: nil when the answers cannot be scored by the rules in force.
  public func recompute(_ recorded: OutcomeMeasureScored) -> Recomputed? {
    var score = recorded.scoreHundredths
    if !recorded.items.isEmpty {
      guard let again = try? self.score(recorded.items.map(Int.init)) else { return nil }
      score = again
    }
    let reported = recorded.reported ? Hundredths(reported: recorded) : nil
    return Recomputed(
      score: score, reported: reported,
      disagrees: score != recorded.scoreHundredths
        || reported.map { !agrees($0, with: score) } ?? false)
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
