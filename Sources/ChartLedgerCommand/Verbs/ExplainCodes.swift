import ArgumentParser
import Backend
import Foundation
import Practice
import PracticeEvents
import Reports

/// `chartledger explain npi`: is it one?
struct ExplainNPI: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "npi",
    abstract: "Whether a number is an NPI, with its check digit; needs no data.",
    discussion: "Example: chartledger explain npi 1234567893")

  @Argument(help: "Ten digits.") var npi: String
  @OptionGroup var output: FormatOption

  func run() throws {
    let npi = try NPI(npi)
    let terms = npi.luhnTerms
    try Console.write(
      Listing(
        title: "NPI \(npi)",
        columns: [
          Column("npi", "NPI", .text), Column("valid", "Valid", .flag),
          Column("sum", "Sum", .integer), Column("arithmetic", "Arithmetic", .text),
        ],
        rows: [
          [
            .text(npi.description), .flag(true), .integer(24 + terms.reduce(0, +)),
            .text("24 + " + terms.map(String.init).joined(separator: " + ")),
          ]
        ],
        notes: [
          "Every second digit from the right but the last is doubled and its digits added; 24 stands "
            + "for the prefix 80840. The sum must be a multiple of 10 (45 CFR 162.406).",
          "Whether the number was given to somebody only the NPPES registry knows.",
        ]
      ).render(output.format))
  }
}

/// `chartledger explain icd10`: may a claim carry it?
struct ExplainICD10: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "icd10",
    abstract: "Whether a claim may carry diagnosis codes on a day; needs no data.",
    discussion: """
      Judged by the bundled list, or with --data by the lists that the clinic published. Exits with \
      6 when a code is not billable on that day.

      Examples:
        chartledger explain icd10 M54.5 --on 2021-09-30
        chartledger explain icd10 M54.2 M25.511 --side L
      """)

  @Argument(help: "ICD-10-CM, with or without the dot.") var codes: [String]
  @Option(help: "The day of service. Default: today.") var on: String?
  @Option(help: "The side treated, L or R: does a code name the other?") var side: String?
  @Option(help: "A clinic whose published lists count.", completion: .directory)
  var data: String?
  @OptionGroup var output: FormatOption

  private struct Found {
    let code: ICD10CM
    let list: ICD10CMCatalog
    let verdict: ICD10CMCatalog.Verdict
    let isOtherSide: Bool
  }

  func run() throws {
    let codes = try codes.map { try ICD10CM($0) }
    let treated = try statedSide()
    let backend = try data.map { try Backend(DataDirectory($0)) }
    let zone = try backend?.zone() ?? .utc
    let day =
      try on.map { try CivilDate($0) }
      ?? zone.date(of: Instant(secondsSinceEpoch: Int64(Date().timeIntervalSince1970)))
    let lists = try lists(of: codes, on: day, backend)
    let found = codes.map { code in
      let list = lists[code.category] ?? .bundled
      let isOtherSide =
        [treated, code.laterality].allSatisfy { $0 == .left || $0 == .right }
        && treated != code.laterality
      return Found(
        code: code, list: list, verdict: list.verdict(on: code, at: day), isOtherSide: isOtherSide)
    }
    try Console.write(
      Listing(
        title: codes.count == 1 ? "ICD-10-CM \(codes[0])" : "ICD-10-CM codes",
        columns: [
          Column("code", "Code", .text), Column("label", "Label", .text),
          Column("on", "On", .date), Column("verdict", "Verdict", .text),
          Column("reason", "Why", .text), Column("useInstead", "Use instead", .list),
          Column("side", "Side", .text), Column("sideAgrees", "Side agrees", .flag),
          Column("list", "List", .text),
        ],
        rows: found.map { row($0, day, isSideGiven: treated != nil) }
      ).render(output.format))
    for other in found where other.isOtherSide {
      Console.say("warning: \(other.code) names the other side")
    }
    let reasons = found.compactMap { describe($0.verdict).reason }
    if let reason = reasons.first {
      throw Finding(
        text: codes.count == 1
          ? reason : "\(reasons.count) of \(codes.count) codes are not billable on \(day)",
        hint: "use a more specific code, or the list of another day")
    }
  }

  /// The list that judges each category: one reading for all its codes.
  private func lists(
    of codes: [ICD10CM], on day: CivilDate, _ backend: Backend?
  ) throws -> [String: ICD10CMCatalog] {
    guard let backend else { return [:] }
    return try backend.store.read { snapshot in
      let facts = LogFacts(snapshot)
      return try Dictionary(grouping: codes, by: \.category).mapValues {
        try facts.diagnosisCodes($0[0], at: day)
      }
    }
  }

  private func row(_ found: Found, _ day: CivilDate, isSideGiven: Bool) -> [Cell] {
    let (word, reason, instead) = describe(found.verdict)
    return [
      .text(found.code.description), found.list.label(of: found.code).map(Cell.text) ?? .none,
      .date(day), .text(word), reason.map(Cell.text) ?? .none,
      .list(instead.map(\.description)),
      (found.code.laterality?.rawValue).map(Cell.text) ?? .none,
      isSideGiven ? .flag(!found.isOtherSide) : .none, .text(found.list.version),
    ]
  }

  private func statedSide() throws -> Laterality? {
    guard let side else { return nil }
    guard let stated = Laterality(rawValue: side.uppercased()) else {
      throw UsageError("--side \(side.prefix(20)) is no side", hint: "give L, R, B or N")
    }
    return stated
  }

  private func describe(
    _ verdict: ICD10CMCatalog.Verdict
  ) -> (word: String, reason: String?, instead: [ICD10CM]) {
    switch verdict {
    case .billable: ("billable", nil, [])
    case .notBillable(let reason, let instead): ("not billable", reason, instead)
    case .unknown: ("not in the list, which says nothing against it", nil, [])
    }
  }
}
