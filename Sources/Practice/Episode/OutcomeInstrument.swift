import PracticeEvents

/// A questionnaire or scale with the rules of a day: how many blanks it bears, and how large a
/// change must be to mean something.
///
/// The numbers are rules of the table `outcomes` (`DefaultRules`), effective-dated facts with their
/// sources, so that an old score is judged by the rule of its day.
@dynamicMemberLookup
public struct OutcomeInstrument: Sendable {
  /// A size of change, hundredths, and who found it.
  public struct Threshold: Sendable, Hashable {
    public let hundredths: Int32
    public let source: String
  }

  /// A degree of severity, from the last one's end through its own.
  public struct Band: Sendable, Hashable {
    public let name: String
    public let throughHundredths: Int32
    public let source: String
  }

  public let form: OutcomeForm
  /// More blanks than this and the form cannot be scored.
  public let mostMissing: Int
  /// Smallest change that is not measurement error (MDC); nil where none is published.
  public let detectable: Threshold?
  /// Smallest change that matters to patients (MCID).
  public let important: Threshold
  /// The share of the baseline, parts per 100,000, from which an improvement is important too.
  public let importantShare: RuleNumber?
  /// In ascending order; empty where none are published.
  public let bands: [Band]

  public subscript<Value>(dynamicMember path: KeyPath<OutcomeForm, Value>) -> Value {
    form[keyPath: path]
  }

  /// - Parameter rule: a number of the table `outcomes` by its key.
  init(_ form: OutcomeForm, rule: (String) -> RuleNumber?) {
    func threshold(_ name: String) -> Threshold? {
      guard let number = rule("\(form.key)-\(name)-hundredths"), number.value > 0 else {
        return nil
      }
      return Threshold(hundredths: Int32(clamping: number.value), source: number.source)
    }
    self.form = form
    mostMissing = form.fixedMissing ?? rule("\(form.key)-missing-items")?.value ?? 0
    detectable = threshold("mdc")
    // Without a rule no change counts as important.
    important = threshold("mcid") ?? Threshold(hundredths: .max, source: "no rule is in force")
    importantShare = rule("\(form.key)-mcid-rate").flatMap { $0.value > 0 ? $0 : nil }
    bands = form.bands.compactMap { name in
      threshold("band-\(name)").map {
        Band(name: name, throughHundredths: $0.hundredths, source: $0.source)
      }
    }
  }

  /// The instrument by the bundled rules.
  ///
  /// - Returns: nil for an instrument this program does not know.
  public static func of(_ instrument: Instrument) -> OutcomeInstrument? {
    OutcomeForm.all.first { $0.instrument == instrument }.map { form in
      OutcomeInstrument(form) { RuleNumber(bundled: "outcomes", $0) }
    }
  }

  /// Every instrument by the bundled rules.
  public static var all: [OutcomeInstrument] { OutcomeForm.all.compactMap { of($0.instrument) } }

  /// Whether a smallest change that matters is in force.
  public var hasImportant: Bool { important.hundredths != .max }
  /// Whether any size of change in points means something.
  public var hasThreshold: Bool { detectable != nil || hasImportant }

  /// What a reader must know before trusting a change; nil where both sizes are known.
  public var unknownText: String? {
    switch (detectable != nil, hasImportant) {
    case (true, true): nil
    case (false, true):
      "\(form.name): no MDC is known, so a change below the MCID may be error of measurement."
    case (true, false): "\(form.name): no MCID is known, so nothing is said of what matters."
    case (false, false): "\(form.name): neither MDC nor MCID is known, so no change is judged."
    }
  }

  /// The degree of severity of a score; nil where none are published.
  public func band(of score: Int32) -> Band? { bands.first { score <= $0.throughHundredths } }
}

extension ClinicState {
  /// The instrument by the rules that are in force on a date.
  ///
  /// - Returns: nil for an instrument this program does not know.
  public func instrument(_ instrument: Instrument, on date: CivilDate) -> OutcomeInstrument? {
    OutcomeForm.all.first { $0.instrument == instrument }.map { form in
      OutcomeInstrument(form) { ruleNumber("outcomes", $0, on: date) }
    }
  }
}

extension OutcomeInstrument {
  /// Whether a share of the baseline counts besides points (Ostelo 2008).
  public var usesThirtyPercentRule: Bool { importantShare != nil }

  /// What the step from one score to a later one means.
  public func change(from baseline: Int32, to now: Int32) -> OutcomeChange {
    let better = Int64(now) - Int64(baseline)
    let improvement = Int32(clamping: form.isHigherBetter ? better : -better)
    let detectable = detectable ?? important
    let size: OutcomeChange.Size
    if improvement >= important.hundredths {
      size = .important
    } else if improvement >= detectable.hundredths {
      size = .detectable
    } else {
      size = improvement <= -detectable.hundredths ? .worse : .none
    }
    let isShare = importantShare.map {
      improvement > 0 && Int64(improvement) * 100_000 >= Int64(baseline) * Int64($0.value)
    }
    return OutcomeChange(
      improvementHundredths: improvement, size: size, isThirtyPercent: isShare ?? false)
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

  /// Whether it matters to patients by either rule.
  public var matters: Bool { size == .important || isThirtyPercent }
}
