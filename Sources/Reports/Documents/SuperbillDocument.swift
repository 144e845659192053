import Practice
import PracticeEvents

/// The itemised bill with which a patient asks the insurer for reimbursement.
public enum SuperbillDocument: IssuedDocument {
  public static let name = "superbill"
  public static let summary = "The itemised bill that a patient sends to the insurer."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public typealias Issue = IssueSuperbill
  public static let identifier = EntityID.Kind.superbill
  public static let parameter = "superbill"

  public static func issued(by fact: Fact) -> String? {
    if case .superbillIssued(let issued) = fact { issued.superbill } else { nil }
  }

  public static func compose(
    _ id: String, of patient: SubjectID, _ state: PatientState, _ source: ReportSource
  ) throws -> Document {
    guard let issued = state.account.superbills.last(where: { $0.superbill == id }) else {
      throw ReportError.notFound(parameter: parameter, problem: "no such superbill was issued")
    }
    let bill = Superbill(issued: issued, state: state, source: source)
    return Document(
      title: "Superbill", letterhead: source.clinic.profile.letterhead,
      date: issued.issuedOn.civilDate ?? source.today, recipient: state.addressLines,
      blocks: try bill.blocks(), signature: try bill.signature(), footer: [])
  }
}

private struct Superbill {
  let issued: SuperbillIssued
  let state: PatientState
  let source: ReportSource

  func blocks() throws -> [Document.Block] {
    let profile = source.clinic.profile
    let person = state.profile.current
    let standing =
      "Superbill \(issued.superbill)"
      + (issued.supersedes.isEmpty ? "" : ", replaces \(issued.supersedes)")
    return [
      .paragraph(
        "\(standing). The patient has paid as shown and asks for reimbursement. \(billed); please pay "
          + "the patient."),
      .heading("Provider"),
      Document.known(
        [
          ("Practice", profile.name), ("Address", profile.address.lines.joined(separator: ", ")),
          (
            "Phone, fax",
            [profile.phone, profile.fax].filter { !$0.isEmpty }
              .map(\.asPhoneNumber).joined(separator: ", ")
          ),
          ("Group NPI", profile.npi), ("Tax ID (EIN)", profile.ein),
        ] + (try rendering())),
      .heading("Patient"),
      Document.known(
        [
          ("Name", person.legalName.full), ("Born", words(person.bornOn)),
          ("Sex", person.sex), ("Address", person.address.lines.joined(separator: ", ")),
        ] + (try insurance()) + (try referrer())),
      .heading("Diagnoses (ICD-10-CM)"),
      .facts(
        diagnoses.enumerated().map { .init(letter($0.offset), $0.element) }),
      .heading("Services"), .table(services), .table(sums),
    ]
  }

  /// Whether an insurer has seen these services from us before: it will compare.
  private var billed: String {
    let sessions = Set(issued.lines.compactMap { state.account.charges[$0.charge]?.session })
    let claims = sessions.flatMap(state.account.claimsWithPayers).map(\.submitted.claim)
    return claims.isEmpty
      ? "We have not billed these services to an insurer"
      : "We billed some of these services to an insurer, who paid nothing for them (claim "
        + "\(Set(claims).sorted().joined(separator: ", ")))"
  }

  private func practitioner(of line: SuperbillIssued.Line) -> SubjectID? {
    state.account.charges[line.charge].flatMap(state.practitioner)
  }

  /// Who treated, each once; an insurer wants to know of each line whose it is.
  private var therapists: [SubjectID] {
    issued.lines.compactMap(practitioner).reduce(into: []) { all, id in
      if !all.contains(id) { all.append(id) }
    }
  }

  private func rendering() throws -> [(String, String)] {
    let all = therapists
    return try all.enumerated().compactMap { index, id -> (String, String)? in
      let line = issued.lines.first { practitioner(of: $0) == id }
      guard let person = try source.therapist(id, on: line?.serviceOn ?? 0) else { return nil }
      return (
        "Rendering provider" + (all.count > 1 ? " \(index + 1)" : ""),
        [
          person.name, "NPI \(person.npi)",
          person.license.isEmpty ? "" : "license \(person.license)",
        ]
        .filter { !$0.isEmpty }.joined(separator: ", ")
      )
    }
  }

  private func insurance() throws -> [(String, String)] {
    let day = issued.lines.last?.serviceOn.civilDate ?? source.today
    guard let coverage = state.coverage.coverage(on: day)?.added else { return [] }
    let payer = try (try? SubjectID(coverage.payer)).map(source.facts.payer)?.current.name ?? ""
    let subscriber = coverage.subscriberName.full
    return [
      ("Insurer", payer), ("Member ID", coverage.memberID), ("Group", coverage.groupNumber),
      ("Subscriber", subscriber.isEmpty ? state.profile.current.legalName.full : subscriber),
    ]
  }

  /// Who prescribed the first of the sessions.
  private func referrer() throws -> [(String, String)] {
    for line in issued.lines {
      let session = state.account.charges[line.charge]?.session ?? ""
      let id = state.care.sessions[session]?.delivered.prescription ?? ""
      guard let accepted = state.referral.prescriptions[id]?.accepted,
        let provider = try? SubjectID(accepted.referringProvider)
      else { continue }
      let found = try source.facts.referringProvider(provider).current
      let name = [found.name.full, accepted.credential].filter { !$0.isEmpty }
      return [
        (
          "Referring provider",
          name.joined(separator: ", ") + (found.npi.isEmpty ? "" : ", NPI \(found.npi)")
        ), ("Prescribed on", words(accepted.writtenOn)),
      ]
    }
    return []
  }

  /// Of all lines, in the order in which they come up.
  private var diagnoses: [String] {
    issued.lines.flatMap(\.diagnosesIcd10Cm).reduce(into: []) { all, code in
      if !all.contains(code) { all.append(code) }
    }
  }

  private func letter(_ index: Int) -> String {
    index < 26 ? String(UnicodeScalar(UInt8(65 + index))) : String(index + 1)
  }

  private var services: Document.Table {
    let codes = diagnoses
    let people = therapists
    let isShared = people.count > 1
    return Document.Table(
      columns: [
        .init("Date"), .init("POS"), .init("CPT"), .init("Mod."), .init("Service"), .init("Dx"),
      ] + (isShared ? [.init("By")] : []) + [
        .init("Units", isNumber: true), .init("Charge", isNumber: true),
        .init("Paid", isNumber: true),
      ],
      rows: issued.lines.map { line in
        let name = state.account.charges[line.charge]
          .map { state.serviceName(of: $0, source.clinic) }
        let pointers = line.diagnosesIcd10Cm.compactMap { codes.firstIndex(of: $0) }.map(letter)
        return [
          short(line.serviceOn), "11", line.cpt, line.modifiers.joined(separator: " "),
          name ?? "", pointers.joined(),
        ] + (isShared ? [by(line, people)] : []) + [
          String(line.units), dollars(line.chargeCents), dollars(line.paidCents),
        ]
      },
      totals: ["Total", "", "", "", "", "", ""] + (isShared ? [""] : [])
        + [dollars(charged), dollars(paid)])
  }

  /// The number under which who treated is listed.
  private func by(_ line: SuperbillIssued.Line, _ people: [SubjectID]) -> String {
    practitioner(of: line).flatMap { people.firstIndex(of: $0) }.map { String($0 + 1) } ?? ""
  }

  private var charged: Int64 { issued.lines.reduce(0) { $0 &+ $1.chargeCents } }
  private var paid: Int64 { issued.lines.reduce(0) { $0 &+ $1.paidCents } }

  private var sums: Document.Table {
    let open = issued.lines.reduce(0) {
      $0 &+ (state.account.charges[$1.charge]?.patientOpenCents ?? 0)
    }
    let reduced = charged &- paid &- open
    var rows = [["Charges", dollars(charged)], ["Paid by the patient", dollars(paid)]]
    if reduced != 0 { rows.append(["Discounts given", dollars(reduced)]) }
    return Document.Table(
      columns: [.init("Sum"), .init("Amount", isNumber: true)], rows: rows,
      totals: [open == 0 ? "Balance: paid in full" : "Balance due", dollars(open)])
  }

  func signature() throws -> [String] {
    guard let line = issued.lines.last, let charge = state.account.charges[line.charge],
      let person = try source.therapist(state.practitioner(of: charge), on: line.serviceOn)
    else { return ["Signature of the provider", source.clinic.profile.name] }
    return ["Signature of the provider and date", person.name]
      + (person.license.isEmpty ? [] : ["License \(person.license)"])
  }
}
