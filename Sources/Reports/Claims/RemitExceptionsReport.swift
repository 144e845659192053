import Practice
import PracticeEvents
import Projection
import ReadModels

public enum RemitExceptionsReport: Report {
  public static let name = "remit.exceptions"
  public static let title = "Claims of payment advices that were not posted"
  public static let summary = "What a person has to post or explain, and why it was not posted."
  public static let roles: Set<Role> = [.biller]
  public static let parameters: [Parameter] = []
  public static let columns =
    [
      Column("recorded", "Recorded", .date), Column("payer", "Payer", .text),
      Column("trace", "Trace", .text), Column("claim", "Claim", .text),
    ]
    + PatientLabel.columns + [
      Column("status", "CLP02", .integer), Column("charged", "Charged", .money),
      Column("paid", "Paid", .money), Column("patientOwes", "Patient owes", .money),
      Column("reasons", "Why", .list), Column("remittance", "Remittance", .text, isDetail: true),
      Column("payerControl", "Payer's number", .text, isDetail: true),
      Column("exception", "Exception", .text),
    ]
  public static let projectors: [any Projector.Type] = [
    RemittancesProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let names = NameBook(try source.readiness())
    let patients = PatientBook(source.facts)
    let open = try RemittancesQueries(source.views.rows(of: RemittancesProjector.self))
      .openExceptions()
    return ReportBody(
      rows: try open.map { row in
        let fact = row.recorded
        return [
          .day(row.recordedOn), .word(try names.payer(row.payer)), .word(fact.traceNumber),
          .word(fact.claimReference),
        ] + (try cells(ofPatientIn: fact, patients, source)) + [
          .integer(Int(fact.statusCode)), .cents(fact.chargeCents), .cents(fact.paidCents),
          .cents(fact.patientResponsibilityCents), .list(fact.reasons.map(\.problem)),
          .word(fact.remittance), .word(fact.payerControlNumber), .word(fact.exception),
        ]
      },
      notes: [
        "Post one as the payer states it: post-remittance-exception --exception ID, with --claim where "
          + "the payer named none of ours; else say what it is: resolve-remittance-exception. A "
          + "reversal goes before the new answer. The money itself is in cash.daily."
      ])
  }

  /// Whose claim it is, where the payer names one of ours.
  private static func cells(
    ofPatientIn fact: RemittanceExceptionRecorded, _ patients: PatientBook, _ source: ReportSource
  ) throws -> [Cell] {
    guard let claim = try? EntityID(fact.claimReference), claim.kind == .claim,
      let owner = try source.facts.owner(of: .entity(claim)),
      let label = try patients.label(owner)
    else { return [.none, .none] }
    return label.cells
  }
}
