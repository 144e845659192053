import Practice
import PracticeEvents
import Projection

public enum BalancePatientReport: Report {
  public static let name = "balance.patient"
  public static let title = "Account of a patient"
  public static let summary =
    "Everything that moved a patient's account, with the balance after it."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public static let parameters: [Parameter] = [.required("patient", .patient, "MRN or id")]
  public static let columns = [
    Column("date", "Date", .date), Column("what", "What", .text),
    Column("charge", "Charge", .money),
    Column("adjustment", "Adjusted", .money), Column("insurancePaid", "Ins. paid", .money),
    Column("patientPaid", "Pt. paid", .money), Column("credit", "Credit", .money),
    Column("balance", "Balance", .money), Column("user", "By", .text, isDetail: true),
    Column("position", "Position", .integer), Column("event", "Event", .text, isDetail: true),
  ]
  public static let key = ["event", "what"]
  public static let projectors: [any Projector.Type] = []

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let patient = try arguments.requiredSubject("patient")
    let all = AccountLedger.lines(of: try source.facts.history(of: patient))
    let lines = all.filter(\.movesMoney)
    func sum(_ amount: KeyPath<AccountLedger.Line, Int64>) -> Cell {
      .cents(lines.reduce(0) { $0 &+ $1[keyPath: amount] })
    }
    return ReportBody(
      subject: try source.subject(patient),
      rows: lines.map { line in
        [
          .day(line.effectiveOn), .text(line.what), .cents(line.charge), .cents(line.adjustment),
          .cents(line.insurancePaid), .cents(line.patientPaid), .cents(line.credit),
          .cents(line.balance), .word(line.actor), .integer(Int(clamping: line.position)),
          .text(line.eventID),
        ]
      },
      totals: [
        .none, .text("balance"), sum(\.charge), sum(\.adjustment), sum(\.insurancePaid),
        sum(\.patientPaid), sum(\.credit), .cents(lines.last?.balance ?? 0), .none, .none, .none,
      ],
      notes: [
        "Balance = charges − adjustments − payments − credit; credit is money received that no "
          + "charge has. It is what patient and insurers owe together.",
        "\(all.count - lines.count) more events of the account moved nothing and are not listed; "
          + "audit.patient lists them.",
      ])
  }
}

extension AccountLedger.Line {
  fileprivate var movesMoney: Bool {
    [charge, adjustment, insurancePaid, patientPaid, credit].contains { $0 != 0 }
  }
}
