import Backend
import Practice
import Reports
import Testing

@Suite("Letters from the log")
struct LetterTests {
  private func letter(_ clinic: TestClinic, _ asOf: AsOfRequest? = nil) throws -> String {
    try clinic.backend.read(of: ProgressLetter.projectors, asOf: asOf) { source in
      DocumentFormat.html.render(try ProgressLetter.document(["patient": "P-1"], from: source))
    }
  }

  @Test("a sent letter names its position, and made again as of then it is the same to the byte")
  func again() async throws {
    let clinic = try await TestClinic()
    try await clinic.setUp()
    let episode = try await clinic.addPatient("P-1")
    try await clinic.record(
      ScoreOutcomeMeasure(episode: episode, instrument: .nprs, items: [7], purpose: .baseline),
      by: .therapist)
    let position = try clinic.backend.store.read { $0.head.rawValue }
    let sent = try letter(clinic)
    try await clinic.record(
      SendProgressReport(episode: episode, asOf: Int(position)), by: .therapist)
    try clinic.advance(to: "2026-05-04T10:00")
    try await clinic.record(
      ScoreOutcomeMeasure(episode: episode, instrument: .nprs, items: [3]), by: .therapist)
    #expect(try letter(clinic) != sent)
    #expect(try letter(clinic, .position(position)) == sent)
    #expect(sent.contains("--as-of \(position)"))
    #expect(sent.contains("Ngozi Okafor"))
  }
}
