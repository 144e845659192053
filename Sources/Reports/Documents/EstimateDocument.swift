import Practice
import PracticeEvents

/// The good-faith estimate of 45 CFR 149.610, with the contents of its paragraph (c)(1).
public enum EstimateDocument: IssuedDocument {
  public static let name = "good-faith-estimate"
  public static let summary = "What care is expected to cost a patient who pays (45 CFR 149.610)."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public typealias Issue = IssueEstimate
  public static let identifier = EntityID.Kind.estimate
  public static let parameter = "estimate"

  public static func issued(by fact: Fact) -> String? {
    if case .goodFaithEstimateIssued(let issued) = fact { issued.estimate } else { nil }
  }

  public static func compose(
    _ id: String, of patient: SubjectID, _ state: PatientState, _ source: ReportSource
  ) throws -> Document {
    guard let issued = state.account.estimates.last(where: { $0.estimate == id }) else {
      throw ReportError.notFound(parameter: parameter, problem: "no such estimate was issued")
    }
    let profile = source.clinic.profile
    let person = state.profile.current
    let day = issued.serviceOn == 0 ? issued.issuedOn : issued.serviceOn
    let therapist = try source.therapist(try? SubjectID(issued.practitioner), on: day)
    return Document(
      title: "Good-faith estimate", letterhead: profile.letterhead,
      date: issued.issuedOn.civilDate ?? source.today, recipient: state.addressLines,
      blocks: [
        Document.known([
          ("Estimate", issued.estimate), ("Replaces", issued.replaces),
          ("Patient", person.legalName.full), ("Born", words(person.bornOn)),
          ("Diagnoses", issued.diagnosesIcd10Cm.joined(separator: ", ")),
          (
            "First visit",
            issued.serviceOn == 0 ? "not scheduled yet" : words(issued.serviceOn)
          ),
          ("Covers visits through", words(issued.validThrough)),
        ]), .heading("Expected charges"), .table(table(issued, source.clinic)),
        .heading("Provider"),
        Document.known([
          ("Practice", profile.name), ("NPI", profile.npi), ("Tax ID (TIN)", profile.ein),
          ("Where", profile.address.lines.joined(separator: ", ")),
          ("Therapist", therapist?.name ?? ""), ("Therapist's NPI", therapist?.npi ?? ""),
          ("License", therapist?.license ?? ""),
        ]),
      ] + notices(issued, source.clinic), signature: [], footer: [])
  }

  private static func table(
    _ issued: GoodFaithEstimateIssued, _ clinic: ClinicState
  ) -> Document.Table {
    Document.Table(
      columns: [
        .init("Service"), .init("Code"), .init("Number", isNumber: true),
        .init("Each", isNumber: true), .init("Expected charge", isNumber: true),
      ],
      rows: issued.items.map { item in
        let count = max(1, Int64(item.quantity))
        let each = item.expectedCents / count
        return [
          clinic.service(item.service)?.name ?? item.service, item.cpt, String(item.quantity),
          each * count == item.expectedCents ? dollars(each) : "", dollars(item.expectedCents),
        ]
      }, totals: ["Total expected", "", "", "", dollars(issued.totalCents)])
  }

  private static func notices(
    _ issued: GoodFaithEstimateIssued, _ clinic: ClinicState
  ) -> [Document.Block] {
    let phone = clinic.profile.phone.asPhoneNumber
    let day = issued.issuedOn.civilDate ?? .latest
    let tolerance = Money(
      cents: Int64(clinic.rule("billing", "good-faith-estimate-tolerance-cents", on: day)))
    let line =
      tolerance.cents.isMultiple(of: 100)
      ? String(tolerance.cents / 100) : tolerance.grouped
    let days = clinic.rule("billing", "good-faith-estimate-dispute-days", on: day)
    return [
      .heading("Scheduled separately"),
      .paragraph(
        "None of the services above needs another provider or facility. Care that others order or "
          + "give, such as your doctor's visits or imaging, is not part of this estimate."),
      .heading("Please note"),
      .paragraph(
        "There may be additional items or services that we recommend as part of your care; they "
          + "would be scheduled or requested separately and are not in this estimate."),
      .paragraph(
        "This is only an estimate. Actual items, services or charges may differ. It is not a "
          + "contract, and does not oblige you to obtain these services from us."),
      .paragraph(
        "If you are billed $\(line) or more above this estimate, you have the right to dispute the bill. "
          + "You may ask us to update the bill to match the estimate, to negotiate it, or whether "
          + "financial help is available. You may also start a patient-provider dispute resolution "
          + "with the U.S. Department of Health and Human Services within \(days) calendar days of the "
          + "first bill: www.cms.gov/nosurprises or 1-800-985-3059. Starting it does not affect the "
          + "quality of the care you receive."),
      .paragraph(
        "Keep a copy of this estimate."
          + (phone.isEmpty ? "" : " Questions? Call us at \(phone).")),
    ]
  }
}
