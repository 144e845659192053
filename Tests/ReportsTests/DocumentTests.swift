import Practice
import PracticeEvents
import Testing

@testable import Reports

@Suite("Documents")
struct DocumentTests {
  private func scenario() throws -> ReportScenario {
    var scenario = try ReportScenario.clinic()
    try scenario.record(
      .ana, at: "2026-03-02",
      .episodeOpened(
        .with {
          ($0.episode, $0.problem, $0.conditionClass) = ("e1", "Neck <strain> & co", .acute)
        }))
    try scenario.record(
      .ana, at: "2026-03-02",
      .diagnosisRecorded(
        .with {
          ($0.episode, $0.icd10Cm, $0.rank) = ("e1", "M54.2", 1)
          $0.madeBy = SubjectID.doctor.description
        }))
    try scenario.record(
      .ana, at: "2026-03-02",
      .goalSet(
        .with {
          ($0.goal, $0.episode, $0.instrument) = ("g1", "e1", .ndi)
          ($0.baselineHundredths, $0.targetHundredths, $0.dueOn) = (4_400, 2_000, 20_260_430)
          $0.description_p = "Drive an hour"
        }))
    try scenario.score(
      .ana, episode: "e1", .ndi,
      [("2026-03-02", 4_400), ("2026-03-16", 3_000), ("2026-03-30", 2_400)])
    try scenario.deliver("s1", .ana, at: "2026-03-04T09:00", episode: "e1")
    try scenario.deliver("s2", .ana, at: "2026-03-18T09:00", episode: "e1")
    return scenario
  }

  private func letter(
    _ scenario: ReportScenario, _ parameters: [String: String] = ["patient": "1001"],
    today: String = "2026-04-02"
  ) throws -> Document {
    try ProgressLetter.document(parameters, from: scenario.source(today: today))
  }

  @Test("the letter says to whom, of whom, how it went, and what the change means")
  func letter() throws {
    let document = try letter(scenario())
    #expect(document.recipient.first == "Ife Okafor")
    #expect(document.title == "Progress report: Ana Diaz")
    #expect(document.signature.contains("Alex Rivera, LMT"))
    let text = DocumentFormat.text.render(document)
    for part in [
      "Dear Dr. Okafor,", "M54.2", "2, March 4, 2026 to March 18, 2026",
      "NDI improved by 20 percentage",
      "Carreon 2010", "Drive an hour", "● ",
    ] { #expect(text.contains(part) || part == "● " && text.contains("●"), "\(part)") }
    for line in text.split(separator: "\n") { #expect(line.columns <= 78, "\(line)") }
  }

  @Test("HTML is one file with the picture in it, and what people wrote is only text")
  func html() throws {
    let html = DocumentFormat.html.render(try letter(scenario()))
    #expect(html.hasPrefix("<!DOCTYPE html>") && html.hasSuffix("</html>\n"))
    #expect(html.contains("<svg xmlns") && html.contains("neck &lt;strain&gt; &amp; co"))
    #expect(!html.contains("<strain>"))
    for outside in ["http-equiv=\"refresh\"", "src=", "href=", "<script", "url(http"] {
      #expect(!html.contains(outside), "\(outside)")
    }
  }

  @Test("made again as of the same position, whatever the day, it is the same to the byte")
  func again() throws {
    let scenario = try scenario()
    let first = try letter(scenario, today: "2026-04-02")
    let later = try letter(scenario, today: "2027-01-01")
    for format in DocumentFormat.allCases {
      #expect(format.render(first) == format.render(later))
    }
    let footer = first.footer.joined(separator: "\n")
    #expect(footer.contains("position \(scenario.memory.count)"))
    #expect(footer.contains("--as-of \(scenario.memory.count)"))
    #expect(first.date == (try CivilDate("2026-03-18")), "the day of the last event")
  }

  @Test("a prescription that ends soon is asked to be renewed, a discharge is told instead")
  func endings() throws {
    var scenario = try scenario()
    try scenario.record(
      .ana, at: "2026-03-30",
      .prescriptionAccepted(
        .with {
          ($0.prescription, $0.visitsOrdered, $0.writtenOn) = ("rx1", 12, 20_260_301)
          ($0.validFrom, $0.validThrough) = (20_260_301, 20_260_403)
        }))
    #expect(DocumentFormat.text.render(try letter(scenario)).contains("please send a renewal"))
    try scenario.record(
      .ana, at: "2026-03-31",
      .episodeDischarged(
        .with {
          ($0.episode, $0.why, $0.dischargedOn) = ("e1", .goalsMet, 20_260_331)
          $0.outcomeSummary = "Back to work."
        }))
    let text = DocumentFormat.text.render(try letter(scenario))
    #expect(!text.contains("renewal"))
    #expect(text.contains("DISCHARGE REPORT: ANA DIAZ"))
    #expect(text.contains("went. It ended on March 31, 2026."))
    #expect(text.contains("the goals are met. Back to work."))
  }

  @Test("a patient without an episode, and an episode of somebody else, give no letter")
  func missing() throws {
    let scenario = try scenario()
    #expect(throws: ReportError.self) { try letter(scenario, ["patient": "1002"]) }
    #expect(throws: ReportError.self) {
      try letter(scenario, ["patient": "1002", "episode": "e1"])
    }
    #expect(throws: ReportError.self) { try letter(scenario, [:]) }
  }

  @Test("a table's sums and numbers are laid out in both formats")
  func table() throws {
    let document = Document(
      title: "Bill", letterhead: ["Clinic"], date: try CivilDate("2026-03-02"), recipient: [],
      blocks: [
        .heading("Charges"),
        .table(
          .init(
            columns: [.init("What"), .init("Amount", isNumber: true)],
            rows: [["Massage", "120.00"], ["Tax", "7.95"]], totals: ["Sum", "127.95"])),
      ], signature: [], footer: ["made for a test"])
    let text = DocumentFormat.text.render(document)
    #expect(text.contains("Massage  120.00\nTax        7.95\n"))
    let html = DocumentFormat.html.render(document)
    #expect(html.contains("<td class=\"n\">7.95</td>"))
    #expect(html.contains("<tfoot><tr><td>Sum</td><td class=\"n\">127.95</td></tr></tfoot>"))
  }
}
