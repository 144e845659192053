import Practice
import PracticeEvents
import Projection

public enum TaxPatientYearReport: Report {
  public static let name = "tax.patientYear"
  public static let title = "What a patient paid in a year"
  public static let summary = "A patient's payments of a calendar year by what they were for."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public static let parameters: [Parameter] = [
    .required("patient", .patient, "MRN or id"),
    .optional("year", .integer, "the one before today's when left out"),
  ]
  public static let columns = [
    Column("paidOn", "Paid on", .date), Column("what", "What", .text),
    Column("method", "How", .text), Column("medical", "Medical", .money),
    Column("preTax", "HSA/FSA", .money), Column("notMedical", "Not medical", .money),
    Column("notUsed", "Not used", .money),
  ]
  public static let key = ["paidOn", "what", "method"]
  public static let projectors: [any Projector.Type] = []

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let patient = try arguments.requiredSubject("patient")
    let year = arguments.integer("year") ?? source.today.year - 1
    guard (1900...2200).contains(year) else {
      throw ReportError.malformedParameter("year", problem: "\(year) is no year")
    }
    let paid = TaxStatementIssued(
      year: year, try source.facts.history(of: patient), try source.facts.patient(patient))
    return ReportBody(
      subject: try source.subject(patient), rows: paid.lines.map(cells),
      totals: [
        .none, .text("\(year)"), .none, .cents(paid.medicalCents), .cents(paid.preTaxCents),
        .cents(paid.notMedicalCents), .cents(paid.notUsedCents),
      ],
      notes: [
        "By the day of payment; refunds by the day on which they were paid out; prepaid sessions "
          + "when they are used.",
        "Prepaid and not used by the end of the year: "
          + "\(Money(cents: paid.prepaidUnusedCents).grouped). Paid by insurers: "
          + "\(Money(cents: paid.insurancePaidCents).grouped). Paid back to the patient, as "
          + "reported: \(Money(cents: paid.reimbursedCents).grouped).",
      ])
  }

  private static func cells(_ line: TaxStatementIssued.Line) -> [Cell] {
    func amount(_ kind: TaxStatementIssued.Kind) -> Cell {
      line.kind == kind ? .cents(line.amountCents) : .none
    }
    return [
      .day(line.paidOn), .text(line.what), .text(line.method.word), amount(.medical),
      amount(.preTax), amount(.notMedical), amount(.notUsed),
    ]
  }
}
