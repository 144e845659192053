import PracticeEvents

/// A pair of codes that payers bundle, by a rule of the table `ncci`: the column-2 code on a line of
/// a session beside the column-1 code, in the same session or in another that the same practitioner
/// gave the patient on the same day (CMS NCCI policy manual, chapter I: same beneficiary, same
/// provider, same date of service).
public struct CodingEdit: Hashable, Sendable {
  /// The session and its line with the column-2 code.
  public let session: String
  public let line: Int32
  public let columnOne: String
  public let columnTwo: String
  /// The session with the column-1 code; empty when it is the same.
  public let columnOneSession: String
  /// Whether a modifier may resolve it (indicator 1).
  public let allowsModifier: Bool
  /// Of the rule table; empty for the program's own.
  public let ruleVersion: String

  /// E.g. `NCCI 97140/97124 on line 2`, with the other session if there is one.
  public var name: String {
    "NCCI \(columnOne)/\(columnTwo) on line \(line)"
      + (columnOneSession.isEmpty ? "" : " of \(session), with \(columnOneSession)")
  }

  /// Modifiers that say that two services were separate (CMS NCCI policy manual, chapter I, E).
  public static let modifiers: Set<String> = ["59", "XE", "XS", "XP", "XU"]

  /// The edits that a payer who applies them finds on a session's lines, beside its own other lines
  /// and beside other sessions of the same day.
  ///
  /// - Parameter others: `CareState.sessionsBesides`.
  public static func among(
    _ session: SessionDelivered, besides others: [SessionDelivered] = [], policy: PayerPolicy?,
    clinic: ClinicState, on date: CivilDate
  ) -> [CodingEdit] {
    guard policy?.appliesNcci == true else { return [] }
    return clinic.ruleKeys("ncci", on: date).flatMap { key -> [CodingEdit] in
      let pair = key.split(separator: "-").map(String.init)
      let indicator = clinic.rule("ncci", key, on: date)
      guard pair.count == 2, indicator == 0 || indicator == 1 else { return [] }
      let bundling = ([session] + others).filter { $0.services.contains { $0.cpt == pair[0] } }
      return session.services.filter { $0.cpt == pair[1] }.flatMap { line in
        bundling.map { other in
          CodingEdit(
            session: session.session, line: line.line, columnOne: pair[0], columnTwo: pair[1],
            columnOneSession: other.session == session.session ? "" : other.session,
            allowsModifier: indicator == 1,
            ruleVersion: clinic.ruleVersion("ncci", key, on: date))
        }
      }
    }
  }

  var raised: CodingEditRaised {
    var fact = CodingEditRaised()
    fact.session = session
    fact.line = line
    fact.columnOneCpt = columnOne
    fact.columnTwoCpt = columnTwo
    fact.columnOneSession = columnOneSession
    fact.modifierAllowed = allowsModifier
    fact.ruleVersion = ruleVersion
    return fact
  }

  /// The same edit as one that was raised or resolved before.
  func isSame(line: Int32, columnOne: String, session: String) -> Bool {
    self.line == line && self.columnOne == columnOne && columnOneSession == session
  }

  private var dropRemedy: String { "bill the column-1 code alone: resolution lineDropped" }

  func refusal(_ problem: String, _ remedy: String) -> Refusal {
    Refusal(
      rule: "ncci.\(columnOne)-\(columnTwo)", field: "session", problem: "\(name): \(problem)",
      remedy: remedy)
  }

  /// Why the column-2 line is separate from every column-1 line. In one session: other regions, and
  /// minutes of its own, at least 8 of them, as many as earn a unit. In two sessions: the sessions
  /// themselves, which for XS must be of other regions too.
  ///
  /// - Parameters:
  ///   - modifier: XU needs no other region, only other minutes; XE another session.
  ///   - session: the one with the column-2 line.
  ///   - other: the one with the column-1 lines, which may be the same.
  ///   - starts: minutes from the session's start by line, for lines that do not say it.
  /// - Throws: `Refusal` that says what is not separate.
  func justification(
    _ modifier: String, _ session: SessionDelivered, _ other: SessionDelivered,
    starts: [Int32: Int32] = [:]
  ) throws -> String {
    guard allowsModifier else { throw refusal("no modifier resolves this edit", dropRemedy) }
    guard modifier != "XP" else {
      throw refusal(
        "both services are by one practitioner, so XP cannot be right", "use 59, XS or XU")
    }
    guard let second = session.services.first(where: { $0.line == line }) else {
      throw refusal("the session has no such line", "name a line of the session")
    }
    let firsts = other.services.filter { $0.cpt == columnOne }
    guard columnOneSession.isEmpty else {
      return try justification(modifier, second, firsts)
    }
    guard modifier != "XE" else {
      throw refusal(
        "one session is one encounter with one practitioner, so XE cannot be right",
        "use 59 or XS for another region, or XU")
    }
    for first in firsts { try requireSeparate(first, second, modifier, starts) }
    return ([second] + firsts).map { service in
      let block = service.block(starts)?.text ?? ""
      return "\(service.cpt) \(service.region) \(block)"
    }.joined(separator: "; ")
  }

  /// Of two sessions: no two can be at the same time (`requireNoOtherSession`).
  private func justification(
    _ modifier: String, _ second: SessionDelivered.Service, _ firsts: [SessionDelivered.Service]
  ) throws -> String {
    if modifier == "XS", let first = firsts.first(where: { !second.isElsewhere(than: $0) }) {
      throw refusal(
        "line \(line) and line \(first.line) of the other session are of the same region",
        "use XE or 59: they are of separate sessions")
    }
    return "separate sessions of the day: \(second.cpt) \(second.region) in \(session), "
      + firsts.map { "\($0.cpt) \($0.region)" }.joined(separator: ", ")
      + " in \(columnOneSession)"
  }

  private func requireSeparate(
    _ first: SessionDelivered.Service, _ second: SessionDelivered.Service, _ modifier: String,
    _ starts: [Int32: Int32]
  ) throws {
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
}

extension SessionDelivered.Service {
  /// The minutes of the session in which it was given; nil when nobody said.
  func block(_ starts: [Int32: Int32] = [:]) -> Range<Int>? {
    guard let start = hasStartsAtMinute ? startsAtMinute : starts[line] else { return nil }
    return Int(start)..<Int(start) + Int(max(0, minutes))
  }

  /// Where it was given, as recorded, with the side.
  public var region: String { TreatedRegion.text(bodyRegion, side: Laterality(side)) }

  /// Whether it was of another region: neither is the other or a part of it, or they are on
  /// opposite sides.
  fileprivate func isElsewhere(than other: SessionDelivered.Service) -> Bool {
    let own = TreatedRegion.parsed(bodyRegion, side: Laterality(side))
    let others = TreatedRegion.parsed(other.bodyRegion, side: Laterality(other.side))
    return own.allSatisfy { one in others.allSatisfy { !one.overlaps($0) } }
  }
}

extension Range<Int> {
  /// e.g. `minutes 0-30`.
  fileprivate var text: String { "minutes \(lowerBound)-\(upperBound)" }
}
