import Practice
import PracticeEvents
import Projection
import ReadModels

public enum LmnMissingReport: Report {
  public static let name = "lmn.missing"
  public static let title = "HSA and FSA payments without a letter"
  public static let summary =
    "Health-account payments for care without a letter of medical necessity, or for relaxation."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public static let parameters: [Parameter] = [
    .optional("from", .date, "first day of payment"),
    .optional("through", .date, "last day of payment", default: "today"),
  ]
  public static let columns =
    PatientLabel.columns + [
      Column("paidOn", "Paid", .date), Column("method", "How", .text),
      Column("serviceOn", "Service", .date), Column("amount", "Amount", .money),
      Column("why", "What is missing", .text), Column("payment", "Payment", .text),
      Column("charge", "Charge", .text, isDetail: true),
    ]
  public static let key = ["payment", "charge"]
  public static let projectors: [any Projector.Type] = [
    BalancesProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let first = arguments.date("from")?.compact ?? 0
    let last = try arguments.requiredDate("through").compact
    let readiness = try source.readiness()
    let names = NameBook(readiness)
    var rows: [(label: PatientLabel, paidOn: Int32, charge: String, cells: [Cell])] = []
    var total: Int64 = 0
    try source.balances().forEachAccount { patient, account in
      let payments = account.payments.values.filter {
        !$0.reversed && $0.received.method.isHealthAccount
          && (first...max(first, last)).contains($0.received.receivedOn)
      }
      guard !payments.isEmpty else { return }
      let state = try readiness.patient(patient)
      for payment in payments.map(\.received) {
        for charge in account.charges.values {
          guard let cents = charge.applied[payment.payment], let why = why(charge, state) else {
            continue
          }
          let label = try names.patient(patient.description)
          total &+= cents
          rows.append(
            (
              label, payment.receivedOn, charge.charge,
              label.cells + [
                .day(payment.receivedOn), .text(payment.method.word), .day(charge.serviceOn),
                .cents(cents), .text(why), .text(payment.payment), .text(charge.charge),
              ]
            ))
        }
      }
    }
    rows.sort { ($0.label, $0.paidOn, $0.charge) < ($1.label, $1.paidOn, $1.charge) }
    return ReportBody(
      rows: rows.map(\.cells),
      totals: [.text("all"), .none, .none, .none, .none, .cents(total), .none, .none, .none],
      notes: ["The letter must hold on the day of service, not of payment."])
  }

  /// Nil when a letter holds.
  private static func why(_ charge: AccountState.Charge, _ state: PatientState) -> String? {
    if state.care.sessions[charge.session]?.delivered.serviceClass == .relaxation {
      return "relaxation is no medical care"
    }
    return state.profile.letter(on: charge.serviceOn) == nil ? "no letter on that day" : nil
  }
}
