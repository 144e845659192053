import Practice
import PracticeEvents
import Projection
import ReadModels

public enum DocumentsIssuedReport: Report {
  public static let name = "documents.issued"
  public static let title = "Bills, receipts, estimates and statements issued"
  public static let summary =
    "Every superbill, receipt, estimate, statement and tax statement: for whom, over how much, whether "
    + "it holds and was printed."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public static let parameters: [Parameter] = [
    .optional("from", .date, "first day of issue", default: "startOfMonth"),
    .optional("through", .date, "last day of issue", default: "endOfMonth"),
    .optional("patient", .patient, "only this patient"),
    .optional(
      "kind", .text, "only " + DocumentCatalog.issued.map { $0.name }.joined(separator: ", ")),
  ]
  public static let columns =
    [Column("issuedOn", "Issued", .date)] + PatientLabel.columns + [
      Column("kind", "Kind", .text), Column("document", "Document", .text),
      Column("covers", "Covers", .text), Column("amount", "Amount", .money),
      Column("standing", "Standing", .text), Column("printed", "Printed", .flag),
      Column("asOf", "Position", .integer, isDetail: true),
      Column("sha256", "SHA-256 of the HTML", .text, isDetail: true),
    ]
  public static let key = ["document"]
  public static let projectors: [any Projector.Type] = [
    BalancesProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let dates = try arguments.dates(from: "from", through: "through")
    let days = dates.lowerBound.compact...dates.upperBound.compact
    let kinds = try kinds(arguments.text("kind"))
    let only = arguments.subject("patient")
    let names = NameBook(try source.readiness())
    var rows: [(day: Int32, label: PatientLabel, id: String, cells: [Cell])] = []
    try source.balances().forEachAccount { patient, account in
      guard only == nil || only == patient else { return }
      let found = account.issuedPapers
        .filter { kinds.contains($0.kind) && days.contains($0.issuedOn) }
      guard !found.isEmpty else { return }
      let label = try names.patient(patient.description)
      for paper in found {
        rows.append(
          (
            paper.issuedOn, label, paper.id,
            [.day(paper.issuedOn)] + label.cells + paper.cells(account.documents[paper.id])
          ))
      }
    }
    rows.sort { ($0.day, $0.label, $0.id) < ($1.day, $1.label, $1.id) }
    return ReportBody(
      rows: rows.map(\.cells),
      notes: [
        "Amount: a superbill's charges, what a receipt says was paid, an estimate's total, what a "
          + "statement asks for, what a tax statement says was paid for medical care with taxed money.",
        "Print one again, the same to the byte: chartledger document KIND --KIND ID (an estimate's flag "
          + "is --estimate). One that was never printed was issued with record.",
      ])
  }

  private static func kinds(_ word: String?) throws -> Set<String> {
    let all = Set(DocumentCatalog.issued.map { $0.name })
    guard let word else { return all }
    guard all.contains(word) else {
      throw ReportError.malformedParameter(
        "kind", problem: "\"\(word)\" is none of \(all.sorted().joined(separator: ", "))")
    }
    return [word]
  }
}

/// Something issued, as a list shows it.
private struct IssuedPaper {
  var kind: String
  var id: String
  var issuedOn: Int32
  /// The days that it is about.
  var covers: String
  var cents: Int64
  var standing = "holds"

  func cells(_ print: DocumentIssued?) -> [Cell] {
    let hash = print?.renderings.first { $0.format == DocumentFormat.html.rawValue }?.sha256
    return [
      .text(kind), .text(id), .word(covers), .cents(cents), .text(standing), .flag(print != nil),
      print.map { .integer(Int(clamping: $0.asOf)) } ?? .none,
      hash.flatMap { FileHash(bytes: $0) }.map { .text($0.description) } ?? .none,
    ]
  }
}

extension AccountState {
  fileprivate var issuedPapers: [IssuedPaper] {
    superbills.map(paper) + estimates.map(paper)
      + receipts.values.map { issued in
        IssuedPaper(
          kind: ReceiptDocument.name, id: issued.receipt, issuedOn: issued.issuedOn,
          covers: span(issued.lines.map(\.serviceOn)), cents: issued.paidCents)
      }
      + statements.values.map { issued in
        IssuedPaper(
          kind: StatementDocument.name, id: issued.statement, issuedOn: issued.issuedOn,
          covers: span([issued.fromDateOn, issued.throughDateOn]), cents: issued.amountDueCents)
      }
      + taxStatements.values.map { issued in
        IssuedPaper(
          kind: TaxStatementDocument.name, id: issued.taxStatement, issuedOn: issued.issuedOn,
          covers: String(issued.year), cents: issued.medicalCents)
      }
  }

  private func paper(_ issued: SuperbillIssued) -> IssuedPaper {
    var paper = IssuedPaper(
      kind: SuperbillDocument.name, id: issued.superbill, issuedOn: issued.issuedOn,
      covers: span(issued.lines.map(\.serviceOn)),
      cents: issued.lines.reduce(0) { $0 &+ $1.chargeCents })
    let paidBack = reimbursements.filter { $0.superbill == issued.superbill }
      .reduce(0) { $0 &+ $1.amountCents }
    if superbillsVoided.contains(issued.superbill) {
      paper.standing = "voided"
    } else if let later = superbills.first(where: { $0.supersedes == issued.superbill }) {
      paper.standing = "replaced by \(later.superbill)"
    } else if paidBack > 0 {
      paper.standing = "insurer paid back \(Money(cents: paidBack))"
    }
    return paper
  }

  private func paper(_ issued: GoodFaithEstimateIssued) -> IssuedPaper {
    var paper = IssuedPaper(
      kind: EstimateDocument.name, id: issued.estimate, issuedOn: issued.issuedOn,
      covers: span([issued.issuedOn, issued.validThrough]), cents: issued.totalCents)
    if let later = estimates.first(where: { $0.replaces == issued.estimate }) {
      paper.standing = "replaced by \(later.estimate)"
    } else if estimatesDisputed[issued.estimate] != nil {
      paper.standing = "disputed"
    } else if let delivered = estimatesDelivered[issued.estimate]?.deliveredOn.civilDate {
      paper.standing = "delivered \(delivered)"
    }
    return paper
  }

  private func span(_ days: [Int32]) -> String {
    let ends = [days.min(), days.max()].compactMap { $0?.civilDate }
    return Set(ends).sorted().map(\.description).joined(separator: " to ")
  }
}
