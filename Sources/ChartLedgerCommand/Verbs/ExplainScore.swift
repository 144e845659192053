import ArgumentParser
import Practice
import Reports

/// `chartledger explain score`: the score of a form, without a clinic.
struct ExplainScore: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "The score of a filled-in form: the arithmetic, and what it means.",
    discussion: """
      Needs no data; by the bundled rules, each with its source. A clinic's own rules may differ \
      (`publish-rule-table --table outcomes`).

      Examples:
        chartledger explain score NDI 2,1,2,2,3,2,2,,1,1
        chartledger explain score ODI 1,0,1,1,2,1,1,1,3,2 --reported 24
        chartledger explain score LEFS 2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,3,3,2,2 --baseline 34
      """)

  @Argument(help: "NPRS, VAS, NDI, ODI, PSFS, QuickDASH, LEFS or RMDQ.") var measure: String
  @Argument(help: "The answers in the order of the form, joined by commas; blank is left out.")
  var items: String
  @Option(help: "An earlier score; classifies the change since.") var baseline: String?
  @Option(help: "The total that the form says; compared with the computed one.")
  var reported: String?
  @OptionGroup var output: FormatOption

  func run() throws {
    let instrument = try named()
    let scored = try instrument.scored(answers(instrument))
    let before = try baseline.map { try score($0, instrument, "baseline") }
    let change = before.map { instrument.change(from: $0.hundredths, to: scored.hundredths) }
    let printed = try reported.map { try score($0, instrument, "reported") }
    let band = instrument.band(of: scored.hundredths)
    func threshold(_ threshold: OutcomeInstrument.Threshold?) -> [Cell] {
      threshold.map { [.hundredths(Int($0.hundredths)), .text($0.source)] } ?? [.none, .none]
    }
    let share = instrument.importantShare
    let cells: [(Column, Cell)] =
      [
        (Column("measure", "Measure", .text), .text(instrument.name)),
        (Column("score", "Score", .hundredths), .hundredths(Int(scored.hundredths))),
        (Column("unit", "Unit", .text), .text(instrument.unit)),
        (Column("scale", "Scale", .text), .text(scale(instrument))),
        (Column("arithmetic", "Arithmetic", .text), .text(scored.arithmetic)),
        (Column("answered", "Answered", .integer), .integer(scored.answered)),
        (Column("blank", "Left blank", .integer), .integer(scored.blanks)),
        (Column("missingRule", "Blanks", .text), .text(instrument.missingRule)),
        (Column("band", "Severity", .text), band.map { .text($0.name) } ?? .none),
        (Column("bandSource", "Severity by", .text), band.map { .text($0.source) } ?? .none),
      ]
      + zip(
        [Column("mdc", "MDC", .hundredths), Column("mdcSource", "MDC by", .text)],
        threshold(instrument.detectable))
      + zip(
        [Column("mcid", "MCID", .hundredths), Column("mcidSource", "MCID by", .text)],
        threshold(instrument.hasImportant ? instrument.important : nil))
      + [
        (
          Column("mcidShare", "MCID share", .rate),
          share.map { .rate(Rate(milliPercent: Int64($0.value))) } ?? .none
        ),
        (Column("mcidShareSource", "Share by", .text), share.map { .text($0.source) } ?? .none),
      ]
      + [
        (
          Column("baseline", "Baseline", .hundredths),
          before.map { .hundredths(Int($0.hundredths)) } ?? .none
        ),
        (
          Column("improvement", "Better by", .hundredths),
          change.map { .hundredths(Int($0.improvementHundredths)) } ?? .none
        ),
        (
          Column("change", "Change", .text),
          change.map { .text($0.size.rawValue) } ?? .none
        ),
        (
          Column("thirtyPercent", "By share", .flag),
          share == nil ? .none : change.map { .flag($0.isThirtyPercent) } ?? .none
        ),
        (
          Column("reported", "Reported", .hundredths),
          printed.map { .hundredths(Int($0.hundredths)) } ?? .none
        ),
        (
          Column("agrees", "Agrees", .flag),
          printed.map { .flag(instrument.agrees($0, with: scored.hundredths)) } ?? .none
        ),
      ]
    try Console.write(render(cells, instrument))
  }

  /// A table has a line for each fact; the other formats one row with a column for each.
  private func render(
    _ cells: [(column: Column, cell: Cell)], _ instrument: OutcomeInstrument
  ) throws -> String {
    guard output.format == .table else {
      return try Listing(
        title: "score", columns: cells.map(\.column), rows: [cells.map(\.cell)]
      ).render(output.format)
    }
    return try Listing(
      title: "Score of \(instrument.name)",
      columns: [Column("fact", "What", .text), Column("value", "Value", .text)],
      rows: cells.filter { $0.cell != .none }.map {
        [.text($0.column.title), .text($0.cell.text)]
      },
      notes: ["By the bundled rules; a clinic's own may differ."]
        + [instrument.unknownText].compactMap { $0 }
    ).render(.table)
  }

  private func scale(_ instrument: OutcomeInstrument) -> String {
    "\(Hundredths.text(instrument.scores.lowerBound)) to "
      + "\(Hundredths.text(instrument.scores.upperBound)) \(instrument.unit), "
      + "\(instrument.isHigherBetter ? "higher" : "lower") is better"
  }

  private func named() throws -> OutcomeInstrument {
    guard
      let found = OutcomeInstrument.all.first(where: {
        $0.name.lowercased() == measure.lowercased()
      })
    else {
      throw UsageError(
        "there is no measure \"\(measure.prefix(20))\"",
        hint: "it is one of \(OutcomeInstrument.all.map(\.name).joined(separator: ", "))")
    }
    return found
  }

  private func answers(_ instrument: OutcomeInstrument) throws -> [Int] {
    try items.split(separator: ",", omittingEmptySubsequences: false).enumerated()
      .map { index, text in
        let text = text.filter { $0 != " " }
        if text.isEmpty { return -1 }
        guard let answer = Int(text), answer >= 0 else {
          throw UsageError(
            "item \(index + 1) of \(instrument.name) is \"\(text.prefix(20))\", not a whole number",
            hint: "give \(instrument.answers.lowerBound) to \(instrument.answers.upperBound), or "
              + "leave it empty")
        }
        return answer
      }
  }

  private func score(
    _ text: String, _ instrument: OutcomeInstrument, _ flag: String
  ) throws -> Hundredths {
    let score = try Hundredths(text)
    guard instrument.scores.contains(score.hundredths) else {
      throw UsageError("--\(flag) \(score) is off the scale", hint: "it is \(scale(instrument))")
    }
    return score
  }
}
