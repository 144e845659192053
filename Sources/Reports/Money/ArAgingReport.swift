import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ArAgingReport: Report {
  public static let name = "ar.aging"
  public static let title = "Accounts receivable by age"
  public static let summary = "What insurers and patients owe, by how long they have owed it."
  public static let roles: Set<Role> = [.biller]
  public static let parameters: [Parameter] = [
    .optional("date", .date, "the day up to which age is counted", default: "today"),
    .optional(
      "basis", .text,
      "dos counts from the date of service, responsibility since each side owes, claimSubmitted "
        + "from the first filing of the claim, statement from the first statement",
      default: "dos"),
  ]
  public static let columns =
    PatientLabel.columns + [
      Column("owedBy", "Owed by", .text), Column("days0To30", "0–30", .money),
      Column("days31To60", "31–60", .money), Column("days61To90", "61–90", .money),
      Column("days91To120", "91–120", .money), Column("daysOver120", "121+", .money),
      Column("total", "Total", .money), Column("credit", "Credit", .money),
    ]
  public static let key = ["mrn", "owedBy"]
  public static let projectors: [any Projector.Type] = [
    BalancesProjector.self, ReadinessProjector.self,
  ]

  private enum Basis: String, CaseIterable {
    case dos, responsibility, claimSubmitted, statement

    var note: String {
      switch self {
      case .dos: "Age counts from the date of service."
      case .responsibility:
        "Age counts for patients from the day the debt became theirs, for insurers from the first "
          + "filing of the claim, or from the date of service while none is filed."
      case .claimSubmitted:
        "Age counts from the first filing of a claim, or from the date of service while none is "
          + "filed."
      case .statement:
        "Age counts for patients from the first statement that told them of it, and is 0 while none "
          + "has; for insurers from the first filing of the claim."
      }
    }
  }

  /// Cents by age: 0–30, 31–60, 61–90, 91–120, 121 days and more.
  private struct Buckets {
    var cents: [Int64] = Array(repeating: 0, count: 5)
    var credit: Int64 = 0
    var isEmpty: Bool { cents.allSatisfy { $0 == 0 } && credit == 0 }

    /// A date that cannot be read or is still to come counts as today's.
    mutating func add(_ amount: Int64, since: Int32, to date: CivilDate) {
      let days = max(0, since.civilDate.map { $0.days(until: date) } ?? 0)
      cents[min(max(0, days - 1) / 30, 4)] &+= amount
    }
    mutating func add(_ other: Buckets) {
      for index in cents.indices { cents[index] &+= other.cents[index] }
      credit &+= other.credit
    }
    /// A credit reduces no bucket: nobody knows yet which debt it will settle.
    var cells: [Cell] {
      cents.map(Cell.cents) + [.cents(cents.reduce(0, &+)), .cents(credit)]
    }
  }

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let date = try arguments.requiredDate("date")
    let word = arguments.text("basis") ?? Basis.dos.rawValue
    guard let basis = Basis(rawValue: word) else {
      throw ReportError.malformedParameter(
        "basis",
        problem: "\"\(word)\" is none of "
          + Basis.allCases.map(\.rawValue).joined(separator: ", "))
    }
    let names = NameBook(try source.readiness())
    var rows: [(label: PatientLabel, id: SubjectID, owedBy: String, buckets: Buckets)] = []
    var total = Buckets()
    try source.balances().forEachOpenAccount { patient, account in
      let (insurance, own) = buckets(account, basis, date)
      let label = try names.patient(patient.description)
      for (owedBy, buckets) in [("insurance", insurance), ("patient", own)] {
        guard !buckets.isEmpty else { continue }
        rows.append((label, patient, owedBy, buckets))
        total.add(buckets)
      }
    }
    rows.sort { ($0.label, $0.id, $0.owedBy) < ($1.label, $1.id, $1.owedBy) }
    return ReportBody(
      rows: rows.map { $0.label.cells + [.text($0.owedBy)] + $0.buckets.cells },
      totals: [.text("all"), .none, .none] + total.cells,
      notes: [
        "Credit is money received that no charge has. It is in no bucket; the total less credit "
          + "is what is owed in the end.",
        basis.note,
        "Amounts are as recorded up to the position below; the date only sets their age.",
      ])
  }

  private static func buckets(
    _ account: OpenAccount, _ basis: Basis, _ date: CivilDate
  ) -> (
    insurance: Buckets, patient: Buckets
  ) {
    var (insurance, patient) = (Buckets(), Buckets())
    for item in account.items {
      let filed = item.claimSubmittedOn == 0 ? item.serviceOn : item.claimSubmittedOn
      let owed = item.patientSinceOn == 0 ? item.serviceOn : item.patientSinceOn
      let (insurers, patients) =
        switch basis {
        case .dos: (item.serviceOn, item.serviceOn)
        case .responsibility: (filed, owed)
        case .claimSubmitted: (filed, filed)
        case .statement: (filed, item.statementOn == 0 ? date.compact : item.statementOn)
        }
      insurance.add(item.insuranceOpenCents, since: insurers, to: date)
      patient.add(item.patientOpenCents, since: patients, to: date)
    }
    patient.credit = account.unappliedCents
    return (insurance, patient)
  }
}
