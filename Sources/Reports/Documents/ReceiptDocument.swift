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
        Document.known(
          [
            ("Receipt", issued.receipt), ("Patient", state.profile.current.legalName.full),
            ("Born", words(state.profile.current.bornOn)),
          ]
            + therapists.enumerated().map { index, therapist in
              ("Provider" + (therapists.count > 1 ? " \(index + 1)" : ""), therapist.text)
            } + [
              ("Practice", profile.name), ("Tax ID (EIN)", profile.ein),
              (
                "Medical necessity",
                letter.map {
                  "letter on file, \(words($0.validFrom)) to \(words($0.validThrough)), "
                    + $0.diagnosesIcd10Cm.joined(separator: ", ")
                } ?? ""
              ),
            ]), .heading("Services"), .table(services(issued, therapists.map(\.id))),
        .heading("Payments"), .table(payments(issued)),
        .paragraph(closing(issued, state.account)),
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

  /// With a column for who treated, when they are several.
  private static func services(
    _ issued: ItemizedReceiptIssued, _ therapists: [String]
  ) -> Document.Table {
    let isShared = therapists.count > 1
    func by(_ practitioner: String) -> [String] {
      guard isShared else { return [] }
      return [therapists.firstIndex(of: practitioner).map { String($0 + 1) } ?? ""]
    }
    return Document.Table(
      columns: [
        .init("Date of service"), .init("Description"), .init("CPT"), .init("Diagnosis"),
      ] + (isShared ? [.init("By")] : []) + [
        .init("Charged", isNumber: true), .init("Paid", isNumber: true),
      ],
      rows: issued.lines.map { line in
        [
          short(line.serviceOn), line.description_p,
          line.cpt.isEmpty ? "" : "\(line.cpt) × \(line.units)",
          line.diagnosesIcd10Cm.joined(separator: ", "),
        ] + by(line.practitioner) + [dollars(line.chargedCents), dollars(line.paidCents)]
      },
      totals: ["Total", "", "", ""] + (isShared ? [""] : []) + [
        dollars(issued.chargedCents), dollars(issued.paidCents),
      ])
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

  private static func closing(_ issued: ItemizedReceiptIssued, _ account: AccountState) -> String {
    let charges = issued.lines.compactMap { account.charges[$0.charge] }
    let open = charges.reduce(0) { $0 &+ $1.patientOpenCents }
    let pending = charges.reduce(0) { $0 &+ $1.insuranceOpenCents }
    let others = issued.chargedCents &- issued.paidCents &- open &- pending
    guard open > 0 || pending > 0 || others > 0 else {
      return "These charges are paid in full. Thank you."
    }
    let parts = [
      (others, "was paid by an insurer or taken off"), (pending, "is asked of an insurer"),
      (open, "is still to be paid by the patient"),
    ]
    return "Of these charges "
      + parts.filter { $0.0 > 0 }.map { "\(sum($0.0)) \($0.1)" }.joined(separator: ", ") + "."
  }
}
