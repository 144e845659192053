import ArgumentParser
import Backend
import EventLog
import Foundation
import Interchange
import Practice
import PracticeEvents
import Reports

/// What the imports of X12 files have in common.
struct X12Options: ParsableArguments {
  @Argument(help: "The file; - is stdin.", completion: .file()) var file: String
  @OptionGroup var data: DataOption
  @OptionGroup var actor: ActorOption
  @OptionGroup var output: FormatOption
  @Option(help: "The payer, by id; what the file says by default.") var payer: String?
  @Option(help: "Why; a supervisor's reason for what is recorded late.") var reason: String?
  @Flag(help: "Also record a file that says it is a test (ISA15 T).") var acceptTest = false
  @Flag(help: "Read, decide and show; record nothing.") var dryRun = false

  func bytes() throws -> [UInt8] {
    if file == "-" { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
    guard let read = FileManager.default.contents(atPath: file) else {
      throw UsageError("\(file) cannot be read", hint: "check the path")
    }
    return [UInt8](read)
  }

  func envelope(_ backend: Backend) throws -> CommandEnvelope {
    var generator = SystemRandomNumberGenerator()
    let milliseconds = UInt64(Date().timeIntervalSince1970 * 1000)
    return CommandEnvelope(
      id: CommandID.uuidV7(milliseconds: milliseconds, using: &generator),
      actor: try actor.actor(in: backend), channel: .x12, reason: reason)
  }

  /// Says what was tolerated, and what came of it.
  func say(_ notes: [X12Note], _ outcome: RecordedOutcome) {
    for note in notes { Console.say("note: \(note)") }
    for warning in outcome.warnings { Console.say("warning: \(warning)") }
    guard let first = outcome.facts.first, let last = outcome.facts.last else { return }
    Console.say(
      dryRun
        ? "would record \(outcome.facts.count) events"
        : "recorded \(outcome.facts.count) events, positions \(first.position) to \(last.position)")
  }

  /// Lists the events that were recorded, or says when the same file was.
  func show(_ result: FileImport, _ notes: [X12Note]) throws {
    switch result {
    case .already(let first): sayRepeated(first)
    case .recorded(let outcome):
      try Console.write(OutcomeListing.render(outcome, output.format, dryRun: dryRun))
      say(notes, outcome)
    }
  }

  func sayRepeated(_ first: RecordedFact) {
    Console.say(
      "already imported on \(Instant(microseconds: first.recordedAt)), position "
        + "\(first.position); nothing added")
  }
}

/// `chartledger import 835`.
struct ImportRemittance: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "835",
    abstract: "A payer's payment advice (X12 835): post what is clear, list the rest.",
    discussion: """
      Everything of a file is recorded in one append, or nothing; the same file once. A claim is \
      posted when the payment balances and the claim, its payer, charge and lines are known; any \
      other becomes an exception: see `report remit.exceptions`.
      """)

  @OptionGroup var options: X12Options

  func run() async throws {
    let bytes = try options.bytes()
    let file = try RemittanceFile(bytes)
    let backend = try options.data.open()
    let result = try await backend.importRemittance(
      file, bytes: bytes, payer: options.payer.map { SubjectReference($0) },
      acceptsTest: options.acceptTest, dryRun: options.dryRun, options.envelope(backend))
    switch result {
    case .already(let first): options.sayRepeated(first)
    case .recorded(let outcome):
      try Console.write(Self.listing(outcome).render(options.output.format))
      options.say(file.notes, outcome)
    }
  }

  private static func listing(_ outcome: RecordedOutcome) -> Listing {
    Listing(
      title: "Remittance",
      columns: [
        Column("claim", "Claim", .text), Column("status", "CLP02", .integer),
        Column("charged", "Charged", .money), Column("paid", "Paid", .money),
        Column("patient", "Patient", .money), Column("result", "Result", .text),
        Column("reasons", "Reasons", .list),
        Column("exception", "Exception", .text, isDetail: true),
      ], rows: outcome.facts.compactMap { $0.event.fact?.importRow })
  }
}

extension Fact {
  fileprivate var importRow: [Cell]? {
    func cents(_ cents: Int64) -> Cell { .money(Money(cents: cents)) }
    switch self {
    case .claimAdjudicated(let fact):
      return [
        .text(fact.claim), .integer(Int(fact.statusCode)), cents(fact.chargeCents),
        cents(fact.paidCents), cents(fact.patientResponsibilityCents), .text("posted"),
        .list([]), .none,
      ]
    case .remittanceExceptionRecorded(let fact):
      return [
        .text(fact.claimReference), .integer(Int(fact.statusCode)), cents(fact.chargeCents),
        cents(fact.paidCents), cents(fact.patientResponsibilityCents), .text("exception"),
        .list(fact.reasons.map(\.rule)), .text(fact.exception),
      ]
    default: return nil
    }
  }
}

/// `chartledger import 271`.
struct ImportEligibility: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "271",
    abstract: "A payer's answer about coverage (X12 271), recorded for the coverage it is about.",
    discussion: """
      Massage is service type BE. What the payer did not say about massage stays unknown, whatever \
      it said about other services: ask by phone.
      """)

  enum Network: String, ExpressibleByArgument, CaseIterable { case inside = "in", outside = "out" }

  @OptionGroup var options: X12Options
  @Option(help: "The coverage that a single answer is about; found by payer and member id.")
  var coverage: String?
  @Option(help: "Whether the clinic is in the plan's network: in or out.") var network: Network?

  func run() async throws {
    let bytes = try options.bytes()
    let file = try EligibilityFile(bytes)
    let backend = try options.data.open()
    let result = try await backend.importEligibility(
      file, bytes: bytes, payer: options.payer.map { SubjectReference($0) },
      coverage: try coverage.map { try EntityID($0, expecting: .coverage) },
      inNetwork: network.map { $0 == .inside }, acceptsTest: options.acceptTest,
      dryRun: options.dryRun, options.envelope(backend))
    try options.show(result, file.notes)
  }
}

/// `chartledger import 277ca`.
struct ImportAcknowledgements: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "277ca",
    abstract:
      "What a payer or clearinghouse said about claims (X12 277CA, 277): taken or rejected.",
    discussion: """
      A claim that is rejected at the front end was never with the payer: it is corrected and \
      submitted as a new original. The date of acceptance proves that it was filed in time.
      """)

  @OptionGroup var options: X12Options

  func run() async throws {
    let bytes = try options.bytes()
    let file = try ClaimAcknowledgementFile(bytes)
    let backend = try options.data.open()
    try options.show(
      await backend.importAcknowledgements(
        file, bytes: bytes, acceptsTest: options.acceptTest, dryRun: options.dryRun,
        options.envelope(backend)), file.notes)
  }
}

/// `chartledger import 999`.
struct ImportFileAcknowledgements: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "999",
    abstract: "What a receiver said about the form of a file of claims (X12 999).",
    discussion: """
      It speaks for all claims of a file: found by its control number (GS06), as recorded with \
      `record send-claim-batch`.
      """)

  @OptionGroup var options: X12Options

  func run() async throws {
    let bytes = try options.bytes()
    let file = try ImplementationAcknowledgementFile(bytes)
    let backend = try options.data.open()
    try options.show(
      await backend.importFileAcknowledgements(
        file, bytes: bytes, acceptsTest: options.acceptTest, dryRun: options.dryRun,
        options.envelope(backend)), file.notes)
  }
}
