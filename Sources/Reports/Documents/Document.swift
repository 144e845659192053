import Practice
import PracticeEvents
import Projection
import ReadModels

/// Something that leaves the clinic on paper: a letter, a bill, a statement. What it says, apart
/// from how it looks; the renderers make HTML to print and plain text of it.
public struct Document: Sendable, Hashable {
  public enum Block: Sendable, Hashable {
    case heading(String)
    case paragraph(String)
    /// Short labels with what is so, e.g. `Born` and `June 2, 1984`.
    case facts([Fact])
    case table(Table)
    case figure(Figure)
  }

  public struct Fact: Sendable, Hashable {
    public var label: String
    public var value: String
    public init(_ label: String, _ value: String) {
      self.label = label
      self.value = value
    }
  }

  public struct Table: Sendable, Hashable {
    public struct Column: Sendable, Hashable {
      public var title: String
      /// Numbers stand to the right.
      public var isNumber: Bool
      public init(_ title: String, isNumber: Bool = false) {
        self.title = title
        self.isNumber = isNumber
      }
    }
    public var columns: [Column]
    /// Each row has one text per column.
    public var rows: [[String]]
    /// Shown below the rows, e.g. sums.
    public var totals: [String]?
    public init(columns: [Column], rows: [[String]], totals: [String]? = nil) {
      self.columns = columns
      self.rows = rows
      self.totals = totals
    }
  }

  public struct Figure: Sendable, Hashable {
    public var caption: String
    public var plot: Plot
    public init(caption: String, plot: Plot) {
      self.caption = caption
      self.plot = plot
    }
  }

  public var title: String
  /// Who writes: the first line is the clinic's name.
  public var letterhead: [String]
  public var date: CivilDate
  /// To whom, a line each; empty when it goes to nobody in particular.
  public var recipient: [String]
  public var blocks: [Block]
  /// Who answers for it, a line each.
  public var signature: [String]
  /// What it was made from, and how to make it again.
  public var footer: [String]

  public init(
    title: String, letterhead: [String], date: CivilDate, recipient: [String], blocks: [Block],
    signature: [String], footer: [String]
  ) {
    self.title = title
    self.letterhead = letterhead
    self.date = date
    self.recipient = recipient
    self.blocks = blocks
    self.signature = signature
    self.footer = footer
  }
}

/// How a document is written.
public enum DocumentFormat: String, CaseIterable, Sendable {
  case html, text, json

  /// The document, ending with a newline; the same document gives the same bytes.
  public func render(_ document: Document) -> String {
    switch self {
    case .html: HTMLDocument(document).render()
    case .text: TextDocument(document).render()
    case .json: JSONDocument(document).render()
    }
  }
}

/// A kind of document, defined once, as a report is.
public protocol DocumentKind: Sendable {
  /// Kebab-case, e.g. `progress-letter`.
  static var name: String { get }
  /// One sentence: what it is and for whom.
  static var summary: String { get }
  static var roles: Set<Role> { get }
  static var parameters: [Parameter] { get }
  static var projectors: [any Projector.Type] { get }

  /// Pure: the same source and parameters give the same document. The source's `today` is the day
  /// of the last event that it knows.
  ///
  /// - Throws: `ReportError` for a parameter that names nothing, or whatever the source throws.
  static func compose(_ arguments: Arguments, _ source: ReportSource) throws -> Document
}

/// Every kind of document. A new one is listed here and nowhere else.
public enum DocumentCatalog {
  public static let all: [any DocumentKind.Type] = [ProgressLetter.self] + issued

  /// Those that stand for something issued, so that every print of one is the same.
  public static let issued: [any IssuedDocument.Type] = [
    SuperbillDocument.self, ReceiptDocument.self, StatementDocument.self, EstimateDocument.self,
    TaxStatementDocument.self,
  ]
}

extension DocumentKind {
  /// Whether someone of the role may make it.
  public static func isReadable(by role: Role) -> Bool {
    role == .supervisor || role == .auditor || role == .system || roles.contains(role)
  }

  /// Checks the parameters and composes.
  ///
  /// - Parameter given: values as text, by parameter name.
  public static func document(
    _ given: [String: String], from source: ReportSource
  ) throws -> Document {
    // A document is of the log and not of the clock, so that it can be made again as it was.
    var source = source
    if let recordedAt = source.asOf.recordedAt { source.today = source.zone.date(of: recordedAt) }
    let arguments = try Arguments(given, for: name, parameters, source)
    var document = try compose(arguments, source)
    document.footer += Self.origin(arguments, source)
    return document
  }

  private static func origin(_ arguments: Arguments, _ source: ReportSource) -> [String] {
    let flags = arguments.resolved.map { argument in
      let flag = parameters.first { $0.name == argument.name }?.flag ?? argument.name
      return " --\(flag) \(argument.value)"
    }
    if self is any IssuedDocument.Type {
      return [
        "Made from the clinic's log \(source.asOf.text).",
        "Every print is the same, byte for byte: chartledger document \(name)\(flags.joined())",
      ]
    }
    let views = ReadModelCatalog.views(behind: projectors).map { "\($0.name) \($0.version)" }
      .joined(separator: ", ")
    return [
      "Made from the clinic's log \(source.asOf.text) (views: \(views)).",
      "To make it again: chartledger document \(name)\(flags.joined()) "
        + "--as-of \(source.asOf.position)",
    ]
  }
}
