import Practice
import PracticeEvents

/// What a patient paid in a year, for a tax return.
public enum TaxStatementDocument: IssuedDocument {
  public static let name = "tax-statement"
  public static let summary = "What a patient paid in a calendar year, by the day of payment."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public typealias Issue = IssueTaxStatement
  public static let identifier = EntityID.Kind.taxStatement
  public static let parameter = "taxStatement"

  public static func issued(by fact: Fact) -> String? {
    if case .taxStatementIssued(let issued) = fact { issued.taxStatement } else { nil }
  }

  public static func compose(
    _ id: String, of patient: SubjectID, _ state: PatientState, _ source: ReportSource
  ) throws -> Document {
    guard let issued = state.account.taxStatements[id] else {
      throw ReportError.notFound(parameter: parameter, problem: "no such statement was issued")
    }
    let profile = source.clinic.profile
    return Document(
      title: "Payments for care in \(issued.year)", letterhead: profile.letterhead,
      date: issued.issuedOn.civilDate ?? source.today, recipient: state.addressLines,
      blocks: [
        Document.known([
          ("Statement", issued.taxStatement), ("Patient", state.profile.current.legalName.full),
          ("Account", state.profile.current.mrn), ("Tax ID of the practice", profile.ein),
        ]), .heading("In short"), .table(summary(issued)),
      ] + details(issued) + [.heading("How to read this"), .paragraph(reading)], signature: [],
      footer: [])
  }

  private static func summary(_ issued: TaxStatementIssued) -> Document.Table {
    var rows = [
      ["Paid for medical care, with money that was taxed", dollars(issued.medicalCents)],
      ["Paid from an HSA or FSA (not deductible)", dollars(issued.preTaxCents)],
    ]
    let others = [
      ("Paid for relaxation or fees (not medical)", issued.notMedicalCents),
      ("Paid, but not used for your care", issued.notUsedCents),
      ("Prepaid sessions not used by the end of the year", issued.prepaidUnusedCents),
      ("Paid to us by insurers (not yours to deduct)", issued.insurancePaidCents),
      ("Paid back to you by an insurer, as you told us", issued.reimbursedCents),
    ]
    rows += others.filter { $0.1 != 0 }.map { [$0.0, dollars($0.1)] }
    return Document.Table(
      columns: [.init("In \(issued.year)"), .init("Amount", isNumber: true)], rows: rows)
  }

  private static func details(_ issued: TaxStatementIssued) -> [Document.Block] {
    let kinds: [(TaxStatementIssued.Kind, String)] = [
      (.medical, "Medical care, with taxed money"), (.preTax, "From an HSA or FSA"),
      (.notMedical, "Relaxation and fees"), (.notUsed, "Not used for your care"),
    ]
    return kinds.flatMap { kind, title -> [Document.Block] in
      let lines = issued.lines.filter { $0.kind == kind }
      guard !lines.isEmpty else { return [] }
      return [
        .heading(title),
        .table(
          .init(
            columns: [
              .init("Paid on"), .init("What"), .init("How"), .init("Amount", isNumber: true),
            ],
            rows: lines.map {
              [short($0.paidOn), $0.what, $0.method.word, dollars($0.amountCents)]
            }, totals: ["Total", "", "", dollars(lines.reduce(0) { $0 &+ $1.amountCents })])),
      ]
    }
  }

  private static let reading =
    "Payments count on the day on which you made them; for a card that is the day of the charge. "
    + "Refunds count on the day on which we paid them. Prepaid sessions count in the year in which "
    + "they were used. This statement says what was paid; whether and how much of it you may deduct "
    + "is for you and your tax adviser to judge."
}
