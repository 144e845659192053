import Practice
import PracticeEvents
import Testing

@testable import Reports

@Suite("Worklists")
struct WorklistReportTests {
  // MARK: rx.expiring

  /// A prescription written on 1 March with so many visits through a day.
  private func prescription(
    through: String, visits: Int32, used: Int = 0, renews: String = "", id: String = "rx1",
    in scenario: inout ReportScenario
  ) throws {
    let (from, last) = (try on("2026-03-01"), try on(through))
    try scenario.record(
      .ana, at: "2026-03-01",
      .prescriptionAccepted(
        .with {
          ($0.prescription, $0.referral, $0.renews) = (id, "ref1", renews)
          $0.referringProvider = SubjectID.doctor.description
          ($0.writtenOn, $0.validFrom, $0.validThrough) = (from, from, last)
          $0.visitsOrdered = visits
        }))
    for visit in 0..<used {
      try scenario.record(
        .ana, at: "2026-03-05",
        .prescriptionVisitConsumed(
          .with { ($0.prescription, $0.session) = (id, "s\(visit)") }))
    }
  }

  @Test(
    "a prescription is listed by days or by visits left",
    arguments: [
      ("2026-04-15", 12, 0, true), ("2026-04-16", 12, 0, false), ("2026-06-01", 12, 10, true),
      ("2026-06-01", 12, 9, false), ("2026-06-01", 0, 30, false), ("2026-04-01", 12, 0, true),
      ("2026-03-31", 12, 0, false),
    ])
  func prescriptions(through: String, visits: Int32, used: Int, isListed: Bool) throws {
    var scenario = try ReportScenario.clinic()
    try prescription(through: through, visits: visits, used: used, in: &scenario)
    let answer = try scenario.answer(RxExpiringReport.self)
    #expect(answer.texts("prescription") == (isListed ? ["rx1"] : []))
  }

  @Test("a prescription's line says what is left, whose it is and when the next visit is")
  func prescriptionLine() throws {
    var scenario = try ReportScenario.clinic()
    try prescription(through: "2026-04-10", visits: 6, used: 5, in: &scenario)
    try scenario.book("a1", .ana, at: "2026-04-06T09:00")
    let answer = try scenario.answer(RxExpiringReport.self)
    #expect(answer.texts("patient") == ["Diaz, A."])
    #expect(answer.texts("prescriber") == ["Okafor, I."])
    #expect(answer.texts("daysLeft") == ["9"])
    #expect(answer.texts("visitsUsed") == ["5"])
    #expect(answer.texts("visitsLeft") == ["1"])
    #expect(answer.texts("nextAppointment") == ["2026-04-06"])
  }

  @Test("a prescription that was renewed is no longer listed")
  func renewed() throws {
    var scenario = try ReportScenario.clinic()
    try prescription(through: "2026-04-10", visits: 6, in: &scenario)
    try prescription(
      through: "2026-07-10", visits: 6, renews: "rx1", id: "rx2", in: &scenario)
    #expect(try scenario.answer(RxExpiringReport.self).body.rows.isEmpty)
  }

  // MARK: auth.expiring

  @Test(
    "an authorization is listed by visits, units or days left",
    arguments: [
      (6, 0, 4, 0, "2026-06-01", true), (6, 0, 3, 0, "2026-06-01", false),
      (0, 24, 1, 15, "2026-06-01", true), (0, 24, 1, 14, "2026-06-01", false),
      (0, 0, 0, 0, "2026-04-08", true), (0, 0, 0, 0, "2026-04-09", false),
      (6, 0, 6, 0, "2026-03-31", false),
    ])
  func authorizations(
    visits: Int32, units: Int32, usedVisits: Int, usedUnits: Int32, through: String, isListed: Bool
  ) throws {
    var scenario = try ReportScenario.clinic()
    let (from, last) = (try on("2026-03-01"), try on(through))
    try scenario.record(
      .ana, at: "2026-03-01",
      .coverageAdded(
        .with {
          ($0.coverage, $0.payer) = ("cov1", SubjectID.payer.description)
          $0.effectiveFrom = 20_260_101
        }))
    try scenario.record(
      .ana, at: "2026-03-01",
      .authorizationApproved(
        .with {
          ($0.authorization, $0.coverage, $0.authorizationNumber) = ("aut1", "cov1", "N-77")
          ($0.visits, $0.units, $0.fromDateOn, $0.throughDateOn) = (visits, units, from, last)
        }))
    for visit in 0..<usedVisits {
      try scenario.record(
        .ana, at: "2026-03-05",
        .authorizationConsumed(
          .with {
            ($0.authorization, $0.session) = ("aut1", "s\(visit)")
            $0.units = usedUnits / Int32(usedVisits)
          }))
    }
    let answer = try scenario.answer(AuthExpiringReport.self)
    #expect(answer.texts("number") == (isListed ? ["N-77"] : []))
    #expect(answer.texts("payer") == (isListed ? ["Acme Health"] : []))
  }

  // MARK: ready and verify.stale

  @Test("a visit without papers shows every block, the first remedy and whose task it is")
  func ready() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.book("a1", .ana, at: "2026-04-01T09:00")
    let answer = try scenario.answer(ReadyReport.self)
    #expect(answer.cells("ready") == [.flag(false)])
    let blocks = answer.texts("blocks")[0]
    for code in ["B1 ", "B2 ", "B5 ", "B7 ", "B9 "] { #expect(blocks.contains(code)) }
    #expect(answer.texts("owner") == ["front-desk"])
    #expect(!answer.texts("nextAction")[0].isEmpty)
  }

  @Test("overridden blocks are shown as such, and a licence stays a block")
  func readyOverridden() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.book("a1", .ana, at: "2026-04-01T09:00")
    try scenario.record(
      .ana, at: "2026-04-01", reason: "referral on its way",
      .treatmentClearanceOverridden(
        .with {
          $0.appointment = "a1"
          $0.blocks = ["B1", "B2", "B6", "B7", "B9", "B5"]
          $0.dateOn = 20_260_401
        }))
    let answer = try scenario.answer(ReadyReport.self)
    #expect(answer.cells("ready") == [.flag(false)])
    guard case .list(let blocks) = answer.cells("blocks")[0] else {
      Issue.record("blocks are a list")
      return
    }
    #expect(blocks.filter { !$0.hasSuffix("(overridden)") }.map { $0.prefix(2) } == ["B5"])
    #expect(answer.texts("owner") == ["supervisor"])
  }

  @Test("overrides of another day or for another practitioner make no visit ready")
  func foreignOverrides() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.book("a1", .ana, at: "2026-04-01T09:00")
    for (date, practitioner) in [
      (20_260_331, SubjectID.therapist), (20_260_401, .doctor), (20_260_401, .therapist),
    ] as [(Int32, SubjectID)] {
      try scenario.record(
        .ana, at: "2026-04-01", reason: "referral on its way",
        .treatmentClearanceOverridden(
          .with {
            ($0.appointment, $0.dateOn) = ("a1", date)
            $0.practitioner = practitioner.description
            $0.blocks = ["B1"]
          }))
      let counts = date == 20_260_401 && practitioner == .therapist
      let ready = try scenario.answer(ReadyReport.self)
      #expect(ready.texts("blocks")[0].contains("(overridden)") == counts)
      let day = try scenario.answer(ScheduleDayReport.self)
      #expect(day.texts("firstBlock")[0].hasPrefix("B1") != counts)
    }
  }

  @Test("every code of the gate has somebody whose task it is")
  func owners() {
    let owners =
      ClearanceBlock.Code.allCases.map(\.owner)
      + ClearanceWarning.Code.allCases.map(\.owner)
    #expect(Set(owners) == [.frontDesk, .therapist, .biller, .supervisor])
  }

  @Test("the next visit decides whether the insurance must be verified again")
  func stale() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.record(
      .ana, at: "2026-01-05",
      .coverageAdded(
        .with {
          ($0.coverage, $0.payer) = ("cov1", SubjectID.payer.description)
          $0.effectiveFrom = 20_260_101
        }))
    try scenario.record(
      .ana, at: "2026-04-01",
      .insuranceVerified(
        .with {
          ($0.verification, $0.coverage, $0.active) = ("ver1", "cov1", .yes)
          ($0.verifiedOn, $0.asOfOn, $0.goodThrough) = (20_260_401, 20_260_401, 20_260_531)
        }))
    #expect(try scenario.answer(VerifyStaleReport.self).body.rows.isEmpty, "no visit to come")
    try scenario.book("a1", .ana, at: "2026-05-04T09:00")
    let answer = try scenario.answer(VerifyStaleReport.self)
    #expect(answer.texts("visit") == ["2026-05-04"])
    #expect(answer.texts("payer") == ["Acme Health"])
    #expect(answer.texts("age") == ["33"])
    try scenario.book("a2", .ana, at: "2026-04-06T09:00")
    #expect(try scenario.answer(VerifyStaleReport.self).body.rows.isEmpty, "fresh for the next one")
  }

  @Test("a visit for relaxation does not hide the medical one that needs a verification")
  func staleBehindRelaxation() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.book("a1", .ana, at: "2026-05-04T09:00")
    let start = try scenario.instant("2026-04-20T09:00")
    try scenario.record(
      .ana, at: "2026-02-01",
      .appointmentBooked(
        .with {
          ($0.appointment, $0.serviceClass, $0.dateOn) = ("a2", .relaxation, 20_260_420)
          $0.startsAt = .init(start)
          $0.endsAt = .init(start.adding(minutes: 60))
        }))
    #expect(try scenario.answer(VerifyStaleReport.self).texts("visit") == ["2026-05-04"])
  }

  // MARK: reeval.due

  @Test(
    "re-evaluation is due by days or by visits, whichever comes first",
    arguments: [
      ("2026-03-31", 0, true, true), ("2026-03-30", 0, true, false),
      ("2026-03-23", 0, false, false),
      ("2026-03-20", 6, true, true), ("2026-03-20", 5, false, false),
    ])
  func reevaluation(today: String, visits: Int, isListed: Bool, isDue: Bool) throws {
    var scenario = try ReportScenario.clinic()
    try scenario.record(
      .ana, at: "2026-03-01",
      .episodeOpened(.with { ($0.episode, $0.conditionClass) = ("e1", .acute) }))
    try scenario.record(
      .ana, at: "2026-03-01",
      .assessmentCompleted(
        .with { ($0.assessment, $0.episode, $0.assessedOn) = ("as1", "e1", 20_260_301) }))
    for visit in 0..<visits {
      try scenario.deliver(
        "s\(visit)", .ana, at: "2026-03-\(10 + visit)T09:00", episode: "e1")
    }
    let answer = try scenario.answer(ReevalDueReport.self, ["days": "1"], today: today)
    #expect(answer.cells("isDue") == (isListed ? [.flag(isDue)] : []))
    #expect(answer.texts("due") == (isListed ? ["2026-03-31"] : []))
  }

  @Test(
    "upkeep is due once a quarter by days alone, care against stress never",
    arguments: [
      (ConditionClass.maintenance, "2026-05-31", []), (.maintenance, "2026-06-01", [true]),
      (.stress, "2026-12-31", []), (.chronic, "2026-06-01", [true]),
    ])
  func reevaluationByClass(condition: ConditionClass, today: String, isDue: [Bool]) throws {
    var scenario = try ReportScenario.clinic()
    try scenario.record(
      .ana, at: "2026-03-01",
      .episodeOpened(.with { ($0.episode, $0.conditionClass) = ("e1", condition) }))
    try scenario.record(
      .ana, at: "2026-03-01",
      .assessmentCompleted(.with { ($0.episode, $0.assessedOn) = ("e1", 20_260_301) }))
    for visit in 10..<20 {
      try scenario.deliver("s\(visit)", .ana, at: "2026-03-\(visit)T09:00", episode: "e1")
    }
    let answer = try scenario.answer(ReevalDueReport.self, ["days": "0"], today: today)
    #expect(answer.cells("isDue") == isDue.map(Cell.flag))
    if condition == .maintenance { #expect(answer.cells("visitLimit") == isDue.map { _ in .none }) }
  }

  @Test("a discharged episode needs no re-evaluation")
  func discharged() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.record(.ana, at: "2026-01-05", .episodeOpened(.with { $0.episode = "e1" }))
    try scenario.record(
      .ana, at: "2026-01-05",
      .assessmentCompleted(.with { ($0.episode, $0.assessedOn) = ("e1", 20_260_105) }))
    #expect(try scenario.answer(ReevalDueReport.self).body.rows.count == 1)
    try scenario.record(.ana, at: "2026-02-05", .episodeDischarged(.with { $0.episode = "e1" }))
    #expect(try scenario.answer(ReevalDueReport.self).body.rows.isEmpty)
  }

  // MARK: notes.unsigned

  @Test("a note is late after 72 hours from the session's end, not on the last minute")
  func unsignedNotes() throws {
    var scenario = try ReportScenario.clinic()
    // Ends on 29 March at midnight, 72 hours before the first of April begins.
    try scenario.deliver("s1", .ana, at: "2026-03-28T23:00")
    try scenario.deliver("s2", .ana, at: "2026-03-28T22:59")
    let answer = try scenario.answer(NotesUnsignedReport.self)
    #expect(answer.texts("session") == ["s2"])
    #expect(answer.texts("hours") == ["72"])
    #expect(answer.texts("practitioner") == ["Rivera, A."])
    try scenario.sign("n2", "s2", at: "2026-03-31T12:00", before: 3, after: 2)
    #expect(try scenario.answer(NotesUnsignedReport.self).body.rows.isEmpty)
  }

  @Test("how late a note may be is the clinic's rule, unless the reader says")
  func signingHours() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.deliver("s1", .ana, at: "2026-03-30T09:00")
    #expect(try scenario.answer(NotesUnsignedReport.self).body.rows.isEmpty)
    try scenario.record(
      .site, at: "2026-03-01",
      .ruleTablePublished(
        .with {
          ($0.name, $0.version, $0.effectiveFrom) = ("records", "2", 20_260_301)
          $0.entries = [.with { ($0.key, $0.value) = ("note-signing-hours", 24) }]
        }))
    let answer = try scenario.answer(NotesUnsignedReport.self)
    #expect(answer.texts("session") == ["s1"])
    #expect(answer.parameters.first?.value == "24")
    #expect(try scenario.answer(NotesUnsignedReport.self, ["hours": "48"]).body.rows.isEmpty)
  }

  // MARK: sessions.unbilled

  @Test("delivered sessions are charged, listed, or have nothing to charge")
  func unbilled() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.deliver("s1", .ana, at: "2026-03-02T09:00")
    try scenario.deliver("s2", .ana, at: "2026-03-03T09:00")
    try scenario.deliver("s3", .ana, at: "2026-03-04T09:00", minutes: 5, units: 0)
    try scenario.deliver("s4", .ana, at: "2026-03-05T09:00")
    try scenario.charge("c1", .ana, on: "2026-03-02", cents: 12_000, session: "s1")
    try scenario.record(.ana, at: "2026-03-06", .sessionVoided(.with { $0.session = "s4" }))
    let answer = try scenario.answer(SessionsUnbilledReport.self)
    #expect(answer.texts("session") == ["s2"])
    #expect(answer.texts("lines") == ["97124 × 4"])
    #expect(answer.texts("days") == ["29"])
    #expect(
      answer.body.notes == [
        "Of 3 sessions delivered and not voided, 1 are charged, 1 earned no unit and have nothing "
          + "to charge, and 1 are listed."
      ])
    try scenario.record(.ana, at: "2026-03-06", .chargeVoided(.with { $0.charge = "c1" }))
    #expect(try scenario.answer(SessionsUnbilledReport.self).texts("session") == ["s1", "s2"])
  }

  // MARK: licenses.expiring

  @Test(
    "a licence is listed when it ends soon, has ended, or is not active",
    arguments: [
      ("2026-05-31", false, "active"), ("2026-06-01", false, nil), ("2026-03-31", false, "expired"),
      ("2027-01-31", true, "suspended"),
    ] as [(String, Bool, String?)])
  func licenses(expires: String, suspended: Bool, status: String?) throws {
    var scenario = try ReportScenario.clinic()
    let expiresOn = try on(expires)
    try scenario.record(
      .therapist, at: "2026-01-05",
      .licenseRecorded(
        .with {
          ($0.license, $0.state, $0.number, $0.type) = ("lic1", "NJ", "18KT001", "LMT")
          ($0.issuedOn, $0.expiresOn) = (20_240_101, expiresOn)
        }))
    if suspended {
      try scenario.record(
        .therapist, at: "2026-03-01",
        .licenseStatusChanged(
          .with { ($0.license, $0.status, $0.fromDateOn) = ("lic1", .suspended, 20_260_301) }))
    }
    let answer = try scenario.answer(LicensesExpiringReport.self)
    #expect(answer.texts("status") == (status.map { [$0] } ?? []))
    if status != nil {
      #expect(answer.texts("what") == ["licence LMT NJ"])
      #expect(answer.cells("mayTreat") == [.flag(status == "active")])
    }
  }

  // MARK: overrides

  @Test("overrides are listed by the day of treatment with who and why")
  func overrides() throws {
    var scenario = try ReportScenario.clinic()
    for (appointment, date) in [("a1", Int32(20_260_310)), ("a2", 20_260_410)] {
      try scenario.record(
        .ana, at: "2026-03-09", by: "olga", reason: "fax on its way",
        .treatmentClearanceOverridden(
          .with { ($0.appointment, $0.blocks, $0.dateOn) = (appointment, ["B1", "B2"], date) }))
    }
    let answer = try scenario.answer(
      OverridesReport.self, ["from": "2026-03-01", "through": "2026-03-31"])
    #expect(answer.texts("appointment") == ["a1"])
    #expect(answer.texts("mrn") == ["1001"])
    #expect(answer.texts("blocks") == ["B1; B2"])
    #expect(answer.texts("initials") == ["OL"])
    #expect(answer.texts("reason") == ["fax on its way"])
  }
}
