import Practice
import PracticeEvents

/// An itemised receipt, with the five things that a health account asks for: patient, provider, date
/// of service, description, and the amount charged.
public enum ReceiptDocument: IssuedDocument {
  public static let name = "receipt"
  public static let summary =
    "An itemised receipt by date of service, for a health account or files."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public typealias Issue = IssueReceipt
  public static let identifier = EntityID.Kind.receipt
  public static let parameter = "receipt"

  public static func issued(by fact: Fact) -> String? {
    if case .itemizedReceiptIssued(let issued) = fact { issued.receipt } else { nil }
  }

  public static func compose(
    _ id: String, of patient: SubjectID, _ state: PatientState, _ source: ReportSource
  ) throws -> Document {
    guard let issued = state.account.receipts[id] else {
      throw ReportError.notFound(parameter: parameter, problem: "no such receipt was issued")
    }
    let therapists = try providers(issued, source)
    let letter = state.profile.letters.last { letter in
      issued.lines.contains {
        letter.validFrom <= $0.serviceOn && $0.serviceOn <= letter.validThrough
      }
    }
    let profile = source.clinic.profile
    return Document(
      title: "Itemized receipt", letterhead: profile.letterhead,
      date: issued.issuedOn.civilDate ?? source.today, recipient: state.addressLines,
      blocks: [
        Document.known([
          ("Receipt", issued.receipt), ("Patient", state.profile.current.legalName.full),
          ("Born", words(state.profile.current.bornOn)),
          ("Provider", therapists.map(\.text).joined(separator: "; ")),
          ("Practice", profile.name), ("Tax ID (EIN)", profile.ein),
          (
            "Medical necessity",
            letter.map {
              "letter on file, \(words($0.validFrom)) to \(words($0.validThrough)), "
                + $0.diagnosesIcd10Cm.joined(separator: ", ")
            } ?? ""
          ),
        ]), .heading("Services"), .table(services(issued)), .heading("Payments"),
        .table(payments(issued)), .paragraph(closing(issued)),
      ],
      signature: [], footer: [])
  }

  private static func providers(
    _ issued: ItemizedReceiptIssued, _ source: ReportSource
  ) throws -> [(id: String, text: String)] {
    var found: [(String, String)] = []
    for line in issued.lines where !found.contains(where: { $0.0 == line.practitioner }) {
      let id = try? SubjectID(line.practitioner)
      guard let person = try source.therapist(id, on: line.serviceOn) else { continue }
      let numbers = [
        person.npi.isEmpty ? "" : "NPI \(person.npi)",
        person.license.isEmpty ? "" : "license \(person.license)",
      ].filter { !$0.isEmpty }
      found.append((line.practitioner, ([person.name] + numbers).joined(separator: ", ")))
    }
    return found
  }

  private static func services(_ issued: ItemizedReceiptIssued) -> Document.Table {
    Document.Table(
      columns: [
        .init("Date of service"), .init("Description"), .init("CPT"), .init("Diagnosis"),
        .init("Charged", isNumber: true), .init("Paid", isNumber: true),
      ],
      rows: issued.lines.map { line in
        [
          short(line.serviceOn), line.description_p,
          line.cpt.isEmpty ? "" : "\(line.cpt) × \(line.units)",
          line.diagnosesIcd10Cm.joined(separator: ", "), dollars(line.chargedCents),
          dollars(line.paidCents),
        ]
      },
      totals: ["Total", "", "", "", dollars(issued.chargedCents), dollars(issued.paidCents)])
  }

  private static func payments(_ issued: ItemizedReceiptIssued) -> Document.Table {
    Document.Table(
      columns: [.init("Paid on"), .init("How"), .init("Used here", isNumber: true)],
      rows: issued.payments.map { payment in
        [
          short(payment.receivedOn),
          payment.package.isEmpty
            ? payment.method.word : "prepaid package, \(payment.method.word)",
          dollars(payment.amountCents),
        ]
      }, totals: ["Total", "", dollars(issued.payments.reduce(0) { $0 &+ $1.amountCents })])
  }

  private static func closing(_ issued: ItemizedReceiptIssued) -> String {
    let open = issued.chargedCents &- issued.paidCents
    return open > 0
      ? "Of these charges \(sum(open)) was paid by others, given up, or is still open."
      : "These charges are paid in full. Thank you."
  }
}
