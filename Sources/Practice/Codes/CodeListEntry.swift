import PracticeEvents

/// A code as a list of codes has it.
public struct CodeListEntry: Codable, Sendable, Hashable {
  public var code: ICD10CM
  /// Whether a claim may carry it; a category of finer codes may not.
  public var billable: Bool
  public var label: String
  /// First day of service; as early as the list is old by default.
  public var from: CivilDate?
  /// Last day of service; open by default.
  public var through: CivilDate?

  public init(
    code: ICD10CM, billable: Bool, label: String, from: CivilDate? = nil,
    through: CivilDate? = nil
  ) {
    self.code = code
    self.billable = billable
    self.label = label
    self.from = from
    self.through = through
  }

  /// What is wrong with it; nil when nothing is.
  var problem: String? {
    if label.isEmpty || label.utf8.count > 300 { return "its label is empty or too long" }
    if let from, let through, from > through { return "it ends before it begins" }
    return nil
  }
}

extension ICD10CMCatalog {
  /// A category of a published list.
  ///
  /// - Parameter parts: all events of one version of the category.
  init(_ parts: [CodeListPublished]) {
    self.init(
      version: parts.first?.version ?? "",
      entries: parts.flatMap(\.entries).compactMap { entry in
        guard let code = try? ICD10CM(entry.code) else { return nil }
        return Entry(
          code: code, label: entry.label,
          billableFrom: entry.billable ? entry.fromDateOn.civilDate ?? .earliest : nil,
          billableThrough: entry.billable ? entry.throughDateOn.civilDate : nil)
      }, isComplete: true)
  }
}

extension Facts {
  /// The codes by which a diagnosis of a day of service is judged: the latest list in effect on the
  /// day that has the code's category, else the bundled one.
  public func diagnosisCodes(_ code: ICD10CM, at date: CivilDate) throws -> ICD10CMCatalog {
    let published = try history(tagged: .codeCategory("icd10cm", code.category))
      .compactMap { recorded -> CodeListPublished? in
        guard case .codeListPublished(let fact) = recorded.event.fact else { return nil }
        return fact
      }
    guard let holding = published.inForce(on: date, from: \.effectiveFrom) else {
      return .bundled
    }
    return ICD10CMCatalog(published.filter { $0.version == holding.version })
  }

  /// Whether a claim for that day of service may carry the code.
  public func verdict(
    on code: ICD10CM, at date: CivilDate
  ) throws -> ICD10CMCatalog.Verdict {
    try diagnosisCodes(code, at: date).verdict(on: code, at: date)
  }

  /// The refusal of a code that is not billable on the day of service; nil for one that is, and for
  /// one that no list knows.
  func refusal(
    of code: ICD10CM, at date: CivilDate, rule: String, field: String
  ) throws -> Refusal? {
    guard case .notBillable(let reason, let instead) = try verdict(on: code, at: date) else {
      return nil
    }
    let codes = instead.prefix(8).map(\.description).joined(separator: ", ")
    return Refusal(
      rule: rule, field: field, problem: reason,
      remedy: codes.isEmpty
        ? "ask the provider for a code that is billable on \(date)"
        : "ask the provider which it is: \(codes)")
  }
}
