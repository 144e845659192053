import ArgumentParser
import Practice
import PracticeEvents
import Reports

/// `chartledger explain units`: minutes to units, without any clinic's data.
struct ExplainUnits: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "units",
    abstract: "How minutes become billable units, by either rule; needs no data.",
    discussion: """
      Examples:
        chartledger explain units --rule cms8 97140:38 97124:22
        chartledger explain units --rule ama --cap 4 97140:45 97124:30 97010:10
      """)

  enum Rule: String, ExpressibleByArgument, CaseIterable {
    case cms8, ama
    var unitRule: UnitRule { self == .ama ? .amaMidpoint : .cmsEightMinute }
  }

  @Option(help: "cms8, the Medicare 8-minute rule, or ama, the CPT midpoint rule.")
  var rule = Rule.cms8

  @Option(help: "The payer's most units of a day.")
  var cap: Int?

  @Option(help: "The line, from 1, that gets a unit which several could have.")
  var unitsTo: Int?

  @Argument(help: ArgumentHelp("What was done, as CODE:MINUTES.", valueName: "code:minutes"))
  var services: [String]

  @OptionGroup var output: FormatOption

  func run() throws {
    guard cap.map({ $0 >= 0 }) ?? true else {
      throw UsageError("--cap is below zero", hint: "give the payer's most units of a day")
    }
    let lines = try services.map(Self.line)
    let billable = BillableUnits(
      lines, rule: rule.unitRule, cap: cap, preferring: unitsTo.map { [$0 - 1] } ?? [])
    if let unitsTo, !billable.tied.contains(unitsTo - 1) {
      throw UsageError(
        "the minutes leave no choice about line \(unitsTo)",
        hint: billable.isTie
          ? "choose among the lines \(billable.tied.map { "\($0 + 1)" }.joined(separator: ", "))"
          : "leave --units-to out")
    }
    let explanation = UnitsExplanation(billable, of: lines, rule: rule.unitRule, cap: cap)
    try Console.write(
      Listing(
        title: "Units by the \(rule.unitRule.text)",
        columns: [
          Column("line", "Line", .integer), Column("code", "Code", .text),
          Column("minutes", "Minutes", .integer, unit: "minutes"),
          Column("timed", "Timed", .flag), Column("units", "Units", .integer, unit: "units"),
          Column("dropped", "Dropped", .integer, unit: "units"), Column("tied", "Tied", .flag),
          Column("arithmetic", "Arithmetic", .text),
        ],
        rows: lines.indices.map { index in
          [
            .integer(index + 1), .text(lines[index].cpt), .integer(lines[index].minutes),
            .flag(lines[index].isTimed), .integer(billable.units[index]),
            .integer(billable.dropped[index]), .flag(billable.tied.contains(index)),
            .text(explanation.lines[index]),
          ]
        },
        notes: explanation.sums + [
          "billed: \(billable.units.reduce(0, +)) units (\(rule.unitRule.source))"
        ]
      ).render(output.format))
  }

  private static func line(_ text: String) throws -> BillableUnits.Line {
    let service = try SessionService(text)
    guard let facts = ProcedureFacts.of(service.cpt) else {
      throw InputError(
        field: nil, "\(service.cpt) is not a code that this program knows: timed or not?")
    }
    return BillableUnits.Line(
      cpt: service.cpt.description, minutes: service.minutes, isTimed: facts.isTimed)
  }
}
