import ArgumentParser
import Practice
import Reports

/// `chartledger explain clearance`: the gate, condition by condition.
struct ExplainClearance: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clearance",
    abstract: "Why a visit may go ahead or not: each condition with its rule and its events.",
    discussion: """
      Examples:
        chartledger explain clearance apt-4KD92MQX7TWP --data clinic
        chartledger explain clearance --patient P-0001 --date 2026-03-05 --data clinic
      """)

  @Argument(help: "Identifier of the appointment; else give a patient.") var appointment: String?
  @Option(help: "MRN or id, for a visit that is not booked.") var patient: String?
  @Option(help: "Its day. Default: today.") var date: String?
  @Option(help: "NPI or id, whose licence and training are looked at.") var practitioner: String?
  @Option(help: "Procedures, parted by commas. Default: any.") var cpt: String?
  @OptionGroup var data: DataOption
  @OptionGroup var asOf: AsOfOption
  @OptionGroup var reader: ReaderOption
  @OptionGroup var output: FormatOption

  func run() async throws {
    guard (appointment == nil) != (patient == nil) else {
      throw UsageError(
        "it is not said which visit", hint: "give an appointment, or --patient and --date")
    }
    let given = [
      "appointment": appointment, "patient": patient, "date": date, "practitioner": practitioner,
      "cpt": cpt,
    ].compactMapValues { $0 }
    try await ReportOutput.write(
      ReportCatalog.named("clearance.explain"), given, try data.open(), asOf, reader,
      output.format)
  }
}

struct ExplainPrescription: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prescription",
    abstract: "How long each prescription holds and which visits used it.",
    discussion: "Example: chartledger explain prescription P-0001 --date 2026-03-05 --data clinic")

  @OptionGroup var patient: PatientReportOptions
  @Option(help: "The day of a visit. Default: today.") var date: String?

  func run() async throws {
    try await patient.write("prescription.explain", date.map { ["date": $0] } ?? [:])
  }
}

struct ExplainCoverage: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coverage",
    abstract: "What is left of authorizations and of the plan's visit limits, visit by visit.",
    discussion: "Example: chartledger explain coverage P-0001 --date 2026-03-05 --data clinic")

  @OptionGroup var patient: PatientReportOptions
  @Option(help: "The day of a visit. Default: today.") var date: String?

  func run() async throws {
    try await patient.write("coverage.explain", date.map { ["date": $0] } ?? [:])
  }
}

struct ExplainFrequency: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "frequency",
    abstract: "How often a patient should come, did come, and when that steps down.",
    discussion: "Example: chartledger explain frequency P-0001 --date 2026-03-05 --data clinic")

  @OptionGroup var patient: PatientReportOptions
  @Option(help: "The last day counted. Default: today.") var date: String?

  func run() async throws {
    try await patient.write("frequency.explain", date.map { ["date": $0] } ?? [:])
  }
}

struct ExplainPlateau: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plateau",
    abstract: "Whether a patient's scores still change, held against their MDC and MCID.",
    discussion: "Example: chartledger explain plateau P-0001 --data clinic")

  @OptionGroup var patient: PatientReportOptions

  func run() async throws { try await patient.write("plateau.explain") }
}

/// `chartledger explain region`: how a text about the body is understood.
struct ExplainRegion: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "region",
    abstract: "How a region of the body is understood; without a text, all that are known.",
    discussion: """
      Regions decide whether two services were separate (NCCI) and what a prescription reaches.

      Examples:
        chartledger explain region "L shoulder, C-spine"
        chartledger explain region --overlaps neck trapezius
      """)

  @Argument(help: "A region, in people's words.") var text: String?
  @Option(help: "Another: do both name the same tissue?") var overlaps: String?
  @OptionGroup var output: FormatOption

  func run() throws {
    guard let text else { return try Console.write(Self.vocabulary.render(output.format)) }
    let others = overlaps.map { TreatedRegion.parsed($0) }
    let parts = TreatedRegion.parsed(text)
    try Console.write(
      Listing(
        title: "Regions",
        columns: [
          Column("text", "Text", .text), Column("region", "Region", .text),
          Column("side", "Side", .text), Column("partOf", "Part of", .list),
          Column("overlaps", "Overlaps", .flag),
        ],
        rows: parts.map { part in
          [
            .text(part.text), part.region.map { .text($0.name) } ?? .none,
            part.side.map { .text($0.rawValue) } ?? .none, .list(part.region?.parents ?? []),
            others.map { .flag($0.contains { part.overlaps($0) }) } ?? .none,
          ]
        },
        notes: parts.allSatisfy { $0.region != nil }
          ? [] : ["A text without a region is held against others word by word."]
      ).render(output.format))
  }

  private static var vocabulary: Listing {
    Listing(
      title: "Regions of the body",
      columns: [
        Column("region", "Region", .text), Column("partOf", "Part of", .list),
        Column("words", "Also called", .list), Column("paired", "Left and right", .flag),
      ],
      rows: BodyRegion.all.map {
        [.text($0.name), .list($0.parents), .list($0.synonyms), .flag($0.isPaired)]
      })
  }
}
