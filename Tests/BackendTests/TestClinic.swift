import Backend
import EventLog
import Foundation
import Practice
import PracticeEvents
import Synchronization

/// The log's clock, moved by the test.
final class TestClock: Sendable {
  private let time: Mutex<LogTime>
  init(_ instant: Instant) { time = Mutex(LogTime(rawValue: instant.microseconds)) }
  var now: LogTime { time.withLock { $0 } }
  func move(to instant: Instant) {
    time.withLock { $0 = LogTime(rawValue: instant.microseconds) }
  }
}

/// A directory that is gone when the test is over.
final class TemporaryDirectory: Sendable {
  let path: String
  init() {
    path =
      FileManager.default.temporaryDirectory
      .appending(path: "chartledger-test-\(UUID().uuidString)").path
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A small clinic on disk: one therapist, one payer, one referring doctor, one service.
final class TestClinic {
  static let therapist = "1234567893"
  static let doctor = "1245319599"
  static let payer = "60054"

  let folder = TemporaryDirectory()
  let clock: TestClock
  let zone: ClinicTimeZone
  let backend: Backend
  private var commands: UInt64 = 0

  init(at time: String = "2026-03-02T08:00") async throws {
    zone = try ClinicTimeZone("America/New_York")
    clock = TestClock(try zone.instant(time))
    backend = try await Backend.create(
      DataDirectory(folder.path), options: Self.options(clock)
    ) { $0 }
  }

  static func options(_ clock: TestClock) -> LMDBEventLog.Options {
    LMDBEventLog.Options(mapBytes: 512 << 20, clock: { clock.now })
  }

  func advance(to time: String) throws { clock.move(to: try zone.instant(time)) }

  @discardableResult
  func record(
    _ command: some Command, by role: Role = .supervisor, user: String = "sam",
    practitioner: String? = nil, reason: String? = nil, id: CommandID? = nil
  ) async throws -> RecordedOutcome {
    var envelope = envelope(by: role, user: user)
    if let practitioner {
      envelope.actor.practitioner = try backend.practitionerID(practitioner).description
    }
    envelope.id = id ?? envelope.id
    envelope.reason = reason
    return try await backend.record(command, envelope)
  }

  /// With a command id of its own.
  func envelope(by role: Role = .supervisor, user: String = "sam") -> CommandEnvelope {
    commands += 1
    var actor = EventActor()
    actor.user = user
    actor.role = role
    actor.initials = "SB"
    return CommandEnvelope(id: CommandID(high: 0x7e57, low: commands), actor: actor)
  }

  func setUp() async throws {
    try await record(EstablishClinic(clinicName: "Test Clinic", timeZone: zone))
    try await record(
      DefineService(
        service: "med60", serviceName: "Medical massage, 60 minutes", serviceClass: .medical,
        minutes: 60, defaultCPT: ProcedureCode("97140"), selfPay: Money("120.00")))
    try await record(
      PublishFeeSchedule(
        version: "2026",
        fees: [.init(cpt: ProcedureCode("97140"), perUnit: Money("30.00"))],
        effectiveFrom: CivilDate("2026-01-01")))
    try await record(
      RegisterPayer(
        payerName: "Test Mutual", payerID: Self.payer, type: .commercial,
        effectiveFrom: CivilDate("2026-01-01"), acceptsMassageTherapists: .yes))
    try await record(
      RegisterPractitioner(
        familyName: "Lindgren", givenName: "Kim", npi: NPI(Self.therapist), initials: "KL"))
    try await record(
      RecordLicense(
        practitioner: SubjectReference(Self.therapist), state: StateCode("NJ"), number: "37AC0001",
        issuedOn: CivilDate("2020-12-01"), expiresOn: CivilDate("2026-11-30")))
    try await record(
      RecordTrainingCredential(
        practitioner: SubjectReference(Self.therapist), kind: .medicalMassage,
        issuer: "A school", hours: 250, earnedOn: CivilDate("2021-05-01")))
    try await record(
      GrantPrivilege(
        practitioner: SubjectReference(Self.therapist), serviceClass: .medical,
        from: CivilDate("2021-06-01")))
    try await record(
      RegisterReferringProvider(
        familyName: "Okafor", givenName: "Ngozi", credential: .md, npi: NPI(Self.doctor)))
  }

  /// A patient with consent and an assessed episode, not yet ready to treat.
  ///
  /// - Returns: the episode.
  func addPatient(_ mrn: String) async throws -> EntityID {
    let patient = SubjectReference(mrn)
    try await record(
      RegisterPatient(
        mrn: mrn, familyName: "Rivera", givenName: "Ana", bornOn: CivilDate("1984-06-02"),
        confirmDistinct: true),
      by: .frontDesk)
    try await record(SignConsent(patient: patient, kind: .treatment), by: .frontDesk)
    let opened = try await record(
      OpenEpisode(patient: patient, problem: "neck pain", condition: .acute), by: .therapist)
    let episode = try opened.identifier(.episode)
    try await record(
      RecordDiagnosis(
        episode: episode, code: ICD10CM("M54.2"), madeBy: SubjectReference(Self.doctor)),
      by: .therapist, practitioner: Self.therapist)
    try await record(
      CompleteAssessment(episode: episode, impression: "cervical myofascial pain"), by: .therapist,
      practitioner: Self.therapist)
    return episode
  }
}

struct MissingIdentifier: Error {}

extension RecordedOutcome {
  /// The identifier of a kind that the recorded facts name first.
  func identifier(_ kind: EntityID.Kind) throws -> EntityID {
    for fact in facts {
      for tag in fact.event.tags where tag.text.hasPrefix("\(kind):") {
        return try EntityID(String(tag.text.dropFirst("\(kind):".count)))
      }
    }
    throw MissingIdentifier()
  }
}
