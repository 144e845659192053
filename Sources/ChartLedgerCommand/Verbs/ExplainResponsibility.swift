import ArgumentParser
import Practice
import Reports

/// `chartledger explain responsibility`: what a plan leaves to the patient, without any clinic's data.
struct ExplainResponsibility: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "responsibility",
    abstract: "What of a charge payer and patient owe, step by step; needs no data.",
    discussion: """
      Examples:
        chartledger explain responsibility --charge 120.00 --allowed 100.00 \\
          --deductible-left 40.00 --coinsurance 20%
        chartledger explain responsibility --charge 120.00 --allowed 100.00 --coinsurance 30% \\
          --oop-left 12.50
      """)

  @Option(help: "What the clinic charges.") var charge: String
  @Option(help: "What the payer allows; the charge when left out.") var allowed: String?
  @Option(help: "What of the deductible is not met.") var deductibleLeft = "0.00"
  @Option(help: "The patient's share after the deductible, e.g. 20%.") var coinsurance = "0%"
  @Option(help: "The copay of a visit.") var copay = "0.00"
  @Option(help: "What is left to the out-of-pocket maximum; none when left out.")
  var oopLeft: String?
  @Flag(help: "A visit with a copay does not count towards the deductible.")
  var copayBeforeDeductible = false
  @Flag(help: "Out of network without assignment: the patient owes what is above the allowed, too.")
  var noAssignment = false
  @OptionGroup var output: FormatOption

  func run() throws {
    let charge = try Self.amount(charge, "charge")
    let plan = PatientResponsibility.Plan(
      deductibleLeft: try Self.amount(deductibleLeft, "deductible-left"),
      coinsurance: try Rate(coinsurance), copay: try Self.amount(copay, "copay"),
      outOfPocketLeft: try oopLeft.map { try Self.amount($0, "oop-left") },
      copayBeforeDeductible: copayBeforeDeductible, acceptsAllowed: !noAssignment)
    let found = PatientResponsibility(
      charge: charge, contracted: try allowed.map { try Self.amount($0, "allowed") } ?? charge,
      plan: plan)
    guard plan.coinsurance <= .whole else {
      throw UsageError("--coinsurance is more than 100%", hint: "give the patient's share")
    }
    try Console.write(
      Listing(
        title: "Who owes what",
        columns: [
          Column("step", "Step", .text), Column("arithmetic", "Arithmetic", .text),
          Column("amount", "Amount", .money),
        ],
        rows: found.steps(of: plan).map {
          [.text($0.what), .text($0.arithmetic), .money($0.amount)]
        },
        notes: ["Half a cent is rounded up. Payer and patient together owe the charge less CO-45."]
      ).render(output.format))
  }

  static func amount(_ text: String, _ flag: String) throws -> Money {
    let amount = try Money(text)
    guard amount >= .zero else {
      throw UsageError("--\(flag) is below 0.00", hint: "give 0.00 or more")
    }
    return amount
  }
}

/// `chartledger explain pip`: the patient's share of an auto accident's bills.
struct ExplainPIP: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pip",
    abstract: "The patient's share of a bill under New Jersey PIP; needs no data.",
    discussion: "Example: chartledger explain pip 1000.00 --billed-before 4500.00")

  @Argument(help: "The bill.") var bill: String
  @Option(help: "Bills of the same accident before it.") var billedBefore = "0.00"
  @Option(help: "The policy's deductible.") var deductible: String?
  @OptionGroup var output: FormatOption

  func run() throws {
    let bill = try ExplainResponsibility.amount(bill, "bill")
    let before = try ExplainResponsibility.amount(billedBefore, "billed-before")
    let usual = PIPShare(ClinicState(), on: .latest)
    let share = PIPShare(
      deductible: try deductible.map { try ExplainResponsibility.amount($0, "deductible") }
        ?? usual.deductible, coinsurance: usual.coinsurance, through: usual.through)
    let own = share.patient(of: bill, after: before)
    try Console.write(
      Listing(
        title: "Auto PIP",
        columns: [
          Column("who", "Who", .text), Column("arithmetic", "Arithmetic", .text),
          Column("amount", "Amount", .money),
        ],
        rows: [
          [
            .text("patient"),
            .text(
              "\(share.patient(ofBills: before + bill)) of all bills less "
                + "\(share.patient(ofBills: before)) of those before"), .money(own),
          ],
          [.text("insurer"), .text("\(bill) − \(own)"), .money(bill - own)],
        ],
        notes: [
          "\(share.deductible) deductible, then \(share.coinsurance) up to bills of "
            + "\(share.through), then nothing (N.J.S.A. 39:6A-4.3, N.J.A.C. 11:3-4.4)."
        ]
      ).render(output.format))
  }
}
