import Practice
import PracticeEvents
import Testing

@testable import Reports

/// A report as a test argument, by name.
struct NamedReport: Sendable, CustomTestStringConvertible {
  let type: any Report.Type
  var testDescription: String { type.name }
  static let all = ReportCatalog.all.map(NamedReport.init)
}

@Suite("The catalogue of reports")
struct ReportCatalogTests {
  private func history() throws -> ReportScenario { try Self.shared.get() }
  private static let shared = Result { try quarter() }

  /// A quarter of two patients' lives, something of everything.
  private static func quarter() throws -> ReportScenario {
    var scenario = try ReportScenario.clinic()
    try scenario.record(
      .therapist, at: "2026-01-05",
      .licenseRecorded(
        .with { ($0.license, $0.issuedOn, $0.expiresOn) = ("lic1", 20_250_101, 20_260_430) }))
    for (patient, name) in [(SubjectID.ana, "a"), (.ben, "b")] {
      try scenario.record(
        patient, at: "2026-01-05",
        .episodeOpened(.with { ($0.episode, $0.conditionClass) = ("e\(name)", .chronic) }))
      try scenario.record(
        patient, at: "2026-01-05",
        .assessmentCompleted(
          .with { ($0.episode, $0.assessedOn) = ("e\(name)", 20_260_105) }))
      try scenario.record(
        patient, at: "2026-01-05",
        .goalSet(.with { ($0.goal, $0.episode, $0.instrument) = ("g\(name)", "e\(name)", .ndi) }))
      try scenario.record(
        patient, at: "2026-01-05",
        .treatmentPlanAdopted(
          .with {
            ($0.plan, $0.episode, $0.adoptedOn) = ("plan-\(name)", "e\(name)", 20_260_105)
            $0.phases = [.with { $0.visitsPerWeekMaxHundredths = 100 }]
          }))
      try scenario.record(
        patient, at: "2026-01-05",
        .prescriptionAccepted(
          .with {
            ($0.prescription, $0.visitsOrdered) = ("rx\(name)", 12)
            ($0.writtenOn, $0.validFrom, $0.validThrough) = (20_260_105, 20_260_105, 20_260_405)
          }))
      for week in 0..<12 {
        let date = try CivilDate("2026-01-12").adding(days: 7 * week)
        let (visit, start) = ("\(name)\(week)", "\(date)T\(name == "a" ? "09" : "11"):00")
        try scenario.book("apt-\(visit)", patient, at: start)
        guard week % 5 != 4 else {
          try scenario.record(
            patient, at: start,
            .appointmentNoShowRecorded(.with { $0.appointment = "apt-\(visit)" }))
          continue
        }
        guard week < 11 else { continue }
        try scenario.deliver(
          "ses-\(visit)", patient, at: start, appointment: "apt-\(visit)", episode: "e\(name)")
        try scenario.record(
          patient, at: start,
          .prescriptionVisitConsumed(
            .with { ($0.prescription, $0.session) = ("rx\(name)", "ses-\(visit)") }))
        try scenario.record(
          patient, at: start,
          .outcomeMeasureScored(
            .with {
              ($0.measure, $0.episode, $0.instrument) = ("m-\(visit)", "e\(name)", .ndi)
              ($0.scoreHundredths, $0.measuredOn) = (4_000 - 150 * Int32(week), date.compact)
            }))
        guard week < 9 else { continue }
        try scenario.charge(
          "c-\(visit)", patient, on: "\(date)", cents: 12_000, session: "ses-\(visit)")
        try scenario.submit("k-\(visit)", "c-\(visit)", patient, on: "\(date)")
        guard week < 6 else { continue }
        try scenario.adjudicate(
          "k-\(visit)", "c-\(visit)", patient, on: "\(date.adding(days: 14))", charged: 12_000,
          adjusted: 3_000, toPatient: 2_500)
        try scenario.pay(
          "p-\(visit)", patient, on: "\(date.adding(days: 20))", cents: 2_500,
          applied: ["c-\(visit)": week == 5 ? 1_000 : 2_500])
      }
    }
    try scenario.record(
      .books, at: "2026-03-19",
      .depositMade(
        .with {
          $0.deposit = "dep-1"
          $0.parts = [.with { ($0.source, $0.amountCents, $0.till) = (.cash, 5_000, "front") }]
        }))
    try scenario.addUpkeepAndTaper()
    try scenario.addAgreements()
    try scenario.record(
      .ana, at: "2026-03-20",
      .claimAdjudicated(
        .with {
          ($0.adjudication, $0.claim, $0.statusCode) = ("k-a8/1", "k-a8", 4)
          $0.adjudicatedOn = 20_260_320
          $0.lines = [
            .with {
              ($0.charge, $0.chargeCents) = ("c-a8", 12_000)
              $0.adjustments = [
                .with { ($0.group, $0.carc, $0.amountCents) = (.co, "197", 12_000) }
              ]
            }
          ]
        }))
    try scenario.charge("c-unclaimed", .ana, on: "2026-03-27", cents: 12_000)
    try scenario.charge("c-unproved", .ana, on: "2026-03-27", cents: 12_000)
    try scenario.record(
      .ana, at: "2026-03-27",
      .claimSubmitted(
        .with {
          ($0.claim, $0.frequencyCode, $0.fileByOn) = ("clm-000000000001", 1, 20_260_410)
          $0.lines = [.with { ($0.charge, $0.chargeCents) = ("c-unproved", 12_000) }]
        }))
    try scenario.record(
      .payer, at: "2026-03-20",
      .remittanceReceived(
        .with {
          ($0.remittance, $0.effectiveOn) = ("rem-1", 20_260_320)
          $0.providerLevelAdjustments = [.with { ($0.code, $0.amountCents) = ("WO", 6_000) }]
        }))
    try scenario.record(
      .payer, at: "2026-03-20",
      .remittanceExceptionRecorded(
        .with { ($0.exception, $0.claimReference, $0.paidCents) = ("rex-1", "MM-1", 4_800) }))
    try scenario.record(
      .ana, at: "2026-03-29",
      .waitlistJoined(
        .with { ($0.waitlistEntry, $0.minutes, $0.throughDateOn) = ("w1", 60, 20_260_410) }))
    try scenario.record(
      .ana, at: "2026-03-30", reason: "on its way",
      .treatmentClearanceOverridden(
        .with { ($0.appointment, $0.blocks, $0.dateOn) = ("apt-a11", ["B2"], 20_260_330) }))
    try scenario.sign("n-a0", "ses-a0", at: "2026-01-12T15:00", before: 7, after: 5)
    try scenario.record(
      .ana, at: "2026-01-20",
      .recordsRequestReceived(
        .with {
          $0.request = "req1"
          $0.receivedOn = 20_260_120
        }))
    try scenario.record(
      .ana, at: "2026-03-30", by: "kim", reason: "forgotten", occurred: "2026-03-20",
      .noteAmended(.with { ($0.note, $0.section, $0.text) = ("n-a0", "plan", "weekly") }))
    try scenario.read("audit.patient", at: "2026-03-30T09:00", [.ana])
    try scenario.read("ar.aging", at: "2026-03-30T10:00", [.ana, .ben])
    try scenario.record(
      .ana, at: "2026-03-30",
      .recordDisclosed(
        .with { ($0.recipientName, $0.basis, $0.disclosedOn) = ("A court", .judicial, 20_260_330) }
      ))
    try scenario.deliver("ses-000000000001", .ana, at: "2026-03-28T09:00", episode: "ea")
    try scenario.book("apt-000000000001", .ana, at: "2026-03-29T09:00")
    return scenario
  }

  /// Parameters with which each report has something to say.
  private func parameters(of report: any Report.Type) -> [String: String] {
    var parameters: [String: String] = [:]
    for parameter in report.parameters {
      switch (parameter.name, parameter.kind) {
      case (_, .patient)
      where parameter.isRequired
        || ["audit.access", "clearance.explain"].contains(report.name):
        parameters[parameter.name] = "1001"
      case ("user", _) where parameter.isRequired: parameters[parameter.name] = "sam"
      case (_, .practitioner) where parameter.isRequired:
        parameters[parameter.name] = "1234567893"
      case ("from", _): parameters[parameter.name] = "2026-01-01"
      case ("through", _), ("to", _): parameters[parameter.name] = "2026-03-31"
      case ("date", _):
        parameters[parameter.name] = report.name == "cash.daily" ? "2026-03-08" : "2026-03-30"
      case ("year", _): parameters[parameter.name] = "2026"
      case ("account", _) where parameter.isRequired: parameters[parameter.name] = "1100"
      case ("appointment", _) where parameter.isRequired:
        parameters[parameter.name] = "apt-000000000001"
      case ("session", _): parameters[parameter.name] = "ses-000000000001"
      case ("claim", _): parameters[parameter.name] = "clm-000000000001"
      default: break
      }
    }
    return parameters
  }

  @Test("each row has one cell per column, of the column's kind", arguments: NamedReport.all)
  func shape(report: NamedReport) throws {
    let answer = try history()
      .answer(report.type, parameters(of: report.type), today: "2026-03-30")
    // What this history leaves empty: nobody is authorized, and nobody has insurance.
    #expect(
      answer.body.rows.isEmpty == ["auth.expiring", "coverage.explain"].contains(report.type.name))
    for row in answer.body.rows + (answer.body.totals.map { [$0] } ?? []) {
      #expect(row.count == answer.columns.count)
    }
    for row in answer.body.rows {
      for (cell, column) in zip(row, answer.columns) {
        let kinds: [Column.Kind] =
          switch column.kind {
          case .patient: [.text, .list]
          case .eventType: [.text]
          default: [column.kind]
          }
        #expect(cell.kind.map(kinds.contains) ?? true, "\(column.name) holds \(cell)")
      }
    }
    #expect(!answer.body.notes.isEmpty)
  }

  @Test(
    "an answer says whose data it holds: of the patient asked for, and of each in its rows",
    arguments: NamedReport.all)
  func disclosed(report: NamedReport) throws {
    let parameters = parameters(of: report.type)
    let answer = try history().answer(report.type, parameters, today: "2026-03-30")
    // The session and the appointment that can be explained are Ana's.
    let explainsVisit = parameters["session"] != nil || parameters["appointment"] != nil
    let shown = ["1001": SubjectID.ana, "1002": .ben].filter { mrn, _ in
      answer.body.rows.contains { row in
        row.contains { $0 == .text(mrn) || $0 == .list([mrn]) || $0 == .list(["1001", "1002"]) }
      } || parameters["patient"] == mrn
        || (explainsVisit && mrn == "1001")
    }
    #expect(answer.disclosed == .patients(Set(shown.values)))
  }

  @Test("the key of a report tells its rows apart", arguments: NamedReport.all)
  func keys(report: NamedReport) throws {
    let columns = report.type.columns
    #expect(report.type.key.allSatisfy { name in columns.contains { $0.name == name } })
    let answer = try history()
      .answer(report.type, parameters(of: report.type), today: "2026-03-30")
    let keyed = columns.indices.filter { report.type.key.contains(columns[$0].name) }
    let keys = answer.body.rows.map { row in keyed.map { row[$0] } }
    #expect(Set(keys).count == keys.count)
  }

  @Test("the same facts and parameters give the same bytes", arguments: NamedReport.all)
  func deterministic(report: NamedReport) throws {
    let parameters = parameters(of: report.type)
    let first = try history().answer(report.type, parameters, today: "2026-03-30")
    let again = try history().answer(report.type, parameters, today: "2026-03-30")
    for format in ReportFormat.allCases where format != .svg || first.body.plot != nil {
      #expect(try format.render(first) == format.render(again))
    }
  }

  @Test("a table fits terminals of usual widths", arguments: NamedReport.all)
  func widths(report: NamedReport) throws {
    let answer = try history()
      .answer(report.type, parameters(of: report.type), today: "2026-03-30")
    for width in [80, 100, 120] {
      let text = try ReportFormat.table.render(answer, width: width)
      for line in text.split(separator: "\n") { #expect(line.columns <= width, "\(line)") }
    }
  }

  @Test("names are unique, and so are the columns of each report")
  func names() {
    let names = ReportCatalog.all.map { $0.name }
    #expect(Set(names).count == names.count)
    for report in ReportCatalog.all {
      let columns = report.columns.map(\.name)
      #expect(Set(columns).count == columns.count, "\(report.name)")
      #expect(report.summary.hasSuffix("."), "\(report.name)")
    }
  }

  @Test(
    "roles read what their work needs and no more",
    arguments: [
      (Role.frontDesk, "ready", true), (.frontDesk, "progress.patient", false),
      (.therapist, "progress.patient", true), (.therapist, "ar.aging", false),
      (.biller, "ar.aging", true), (.biller, "progress.goals", false),
      (.auditor, "audit.patient", true), (.auditor, "audit.access", true),
      (.supervisor, "audit.access", true), (.therapist, "audit.access", false),
      (.supervisor, "overrides", true),
      (.biller, "audit.patient", false), (.patient, "balance.patient", false),
    ])
  func roles(role: Role, report: String, mayRead: Bool) throws {
    #expect(try ReportCatalog.named(report).isReadable(by: role) == mayRead)
  }

  @Test("an unknown report or parameter is refused with those there are")
  func unknown() throws {
    #expect(throws: ReportError.self) { try ReportCatalog.named("ar.ageing") }
    let scenario = try ReportScenario.clinic()
    let error = #expect(throws: ReportError.self) {
      try scenario.answer(ArAgingReport.self, ["asof": "2026-01-01"])
    }
    #expect(error?.description == "ar.aging has no parameter asof; it takes date, basis")
    #expect(throws: ReportError.self) { try scenario.answer(BalancePatientReport.self) }
    #expect(throws: ReportError.self) {
      try scenario.answer(RxExpiringReport.self, ["days": "soon"])
    }
  }

  @Test("parameters are resolved, so that the answer can be asked for again")
  func resolved() throws {
    let answer = try ReportScenario.clinic()
      .answer(BalancePatientReport.self, ["patient": "1001"])
    #expect(answer.parameters.map(\.value) == [SubjectID.ana.description])
    let aging = try ReportScenario.clinic().answer(ArAgingReport.self, today: "2026-04-01")
    #expect(aging.parameters.map(\.value) == ["2026-04-01", "dos"])
  }
}

extension Cell {
  /// The kind of column that it belongs in; nil for no value.
  fileprivate var kind: Column.Kind? {
    switch self {
    case .none: nil
    case .text: .text
    case .integer: .integer
    case .money: .money
    case .rate: .rate
    case .date: .date
    case .time: .time
    case .instant: .instant
    case .flag: .flag
    case .list: .list
    case .hundredths: .hundredths
    }
  }
}
