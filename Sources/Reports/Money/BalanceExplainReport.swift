import Practice
import PracticeEvents
import Projection

public enum BalanceExplainReport: Report {
  public static let name = "balance.explain"
  public static let title = "Why the balance is what it is"
  public static let summary =
    "Every cent of a patient's balance: charge by charge, the event behind it and its arithmetic."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public static let parameters: [Parameter] = [
    .required("patient", .patient, "MRN or id"),
    .optional("charge", .text, "only this charge or payment"),
  ]
  public static let columns = [
    Column("item", "Charge or payment", .text), Column("date", "Date", .date),
    Column("what", "What", .text), Column("arithmetic", "Arithmetic", .text),
    Column("insurance", "Insurer owes", .money), Column("patient", "Patient owes", .money),
    Column("credit", "Credit", .money), Column("open", "Open after", .money),
    Column("user", "By", .text), Column("role", "Role", .text, isDetail: true),
    Column("position", "Position", .integer), Column("event", "Event", .text, isDetail: true),
  ]
  public static let key = ["event", "item"]
  public static let projectors: [any Projector.Type] = []

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let patient = try arguments.requiredSubject("patient")
    let history = try source.facts.history(of: patient)
    var steps = BalanceSteps(history).byItem
    let only = arguments.text("charge")
    if let only {
      steps.removeAll { $0.item != only }
      guard !steps.isEmpty else {
        throw ReportError.notFound(
          parameter: "charge", problem: "nothing in the patient's account is called \(only)")
      }
    }
    func sum(_ amount: KeyPath<BalanceSteps.Amounts, Int64>) -> Int64 {
      steps.flatMap(\.steps).reduce(0) { $0 &+ $1.change[keyPath: amount] }
    }
    let (insurance, own, credit) = (sum(\.insurance), sum(\.patient), sum(\.credit))
    let positions = Set(steps.flatMap(\.steps).map(\.fact.position)).sorted()
    return ReportBody(
      subject: try source.subject(patient),
      rows: steps.flatMap { item in item.steps.map { cells($0, of: item.item) } },
      totals: [
        .text(only ?? "balance"), .none, .none, .none, .cents(insurance), .cents(own),
        .cents(credit), .cents(insurance &+ own &- credit), .none, .none, .none, .none,
      ],
      notes: [
        "The columns of what is owed and of credit hold the change that each event made; open "
          + "after is what the charge (or, below zero, the payment's credit) stood at then.",
        "Balance = insurer owes + patient owes − credit = "
          + "\(Money(cents: insurance).grouped) + \(Money(cents: own).grouped) − "
          + "\(Money(cents: credit).grouped) = "
          + "\(Money(cents: insurance &+ own &- credit).grouped).",
        "It rests on \(positions.count) events: positions "
          + "\(positions.map(String.init).joined(separator: ", ")).",
      ])
  }

  private static func cells(_ step: BalanceSteps.Step, of item: String) -> [Cell] {
    let event = step.fact.event
    return [
      .text(item), .day(event.effectiveOn), .word(step.what), .word(step.arithmetic),
      .cents(step.change.insurance), .cents(step.change.patient), .cents(step.change.credit),
      .cents(step.open), .word(event.actor.user), .text(event.actor.role.text),
      .integer(Int(clamping: step.fact.position)), .text(step.fact.eventID),
    ]
  }
}
