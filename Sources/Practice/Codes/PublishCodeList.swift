import PracticeEvents

/// Publishes diagnosis codes from a day of service on. A category (three characters) that the list
/// has is replaced as a whole; others stay as they were.
///
/// Each category is an event of its own, found by a tag, so that judging a code reads dozens of codes
/// and not the 74,000 of a year's release.
public struct PublishCodeList: Command {
  public static let name = "publish-code-list"
  public static let summary = "Publishes diagnosis codes that count from a day of service on."
  public static let help = [
    "version": "names this publication, e.g. FY2027",
    "effectiveFrom": "first day of service that is judged by it, e.g. 2026-10-01",
    "source": "where the list is from",
    "entries": "whole categories; refused as a whole when one is malformed",
  ]
  public static let roles: Set<Role> = [.supervisor, .biller]
  /// Codes in one event: with labels of 300 bytes still under the log's 64 KiB.
  private static let partSize = 150
  /// A release of ICD-10-CM has 74,000 billable codes and 23,000 categories of them.
  private static let mostCodes = 150_000

  public var version: String
  public var effectiveFrom: CivilDate
  public var source: String
  public var entries: [CodeListEntry]

  public init(
    version: String, effectiveFrom: CivilDate, source: String, entries: [CodeListEntry]
  ) {
    self.version = version
    self.effectiveFrom = effectiveFrom
    self.source = source
    self.entries = entries
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    try requirePlain(version, in: "version", atMost: 32)
    try require(source, in: "source", atMost: 200)
    try check()
    guard try facts.owner(of: .codeList("icd10cm", version)) == nil else {
      throw Refusal(
        rule: "codes.version", field: "version", problem: "version \(version) is published",
        remedy: "give the new list a version of its own")
    }
    let categories = Dictionary(grouping: entries, by: \.code.category)
    let events = categories.keys.sorted().flatMap { category -> [CodeListPublished] in
      let codes = (categories[category] ?? []).sorted { $0.code < $1.code }
      let parts = stride(from: 0, to: codes.count, by: Self.partSize)
        .map { codes[$0..<min($0 + Self.partSize, codes.count)] }
      return parts.enumerated().map { index, part in
        published(part, of: category, part: index + 1, of: parts.count)
      }
    }
    return Decision(
      events.map {
        ProposedFact(.codeLists, .codeListPublished($0), effectiveOn: effectiveFrom)
      })
  }

  private func check() throws {
    guard (1...Self.mostCodes).contains(entries.count) else {
      throw Refusal(
        rule: "codes.entries", field: "entries",
        problem: entries.isEmpty
          ? "there is no code in it" : "it has more than \(Self.mostCodes) codes",
        remedy: "give the codes of whole categories")
    }
    var seen: Set<ICD10CM> = []
    for (index, entry) in entries.enumerated() {
      let problem = entry.problem ?? (seen.insert(entry.code).inserted ? nil : "it is there twice")
      guard let problem else { continue }
      throw Refusal(
        rule: "codes.entry", field: "entries",
        problem: "code \(index + 1) of the list, \(entry.code): \(problem)",
        remedy: "correct it; nothing of the list was published")
    }
  }

  private func published(
    _ entries: ArraySlice<CodeListEntry>, of category: String, part: Int, of parts: Int
  ) -> CodeListPublished {
    var fact = CodeListPublished()
    fact.list = "icd10cm"
    fact.version = version
    fact.effectiveFrom = effectiveFrom.compact
    fact.source = source
    fact.category = category
    fact.part = Int32(clamping: part)
    fact.parts = Int32(clamping: parts)
    fact.entries = entries.map { given in
      var entry = CodeListPublished.Entry()
      entry.code = given.code.description
      entry.billable = given.billable
      entry.label = given.label
      entry.fromDateOn = given.from?.compact ?? 0
      entry.throughDateOn = given.through?.compact ?? 0
      return entry
    }
    return fact
  }
}
