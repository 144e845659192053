import Practice

/// A report was asked for in a way that cannot be answered.
public enum ReportError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknownReport(String, known: [String])
  case unknownParameter(String, report: String, known: [String])
  case missingParameter(String, report: String)
  case malformedParameter(String, problem: String)
  case notFound(parameter: String, problem: String)
  case notAllowed(report: String, role: String)
  case noCalendar(report: String)
  /// The report has no picture, or nothing to draw.
  case noPicture(report: String)
  case asOfAhead(position: UInt64, head: UInt64)
  /// Nobody knows yet what will have been recorded by then.
  case asOfToCome(Instant)

  public var description: String {
    switch self {
    case .unknownReport(let name, let known):
      "there is no report \(name); there are \(known.joined(separator: ", "))"
    case .unknownParameter(let name, let report, let known):
      "\(report) has no parameter \(name); it takes "
        + (known.isEmpty ? "none" : known.joined(separator: ", "))
    case .missingParameter(let name, let report): "\(report) needs its parameter \(name)"
    case .malformedParameter(let name, let problem): "\(name): \(problem)"
    case .notFound(let parameter, let problem): "\(parameter): \(problem)"
    case .notAllowed(let report, let role): "a \(role) may not read \(report)"
    case .noCalendar(let report):
      "\(report) is no calendar; ask for table, json, ndjson or csv"
    case .noPicture(let report):
      "\(report) has no picture; there are "
        + ReportCatalog.all.filter { $0.hasPlot }.map { $0.name }.joined(separator: ", ")
        + ", and other formats"
    case .asOfAhead(let position, let head):
      "position \(position) is ahead of the log, whose head is \(head)"
    case .asOfToCome(let instant):
      "\(instant) is still to come; ask for a time up to now, or leave it out"
    }
  }
}

/// The parameters of a report with their values, checked against their definitions.
public struct Arguments {
  private let report: String
  private let definitions: [Parameter]
  private var texts: [String: String]
  private let source: ReportSource

  /// - Parameter given: values as text, by parameter name.
  /// - Throws: `ReportError` naming the first parameter that is unknown, missing or malformed.
  init(
    _ given: [String: String], for name: String, _ parameters: [Parameter], _ source: ReportSource
  ) throws {
    report = name
    definitions = parameters
    self.source = source
    let names = definitions.map(\.name)
    for name in given.keys.sorted() where !names.contains(name) {
      throw ReportError.unknownParameter(name, report: report, known: names)
    }
    texts = [:]
    for definition in definitions {
      guard let text = given[definition.name] ?? definition.defaultText else {
        if definition.isRequired {
          throw ReportError.missingParameter(definition.name, report: report)
        }
        continue
      }
      texts[definition.name] = try resolve(text, definition)
    }
  }

  /// What defaults of whole numbers may name: rules of the clinic's table `records`.
  private static let rules = [
    "noteSigningHours": "note-signing-hours", "lateEntryHours": "late-entry-hours",
  ]

  /// The patients that were asked for.
  var patients: [SubjectID] {
    definitions.filter { $0.kind == .patient }.compactMap { subject($0.name) }
  }

  /// Every parameter that has a value, in the order of definition.
  var resolved: [(name: String, value: String)] {
    definitions.compactMap { definition in
      texts[definition.name].map { (definition.name, $0) }
    }
  }

  public func text(_ name: String) -> String? { texts[name] }
  public func integer(_ name: String) -> Int? { texts[name].flatMap { Int($0) } }
  public func date(_ name: String) -> CivilDate? { texts[name].flatMap { try? CivilDate($0) } }
  public func subject(_ name: String) -> SubjectID? { texts[name].flatMap { try? SubjectID($0) } }

  /// A parameter that is required or has a default.
  public func requiredDate(_ name: String) throws -> CivilDate {
    try required(date(name), name)
  }
  public func requiredInteger(_ name: String) throws -> Int { try required(integer(name), name) }
  public func requiredSubject(_ name: String) throws -> SubjectID {
    try required(subject(name), name)
  }
  /// The dates between two parameters, both inclusive.
  ///
  /// - Parameter most: how many there may be.
  public func dates(
    from: String, through: String, atMost most: Int = .max
  ) throws -> ClosedRange<CivilDate> {
    let (first, last) = (try requiredDate(from), try requiredDate(through))
    guard first <= last else {
      throw ReportError.malformedParameter(through, problem: "\(last) is before \(from) \(first)")
    }
    guard first.days(until: last) < most else {
      throw ReportError.malformedParameter(
        through, problem: "\(first) to \(last) are more than \(most) days")
    }
    return first...last
  }

  private func required<Value>(_ value: Value?, _ name: String) throws -> Value {
    guard let value else { throw ReportError.missingParameter(name, report: report) }
    return value
  }

  /// The value in its one written form: ids for subjects, ISO for dates.
  private func resolve(_ text: String, _ definition: Parameter) throws -> String {
    do {
      switch definition.kind {
      case .text: return text
      case .integer:
        if let rule = Self.rules[text] {
          return String(source.clinic.rule("records", rule, on: source.today))
        }
        guard Int(text) != nil else {
          throw ReportError.malformedParameter(
            definition.name, problem: "\"\(text)\" is not a whole number")
        }
        return text
      case .date:
        switch text {
        case "today": return source.today.description
        case "startOfMonth": return source.today.startOfMonth.description
        case "endOfMonth": return source.today.endOfMonth.description
        default: return try CivilDate(text).description
        }
      case .patient:
        return try source.facts.patientID(SubjectReference(text)).description
      case .practitioner:
        return try source.facts.practitionerID(SubjectReference(text)).description
      case .payer: return try source.facts.payerID(SubjectReference(text)).description
      }
    } catch let error as ValueError {
      throw ReportError.malformedParameter(definition.name, problem: error.description)
    } catch let refusal as Refusal {
      throw ReportError.notFound(parameter: definition.name, problem: refusal.description)
    }
  }
}
