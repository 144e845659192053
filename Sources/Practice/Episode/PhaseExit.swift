import PracticeEvents

/// What ends a phase of a plan, as people write it:
/// - `NDI<=20` or `LEFS>=60`: the score itself, or better
/// - `NPRS by 2`: better by so much since the phase began
/// - `NPRS by 30%`: better by this share of the score at the start
/// - `goal 50%`: so much of the way to any goal with a score
/// - `6 visits`: so many since the phase began
public struct PhaseExit: TextValue {
  public static let what = "exit of a phase"
  public static let example = "NPRS by 2"

  let exit: TreatmentPlanAdopted.Exit

  public init(_ text: String) throws(ValueError) {
    var exit = TreatmentPlanAdopted.Exit()
    let plain = text.lowercased().split(separator: " ").joined(separator: " ")
    if let found = plain.wholeMatch(of: /(\d{1,3}) visits?/), let visits = Int32(found.1),
      visits > 0
    {
      exit.visits = visits
    } else if let found = plain.wholeMatch(of: /goal (\d{1,3}) ?%/), let share = Self.share(found.1)
    {
      exit.goalRate = share
    } else if let found = plain.wholeMatch(of: /([a-z]+) by (\d{1,3}) ?%/),
      let form = OutcomeForm.named(found.1), let share = Self.share(found.2)
    {
      exit.instrument = form.instrument
      exit.improvementRate = share
    } else if let found = plain.wholeMatch(of: /([a-z]+) by ([\d.]+)/),
      let form = OutcomeForm.named(found.1), let points = try? Hundredths(String(found.2)),
      points.hundredths > 0, points.hundredths <= form.scores.upperBound
    {
      exit.instrument = form.instrument
      exit.improvementHundredths = points.hundredths
    } else if let found = plain.wholeMatch(of: /([a-z]+) ?(<=|>=) ?([\d.]+)/),
      let form = OutcomeForm.named(found.1), form.isHigherBetter == (found.2 == ">="),
      let score = try? Hundredths(String(found.3)), form.scores.contains(score.hundredths)
    {
      exit.instrument = form.instrument
      exit.scoreHundredths = score.hundredths
    } else {
      throw ValueError(
        Self.what, given: text,
        problem: "it is no score on the better side of its scale, change, goal or count of visits",
        remedy: "write it like \"NDI<=20\", \"LEFS>=60\", \"NPRS by 2\", \"NPRS by 30%\", "
          + "\"goal 50%\" or \"6 visits\"")
    }
    self.exit = exit
  }

  public var description: String { exit.text }

  /// 1 to 100 percent, in parts per 100,000.
  private static func share(_ text: Substring) -> Int32? {
    Int32(text).flatMap { (1...100).contains($0) ? $0 * 1_000 : nil }
  }
}

extension OutcomeForm {
  /// By its name in lower case.
  fileprivate static func named(_ name: Substring) -> OutcomeForm? { all.first { $0.key == name } }
}

extension TreatmentPlanAdopted.Exit {
  /// As people write it; empty for a kind that this program does not know.
  public var text: String {
    let form = OutcomeForm.all.first { $0.instrument == instrument }
    let name = form?.name ?? ""
    switch reached {
    case .scoreHundredths(let score):
      return "\(name)\(form?.isHigherBetter == true ? ">=" : "<=")\(Hundredths.text(score))"
    case .improvementHundredths(let points): return "\(name) by \(Hundredths.text(points))"
    case .improvementRate(let share): return "\(name) by \(share / 1_000)%"
    case .goalRate(let share): return "goal \(share / 1_000)%"
    case .visits(let count): return count == 1 ? "1 visit" : "\(count) visits"
    case nil: return ""
    }
  }
}
