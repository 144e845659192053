import Practice
import PracticeEvents

/// The statement of an account, as it was issued.
public enum StatementDocument: IssuedDocument {
  public static let name = "statement"
  public static let summary = "A statement of a patient's account: what moved it, and what is due."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public typealias Issue = IssueStatement
  public static let identifier = EntityID.Kind.statement
  public static let parameter = "statement"

  public static func issued(by fact: Fact) -> String? {
    if case .statementIssued(let issued) = fact { issued.statement } else { nil }
  }

  public static func compose(
    _ id: String, of patient: SubjectID, _ state: PatientState, _ source: ReportSource
  ) throws -> Document {
    guard let issued = state.account.statements[id] else {
      throw ReportError.notFound(parameter: parameter, problem: "no such statement was issued")
    }
    return Document(
      title: "Statement of account", letterhead: source.clinic.profile.letterhead,
      date: issued.issuedOn.civilDate ?? source.today, recipient: state.addressLines,
      blocks: [facts(issued, state), .table(table(issued))] + dues(issued, source.clinic),
      signature: [], footer: [])
  }

  private static func facts(
    _ issued: StatementIssued, _ state: PatientState
  ) -> Document.Block {
    Document.known([
      ("Statement", issued.statement), ("Account", state.profile.current.mrn),
      ("Period", "\(words(issued.fromDateOn)) to \(words(issued.throughDateOn))"),
      (
        issued.balanceCents < 0 ? "Your credit" : "Balance",
        sum(issued.balanceCents < 0 ? 0 &- issued.balanceCents : issued.balanceCents)
      ),
      (
        "Please pay",
        issued.amountDueCents > 0
          ? "\(sum(issued.amountDueCents)) by \(words(issued.dueOn))" : "nothing is due"
      ),
    ])
  }

  private static func table(_ issued: StatementIssued) -> Document.Table {
    func amount(_ cents: Int64) -> String { cents == 0 ? "" : dollars(cents) }
    func total(_ part: KeyPath<StatementIssued.Line, Int64>) -> String {
      dollars(issued.lines.reduce(0) { $0 &+ $1[keyPath: part] })
    }
    let opening = [
      short(issued.fromDateOn), "Balance before", "", "", "", "",
      dollars(issued.previousBalanceCents),
    ]
    return Document.Table(
      columns: [
        .init("Date"), .init("What"), .init("Charges", isNumber: true),
        .init("Taken off", isNumber: true), .init("Insurance", isNumber: true),
        .init("You paid", isNumber: true), .init("Balance", isNumber: true),
      ],
      rows: [opening]
        + issued.lines.map { line in
          [
            short(line.on), line.what, amount(line.chargedCents), amount(line.adjustedCents),
            amount(line.insurancePaidCents), amount(line.patientPaidCents),
            dollars(line.balanceCents),
          ]
        },
      totals: [
        "", "Total", total(\.chargedCents), total(\.adjustedCents), total(\.insurancePaidCents),
        total(\.patientPaidCents), dollars(issued.balanceCents),
      ])
  }

  private static func dues(
    _ issued: StatementIssued, _ clinic: ClinicState
  ) -> [Document.Block] {
    var blocks: [Document.Block] = []
    if issued.agingCents.contains(where: { $0 != 0 }) {
      let titles = ["0–30 days", "31–60 days", "61–90 days", "91–120 days", "Over 120 days"]
      blocks += [
        .heading("What you owe, by age"),
        .table(
          .init(
            columns: titles.map { .init($0, isNumber: true) },
            rows: [issued.agingCents.map(dollars)])),
      ]
    }
    if issued.creditCents > 0 {
      blocks.append(
        .paragraph(
          "We hold \(sum(issued.creditCents)) of yours that no charge has used yet; it is taken off "
            + "the balance above."))
    }
    if issued.insurancePendingCents > 0 {
      blocks.append(
        .paragraph(
          "Your insurer is still to answer for charges of \(sum(issued.insurancePendingCents)). "
            + "They are not part of this balance; your share, if any, comes with a later statement."
        ))
    }
    if !issued.paymentPlan.isEmpty {
      blocks.append(
        .paragraph(
          "A payment plan is agreed with you; what is due above is its next instalment and whatever "
            + "is not part of the plan."))
    }
    let phone = clinic.profile.phone.asPhoneNumber
    blocks.append(
      .paragraph(
        "Questions, or not able to pay at once? \(phone.isEmpty ? "Write to us" : "Call \(phone)"): "
          + "payment plans and a discount by income can be arranged."))
    return blocks
  }
}
