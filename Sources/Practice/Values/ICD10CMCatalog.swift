/// What is known of diagnosis codes: which exist, and when each could be billed.
///
/// Codes are data with dates, because the code set changes every October (and April): a claim is
/// judged by the set in force on its date of service.
public struct ICD10CMCatalog: Sendable {
  public struct Entry: Sendable, Hashable {
    public let code: ICD10CM
    /// Our own short wording.
    public let label: String
    /// First day of service on which the code is billable; nil for one that never was.
    public let billableFrom: CivilDate?
    /// Last such day; nil while it still is.
    public let billableThrough: CivilDate?

    public func isBillable(at date: CivilDate) -> Bool {
      guard let billableFrom, date >= billableFrom else { return false }
      return billableThrough.map { date <= $0 } ?? true
    }
  }

  public enum Verdict: Sendable, Hashable {
    case billable
    /// `reason` speaks of the code alone; `useInstead` lists the more specific codes billable on
    /// that day, sorted.
    case notBillable(reason: String, useInstead: [ICD10CM])
    /// Not among the codes this catalogue knows; that says nothing against it.
    case unknown
  }

  /// The release of the code set it was drawn from.
  public let version: String
  public let entries: [Entry]
  /// Whether a code that is not among the entries does not exist.
  public let isComplete: Bool
  private let byCode: [ICD10CM: Entry]

  /// - Parameter entries: at most one for a code; of several, the last counts.
  public init(version: String, entries: [Entry], isComplete: Bool = false) {
    self.version = version
    self.isComplete = isComplete
    self.entries = entries
    byCode = Dictionary(entries.map { ($0.code, $0) }, uniquingKeysWith: { $1 })
  }

  public func label(of code: ICD10CM) -> String? { byCode[code]?.label }

  /// Whether a claim for that day of service may carry the code.
  public func verdict(on code: ICD10CM, at date: CivilDate) -> Verdict {
    let entry = byCode[code]
    if let entry, entry.isBillable(at: date) { return .billable }
    let children = entries.filter { child in
      child.code.compact.hasPrefix(code.compact) && child.code != code
        && child.isBillable(at: date)
    }.map(\.code).sorted()
    if let from = entry?.billableFrom, date < from {
      return .notBillable(reason: "\(code) is billable only from \(from)", useInstead: children)
    }
    if let through = entry?.billableThrough {
      return .notBillable(
        reason: "\(code) was billable only through \(through); a more specific code replaced it",
        useInstead: children)
    }
    guard entry != nil || !children.isEmpty else {
      return isComplete
        ? .notBillable(reason: "\(code) is not in the list \(version)", useInstead: [])
        : .unknown
    }
    return .notBillable(
      reason: "\(code) is a category; a claim needs one of its more specific codes",
      useInstead: children)
  }
}
