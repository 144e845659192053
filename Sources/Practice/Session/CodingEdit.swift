import PracticeEvents

/// A pair of codes in a session that payers bundle, by a rule of the table `ncci`: the column-2 code
/// on a line beside the column-1 code on others.
public struct CodingEdit: Hashable, Sendable {
  /// The line with the column-2 code.
  public let line: Int32
  public let columnOne: String
  public let columnTwo: String
  /// Whether a modifier may resolve it (indicator 1).
  public let allowsModifier: Bool
  /// Of the rule table; empty for the program's own.
  public let ruleVersion: String

  /// e.g. `NCCI 97140/97124 on line 2`.
  public var name: String { "NCCI \(columnOne)/\(columnTwo) on line \(line)" }

  /// Modifiers that say that two services were separate (CMS NCCI policy manual, chapter I, E).
  public static let modifiers: Set<String> = ["59", "XE", "XS", "XP", "XU"]

  /// The edits that a payer who applies them finds among a session's services on its date.
  public static func among(
    _ services: [SessionDelivered.Service], policy: PayerPolicy?, clinic: ClinicState,
    on date: CivilDate
  ) -> [CodingEdit] {
    guard policy?.appliesNcci == true else { return [] }
    return clinic.ruleKeys("ncci", on: date).flatMap { key -> [CodingEdit] in
      let pair = key.split(separator: "-").map(String.init)
      let indicator = clinic.rule("ncci", key, on: date)
      guard pair.count == 2, indicator == 0 || indicator == 1,
        services.contains(where: { $0.cpt == pair[0] })
      else { return [] }
      return services.filter { $0.cpt == pair[1] }.map {
        CodingEdit(
          line: $0.line, columnOne: pair[0], columnTwo: pair[1], allowsModifier: indicator == 1,
          ruleVersion: clinic.ruleVersion("ncci", key, on: date))
      }
    }
  }

  func raised(in session: String) -> CodingEditRaised {
    var fact = CodingEditRaised()
    fact.session = session
    fact.line = line
    fact.columnOneCpt = columnOne
    fact.columnTwoCpt = columnTwo
    fact.modifierAllowed = allowsModifier
    fact.ruleVersion = ruleVersion
    return fact
  }

  /// Why the column-2 line is separate from every column-1 line: other regions, and minutes of its
  /// own, at least 8 of them, as many as earn a unit.
  ///
  /// - Parameters:
  ///   - modifier: XU needs no other region, only other minutes.
  ///   - starts: minutes from the session's start by line, for lines that do not say it.
  /// - Throws: `Refusal` that says what is not separate.
  func justification(
    _ modifier: String, _ services: [SessionDelivered.Service], starts: [Int32: Int32] = [:]
  ) throws -> String {
    guard allowsModifier else { throw refusal("no modifier resolves this edit", dropRemedy) }
    guard modifier != "XE", modifier != "XP" else {
      throw refusal(
        "one session is one encounter with one practitioner, so \(modifier) cannot be right",
        "use 59 or XS for another region, or XU")
    }
    guard let second = services.first(where: { $0.line == line }) else {
      throw refusal("the session has no such line", "name a line of the session")
    }
    let firsts = services.filter { $0.cpt == columnOne }
    for first in firsts {
      guard modifier == "XU" || second.isElsewhere(than: first) else {
        throw refusal(
          "lines \(first.line) and \(line) are of the same region",
          "void the session and record it with the regions as they were; or \(dropRemedy)")
      }
      guard let one = first.block(starts), let two = second.block(starts) else {
        throw refusal(
          "nobody said when lines \(first.line) and \(line) began",
          "give starts, minutes from the start of the session, e.g. \(first.line)@0 \(line)@"
            + "\(first.minutes)")
      }
      guard !one.overlaps(two) else {
        throw refusal(
          "lines \(first.line) (\(one.text)) and \(line) (\(two.text)) overlap in time",
          "correct the starts; or \(dropRemedy)")
      }
      guard one.count >= 8, two.count >= 8 else {
        throw refusal(
          "a line of fewer than 8 minutes has no 15-minute block of its own", dropRemedy)
      }
    }
    return ([second] + firsts).map { service in
      let block = service.block(starts)?.text ?? ""
      return "\(service.cpt) \(service.bodyRegion) \(block)"
    }.joined(separator: "; ")
  }

  private var dropRemedy: String { "bill the column-1 code alone: resolution lineDropped" }

  func refusal(_ problem: String, _ remedy: String) -> Refusal {
    Refusal(
      rule: "ncci.\(columnOne)-\(columnTwo)", field: "session", problem: "\(name): \(problem)",
      remedy: remedy)
  }
}

extension SessionDelivered.Service {
  /// The minutes of the session in which it was given; nil when nobody said.
  func block(_ starts: [Int32: Int32] = [:]) -> Range<Int>? {
    guard let start = hasStartsAtMinute ? startsAtMinute : starts[line] else { return nil }
    return Int(start)..<Int(start) + Int(max(0, minutes))
  }

  /// Whether it was of another region: no region in common, or the other side of it.
  fileprivate func isElsewhere(than other: SessionDelivered.Service) -> Bool {
    let sides: Set<Side> = [side, other.side]
    return sides == [.left, .right]
      || Region.parts(of: bodyRegion).isDisjoint(with: Region.parts(of: other.bodyRegion))
  }
}

extension Range<Int> {
  /// e.g. `minutes 0-30`.
  fileprivate var text: String { "minutes \(lowerBound)-\(upperBound)" }
}

extension CareState.Session {
  /// The resolution of an edit; nil while it stands open.
  public func resolution(of edit: CodingEdit) -> CodingEditResolved? {
    edits.first {
      $0.isResolved && $0.raised.line == edit.line && $0.raised.columnOneCpt == edit.columnOne
    }?.resolved
  }

  /// Refuses to bill a session in which a payer will find a pair of codes that nobody resolved.
  func requireNoOpenEdit(
    policy: PayerPolicy?, clinic: ClinicState, on date: CivilDate, field: String
  ) throws {
    let found = CodingEdit.among(delivered.services, policy: policy, clinic: clinic, on: date)
    let open = found.filter { resolution(of: $0) == nil }
    guard let first = open.first else { return }
    let raised = edits.filter { !$0.isResolved }.map(\.event)
    throw Refusal(
      rule: "ncci.\(first.columnOne)-\(first.columnTwo)", field: field,
      problem: "the payer bundles codes of session \(delivered.session): \(first.name) is open",
      remedy: "resolve it with resolve-coding-edit, by a modifier or by dropping the line",
      evidence: raised.isEmpty ? [event].filter { !$0.isEmpty } : raised,
      details: open.map(\.name))
  }
}
