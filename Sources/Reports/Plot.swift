import Practice

/// Scores over time with what they are held against: the baseline, the change that matters to
/// patients (MCID), the goal, and the phases of the plan.
public struct Plot: Sendable, Hashable {
  public struct Point: Sendable, Hashable {
    public var on: CivilDate
    public var hundredths: Int
    public init(on: CivilDate, hundredths: Int) {
      self.on = on
      self.hundredths = hundredths
    }
  }

  public struct Goal: Sendable, Hashable {
    public var hundredths: Int
    public var due: CivilDate?
    public init(hundredths: Int, due: CivilDate?) {
      self.hundredths = hundredths
      self.due = due
    }
  }

  /// A stretch of time, e.g. `acute 2-3/wk`.
  public struct Phase: Sendable, Hashable {
    public var from: CivilDate
    public var label: String
    public init(from: CivilDate, label: String) {
      self.from = from
      self.label = label
    }
  }

  public var title: String
  /// Of the scores, e.g. `%`.
  public var unit: String
  public var points: [Point]
  /// The whole scale, in hundredths.
  public var range: ClosedRange<Int>
  public var baseline: Int?
  /// From here on, in the direction of improvement, the change is important to patients (MCID).
  public var importantAt: Int?
  /// Who found that.
  public var importantSource: String
  public var goal: Goal?
  public var phases: [Phase]
  public var lowerIsBetter: Bool

  public init(
    title: String, unit: String = "", points: [Point], range: ClosedRange<Int>,
    baseline: Int? = nil, importantAt: Int?, importantSource: String = "", goal: Goal? = nil,
    phases: [Phase] = [], lowerIsBetter: Bool
  ) {
    self.title = title
    self.unit = unit
    self.points = points.sorted { $0.on < $1.on }
    self.range = range
    self.baseline = baseline
    self.importantAt = importantAt
    self.importantSource = importantSource
    self.goal = goal
    self.phases = phases.sorted { $0.from < $1.from }
    self.lowerIsBetter = lowerIsBetter
  }

  /// A score with its unit, e.g. `45.5 %`.
  func text(_ hundredths: Int) -> String {
    Cell.decimal(hundredths: hundredths) + (unit.isEmpty ? "" : " \(unit)")
  }

  /// The part of the scale that is drawn: from its best end to a round number past the worst score,
  /// so that nothing is exaggerated and little room is wasted. The step divides it.
  var axis: (range: ClosedRange<Int>, step: Int) {
    let shown = points.map(\.hundredths) + [baseline, goal?.hundredths].compactMap { $0 }
    let best = lowerIsBetter ? range.lowerBound : range.upperBound
    let worst =
      (lowerIsBetter ? shown.max() : shown.min()) ?? (lowerIsBetter ? range.upperBound : best)
    let span = max(100, abs(worst - best) * 21 / 20)
    let step = [100, 200, 500, 1_000, 2_000, 2_500, 5_000].first { span <= $0 * 6 } ?? 10_000
    let length = (span + step - 1) / step * step
    return lowerIsBetter
      ? (best...min(best + length, max(range.upperBound, worst)), step)
      : (max(best - length, min(range.lowerBound, worst))...best, step)
  }
}
