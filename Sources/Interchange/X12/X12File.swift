/// One segment: an identifier and its elements.
public struct X12Segment: Hashable, Sendable {
  public let id: String
  /// Element 01 first.
  public let elements: [String]
  /// In the file, counted from 1.
  public let number: Int
  public let line: Int

  /// An element by its number in the standard, blanks around it taken off; empty when absent.
  public subscript(element: Int) -> String {
    guard element >= 1, element <= elements.count else { return "" }
    var text = elements[element - 1][...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

/// One transaction set, e.g. one payment advice.
public struct X12Transaction: Sendable {
  /// ST01: 835, 271, …
  public let type: String
  /// ST03, or GS08 where ST03 is not used: 005010X221A1, …
  public let implementation: String
  /// ISA15 is T: sent to try the connection, not to be acted on.
  public let isTest: Bool
  /// Between ST and SE.
  public let segments: [X12Segment]
  let header: X12Segment
  let separators: X12Separators

  static let names = [
    "270": "an eligibility inquiry", "271": "an eligibility answer", "276": "a status inquiry",
    "277": "a claim status answer or acknowledgement", "278": "an authorization",
    "820": "a premium payment", "834": "an enrolment", "835": "a payment advice",
    "837": "a claim", "997": "an acknowledgement", "999": "an acknowledgement",
  ]
}

/// A file of one or more interchanges, its envelopes checked.
public struct X12File: Sendable {
  public let transactions: [X12Transaction]
  /// What was tolerated.
  public let notes: [X12Note]

  /// Reads a whole file.
  ///
  /// Wrong counts and control numbers are noted; a missing trailer means that something is missing,
  /// and the file is refused.
  ///
  /// - Throws: `X12Error` for what is not X12, damaged or cut off.
  public init(_ bytes: [UInt8]) throws(X12Error) {
    var scanner = try X12Scanner(bytes)
    var envelopes = X12Envelopes()
    while let (segment, separators) = try scanner.next() {
      try envelopes.take(segment, separators)
    }
    try envelopes.finish()
    transactions = envelopes.transactions
    notes = scanner.notes + envelopes.notes
  }

  /// The transactions, which must all be of one type.
  ///
  /// - Throws: `X12Error` when there is none or one of another type.
  public func transactions(of type: String) throws(X12Error) -> [X12Transaction] {
    func name(_ type: String) -> String {
      X12Transaction.names[type].map { "\($0) (\(type))" } ?? "of another type"
    }
    guard !transactions.isEmpty else {
      throw X12Error("the file has no transaction", remedy: "give a file that has one")
    }
    for other in transactions where other.type != type {
      throw X12Error(
        "this is \(name(other.type)), not \(name(type))", at: other.header, element: 1,
        remedy: "give a file of \(type) only")
    }
    return transactions
  }
}

/// Follows the envelopes ISA–IEA, GS–GE and ST–SE.
private struct X12Envelopes {
  var transactions: [X12Transaction] = []
  var notes: [X12Note] = []
  private var interchange: X12Segment?
  private var group: X12Segment?
  private var set: X12Segment?
  private var groups = 0
  private var sets = 0
  /// Control numbers that were used: of interchanges by sender, of groups, of sets.
  private var controls: [String: Set<[String]>] = [:]
  private var segments: [X12Segment] = []

  mutating func take(_ segment: X12Segment, _ separators: X12Separators) throws(X12Error) {
    switch segment.id {
    case "ISA":
      try require(interchange == nil, "IEA is missing before it", segment)
      (interchange, groups) = (segment, 0)
      try requireNew(segment, 13, among: "ISA", [segment[6], segment[13]])
      controls["GS"] = []
    case "GS":
      try require(interchange != nil && group == nil, "it stands in the wrong place", segment)
      (group, sets) = (segment, 0)
      groups += 1
      try requireNew(segment, 6, among: "GS", [segment[6]])
      controls["ST"] = []
    case "ST":
      try require(group != nil && set == nil, "SE is missing before it", segment)
      (set, segments) = (segment, [])
      sets += 1
      try requireNew(segment, 2, among: "ST", [segment[2]])
    case "SE":
      guard let opened = set else { throw X12Error("ST is missing before it", at: segment) }
      check(segment, counts: segments.count + 2, control: opened[2])
      close(opened, separators)
    case "GE":
      guard let opened = group, set == nil else {
        throw X12Error("SE or GS is missing before it", at: segment)
      }
      check(segment, counts: sets, control: opened[6])
      group = nil
    case "IEA":
      guard let opened = interchange, group == nil, set == nil else {
        throw X12Error("GE or ISA is missing before it", at: segment)
      }
      check(segment, counts: groups, control: opened[13])
      interchange = nil
    case "TA1" where set == nil: break
    default:
      try require(set != nil, "it stands outside of a transaction", segment)
      segments.append(segment)
    }
  }

  /// A control number that comes twice means that a part stands in the file twice.
  private mutating func requireNew(
    _ segment: X12Segment, _ element: Int, among kind: String, _ control: [String]
  ) throws(X12Error) {
    guard !segment[element].isEmpty else { return }
    guard controls[kind, default: []].insert(control).inserted else {
      throw X12Error(
        "its control number stands in the file twice, as if a part were in it twice", at: segment,
        element: element)
    }
  }

  func finish() throws(X12Error) {
    guard let open = set ?? group ?? interchange else { return }
    let trailer = ["ST": "SE", "GS": "GE", "ISA": "IEA"][open.id] ?? "its trailer"
    throw X12Error("\(trailer) is missing: the file is cut off", at: open)
  }

  private mutating func close(_ opened: X12Segment, _ separators: X12Separators) {
    let version = opened[3].isEmpty ? group?[8] ?? "" : opened[3]
    transactions.append(
      X12Transaction(
        type: opened[1], implementation: version, isTest: interchange?[15] == "T",
        segments: segments, header: opened, separators: separators))
    set = nil
  }

  private func require(
    _ holds: Bool, _ problem: String, _ segment: X12Segment
  ) throws(X12Error) {
    guard holds else { throw X12Error(problem, at: segment) }
  }

  /// Trailers state a count and repeat the header's control number; senders get both wrong.
  private mutating func check(_ trailer: X12Segment, counts count: Int, control: String) {
    func note(_ text: String) {
      notes.append(X12Note(segment: trailer.number, line: trailer.line, text: text))
    }
    if Int(trailer[1]) != count { note("\(trailer.id)01 is not the count, \(count)") }
    if trailer[2] != control { note("\(trailer.id)02 is not the control number of its header") }
  }
}
