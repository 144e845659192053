import Practice
import PracticeEvents
import Projection

/// A question that people ask of the clinic's records, defined once: the CLI subcommand, the HTTP
/// route, the CSV header, the help and the API description all derive from it.
public protocol Report: Sendable {
  /// Dotted, e.g. `ar.aging`.
  static var name: String { get }
  static var title: String { get }
  /// One sentence: what it answers, for whom.
  static var summary: String { get }
  /// Who may read it besides the owner (supervisor) and the auditor, who may read everything.
  static var roles: Set<Role> { get }
  static var parameters: [Parameter] { get }
  static var columns: [Column] { get }
  /// How it is written unless somebody asks for another format: a calendar's is `ics`, and no other
  /// report is written so.
  static var defaultFormat: ReportFormat { get }
  /// The views that it reads.
  static var projectors: [any Projector.Type] { get }
  /// Whether it draws a picture, so that it can be had as SVG.
  static var hasPlot: Bool { get }
  /// Names of the columns that tell rows apart, so that two answers can be compared. By default the
  /// first column and those of patients.
  static var key: [String] { get }
  /// Whether it reads the access log, which grows without the clinic's.
  static var readsAccessLog: Bool { get }

  /// The kinds of events that can change a row; nil for those that its views look at.
  static func kinds(behind row: [Cell]) -> Set<PracticeEvent.Kind>?

  /// Answers from one consistent state. Pure: the same source and parameters give the same rows.
  ///
  /// - Throws: `ReportError` for a parameter that names nothing, or whatever the source throws.
  static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody

  /// Whether someone of the role may read it with these parameters, given as text by name.
  static func isReadable(by role: Role, with given: [String: String]) -> Bool
}

extension Report {
  public static var defaultFormat: ReportFormat { .table }
  public static func isReadable(by role: Role, with given: [String: String]) -> Bool {
    isReadable(by: role)
  }
}

extension Report {
  public static var hasPlot: Bool { false }
  public static func kinds(behind row: [Cell]) -> Set<PracticeEvent.Kind>? { nil }
}

extension Report {
  public static var key: [String] {
    columns.enumerated().filter { $0.offset == 0 || $0.element.kind == .patient }.map(
      \.element.name)
  }
  public static var readsAccessLog: Bool { false }

  /// The cells below the rows: the word in one column, sums in others.
  static func totals(in label: String, _ sums: [String: Cell]) -> [Cell] {
    columns.map { $0.name == label ? .text("Total") : sums[$0.name] ?? .none }
  }
}

/// One parameter of a report.
public struct Parameter: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable {
    /// MRN or id.
    case patient
    /// NPI or id.
    case practitioner
    /// NPI or payer id.
    case payer
    /// ISO date.
    case date
    case integer
    case text
  }
  /// camelCase; a flag is its kebab-case.
  public var name: String
  public var kind: Kind
  public var help: String
  public var isRequired: Bool
  /// What stands for an absent one, as text; dates also know `today`, `startOfMonth`, `endOfMonth`;
  /// integers know `noteSigningHours` and `lateEntryHours`, the clinic's rules.
  public var defaultText: String?

  /// The only texts that it takes; empty for any. Who reads what is recorded with these, with dates,
  /// numbers and ids, and never with a free text: anybody's name may be typed there.
  public var words: [String] = []
  /// Whether it is the name of a user of the clinic.
  public var isUser = false

  /// Its name in kebab-case, as flags are written.
  public var flag: String { name.kebabCased }

  public static func required(_ name: String, _ kind: Kind, _ help: String) -> Parameter {
    Parameter(name: name, kind: kind, help: help, isRequired: true, defaultText: nil)
  }
  public static func optional(
    _ name: String, _ kind: Kind, _ help: String, default defaultText: String? = nil
  ) -> Parameter {
    Parameter(name: name, kind: kind, help: help, isRequired: false, defaultText: defaultText)
  }

  /// One of a few words.
  public static func optional(
    _ name: String, words: [String], _ help: String, default defaultText: String? = nil
  ) -> Parameter {
    var parameter = optional(name, .text, help, default: defaultText)
    parameter.words = words
    return parameter
  }

  /// The name of a user of the clinic.
  public static func user(_ help: String, isRequired: Bool) -> Parameter {
    var parameter = isRequired ? required("user", .text, help) : optional("user", .text, help)
    parameter.isUser = true
    return parameter
  }
}

/// One column of a report.
public struct Column: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable {
    case text, integer, money, rate, date, time, instant, flag, list
    /// Hundredths, shown with up to two decimals: scores.
    case hundredths
    /// Whom the row is about: the cell is the text of an MRN, or a list of them. The access log
    /// records from these columns whose data was read.
    case patient
    /// The name of an event's message, which people read as words.
    case eventType
  }
  /// camelCase; the key in JSON and the header in CSV.
  public var name: String
  /// The header in a table.
  public var title: String
  public var kind: Kind
  /// e.g. `minutes`, `visits`; empty when the kind says it.
  public var unit: String
  /// Left out of a table that is too wide otherwise; every other format has it.
  public var isDetail: Bool

  public init(
    _ name: String, _ title: String, _ kind: Kind, unit: String = "", isDetail: Bool = false
  ) {
    self.name = name
    self.title = title
    self.kind = kind
    self.unit = unit
    self.isDetail = isDetail
  }
}

/// One value of a row.
public enum Cell: Sendable, Hashable {
  case none
  case text(String)
  case integer(Int)
  case money(Money)
  case rate(Rate)
  case date(CivilDate)
  case time(CivilTime)
  case instant(Instant)
  case flag(Bool)
  case list([String])
  case hundredths(Int)
}

/// What a report found.
public struct ReportBody: Sendable, Hashable {
  /// Whom it is about, as people call them, e.g. `1001 Rivera, A.`; nil for a list of many.
  public var subject: String?
  /// Each row has one cell per column.
  public var rows: [[Cell]]
  /// One cell per column, shown below the rows.
  public var totals: [Cell]?
  /// Sentences that a reader needs, e.g. what is not counted.
  public var notes: [String]
  /// What people would rather look at: drawn in tables, and by itself as SVG.
  public var plot: Plot?
  /// The same for calendar programs, of a report that has one.
  public var calendar: PublishedCalendar?
  /// Whose data it holds, of a report that finds the patient by something else than a parameter or
  /// a column of patients.
  public var patients: Set<SubjectID>

  public init(
    subject: String? = nil, rows: [[Cell]], totals: [Cell]? = nil, notes: [String] = [],
    plot: Plot? = nil, calendar: PublishedCalendar? = nil, patients: Set<SubjectID> = []
  ) {
    self.patients = patients
    self.subject = subject
    self.rows = rows
    self.totals = totals
    self.notes = notes
    self.plot = plot
    self.calendar = calendar
  }
}

/// As of which state of the log an answer holds.
public struct AsOf: Sendable, Hashable {
  public var position: UInt64
  /// When that position was recorded; nil for an empty log.
  public var recordedAt: Instant?
  public init(position: UInt64, recordedAt: Instant?) {
    self.position = position
    self.recordedAt = recordedAt
  }
}

/// Everything that a report may read: the views and the facts, all as of one position.
public struct ReportSource {
  public var views: ViewSet
  public var facts: any Facts
  public var clinic: ClinicState
  public var zone: ClinicTimeZone
  public var asOf: AsOf
  /// The civil date that `today` means: of the as-of instant if one was asked for, else of the
  /// clock's.
  public var today: CivilDate
  /// The clinic's log, up to `asOf`.
  public var log: any FactLog
  /// The access log, up to the instant of `asOf`.
  public var accesses: any FactLog

  public init(
    views: ViewSet, facts: any Facts, clinic: ClinicState, zone: ClinicTimeZone, asOf: AsOf,
    today: CivilDate, log: any FactLog = FactList(), accesses: any FactLog = FactList()
  ) {
    self.views = views
    self.facts = facts
    self.clinic = clinic
    self.zone = zone
    self.asOf = asOf
    self.today = today
    self.log = log
    self.accesses = accesses
  }
}

/// A report with what was asked and what holds: the unit that is rendered.
public struct ReportAnswer: Sendable {
  public var name: String
  public var title: String
  /// Every parameter with its resolved value, in order; given again, the answer is the same.
  public var parameters: [(name: String, value: String)]
  /// Nil for a list that is not of the log.
  public var asOf: AsOf?
  /// Versions of the projectors it was read from, by view.
  public var projectorVersions: [(name: String, version: UInt32)]
  public var columns: [Column]
  public var body: ReportBody
  /// Whose data it holds.
  public var disclosed: Disclosure

  public init(
    name: String, title: String, parameters: [(name: String, value: String)], asOf: AsOf?,
    projectorVersions: [(name: String, version: UInt32)], columns: [Column], body: ReportBody,
    disclosed: Disclosure = .nobody
  ) {
    self.name = name
    self.title = title
    self.parameters = parameters
    self.asOf = asOf
    self.projectorVersions = projectorVersions
    self.columns = columns
    self.body = body
    self.disclosed = disclosed
  }
}
