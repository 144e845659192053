import Backend
import EventLog
import Foundation
import Glibc
import Interchange
import Practice
import PracticeEvents
import TestSupport
import Testing

@Suite("Importing an 835 into a log")
struct ImportX12Tests {
  /// Claims of one file.
  static let claimsOfFile = 60

  /// The file with a number: 60 claims, each paid 100.00 of 120.00.
  static func file(_ number: Int, type: String = "P") -> [UInt8] {
    let claims = (0..<claimsOfFile).map { index in
      let claim = SentClaims.id(number * 1_000 + index)
      return "CLP*\(claim)*1*120*100**12*P\(index)~SVC*HC:97124*120*100~CAS*CO*45*20~"
    }
    let body =
      "BPR*I*\(claimsOfFile * 100)*C*ACH************20260330~TRN*1*EFT\(number)*1512345678~"
      + "N1*PR*TEST MUTUAL*PI*\(SentClaims.payerID)~N1*PE*CLINIC~LX*1~" + claims.joined()
    let count = body.split(separator: "~").count + 2
    return Array(
      ("ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *260330*1200*^*00501"
        + "*000000001*0*\(type)*:~GS*HP*P*C*20260330*1200*1*X*005010X221A1~ST*835*1~\(body)"
        + "SE*\(count)*1~GE*1*1~IEA*1*000000001~").utf8)
  }

  static func sent(_ files: Int) -> SentClaims {
    var sent = SentClaims()
    for number in 1...files {
      for index in 0..<claimsOfFile {
        sent.add(number * 1_000 + index, [.init("97124", cents: 120_00)])
      }
    }
    return sent
  }

  static func envelope(_ number: UInt64) -> CommandEnvelope {
    var actor = EventActor()
    actor.user = "bea"
    actor.role = .biller
    return CommandEnvelope(id: CommandID(high: 0x835, low: number), actor: actor, channel: .x12)
  }

  private func clinic(files: Int) async throws -> TestClinic {
    let clinic = try await TestClinic(at: "2026-03-31T08:00")
    try await clinic.record(GivenFacts(Self.sent(files).facts))
    return clinic
  }

  /// Events of a file in the log.
  private func posted(_ bytes: [UInt8], in backend: Backend) throws -> [RecordedFact] {
    let file = try RemittanceFile(bytes)
    return try backend.store.read { log in
      let facts = LogFacts(log)
      let advices = try facts.history(
        tagged: .remittanceTrace(file.remittances[0].traceNumber))
      return try advices.flatMap { advice -> [RecordedFact] in
        guard case .remittanceReceived(let fact) = advice.event.fact else { return [] }
        return try facts.history(tagged: .entity(EntityID(fact.remittance)))
      }
    }
  }

  @Test("posts once, says when it did, and a dry run writes nothing")
  func once() async throws {
    let clinic = try await clinic(files: 1)
    let bytes = Self.file(1)
    let file = try RemittanceFile(bytes)
    let before = try clinic.backend.store.read { $0.head }
    guard
      case .recorded(let rehearsed) = try await clinic.backend.importRemittance(
        file, bytes: bytes, dryRun: true, Self.envelope(1))
    else {
      Issue.record("nothing was rehearsed")
      return
    }
    #expect(rehearsed.facts.count == Self.claimsOfFile + 1)
    #expect(try clinic.backend.store.read { $0.head } == before)

    let first = try await clinic.backend.importRemittance(file, bytes: bytes, Self.envelope(1))
    guard case .recorded(let outcome) = first else {
      Issue.record("nothing was recorded")
      return
    }
    #expect(outcome.facts.count == Self.claimsOfFile + 1)
    let head = try clinic.backend.store.read { $0.head }
    let second = try await clinic.backend.importRemittance(file, bytes: bytes, Self.envelope(2))
    guard case .already(let earlier) = second else {
      Issue.record("it was recorded twice")
      return
    }
    #expect(earlier.position == outcome.facts.first?.position)
    #expect(try clinic.backend.store.read { $0.head } == head)
    #expect(try posted(bytes, in: clinic.backend).count == Self.claimsOfFile + 1)
    let sums = try clinic.backend.balanceSums()
    #expect(sums.balances == .zero && sums.unbalancedCharges == 0)
  }

  @Test("a test file is looked at, and posted only on request")
  func testFiles() async throws {
    let clinic = try await clinic(files: 1)
    let bytes = Self.file(1, type: "T")
    let file = try RemittanceFile(bytes)
    await #expect(throws: Refusal.self) {
      try await clinic.backend.importRemittance(file, bytes: bytes, Self.envelope(1))
    }
    _ = try await clinic.backend.importRemittance(
      file, bytes: bytes, dryRun: true, Self.envelope(1))
    _ = try await clinic.backend.importRemittance(
      file, bytes: bytes, acceptsTest: true, Self.envelope(1))
    #expect(try posted(bytes, in: clinic.backend).count == Self.claimsOfFile + 1)
  }

  @Test("an advice of an unknown payer is refused whole, unless somebody says whose it is")
  func unknownPayer() async throws {
    let clinic = try await clinic(files: 1)
    let bytes = Array(
      String(decoding: Self.file(1), as: UTF8.self).replacing("PI*60054", with: "PI*99999").utf8)
    let file = try RemittanceFile(bytes)
    await #expect(throws: Refusal.self) {
      try await clinic.backend.importRemittance(file, bytes: bytes, Self.envelope(1))
    }
    _ = try await clinic.backend.importRemittance(
      file, bytes: bytes, payer: SubjectReference(SentClaims.payerID), Self.envelope(1))
    #expect(try posted(bytes, in: clinic.backend).count == Self.claimsOfFile + 1)
  }

  /// Imports in a process that is killed on the way.
  static func importUntilKilled(_ path: String, round: Int, microseconds: UInt32) async throws {
    let clock = try ClinicTimeZone("America/New_York").instant("2026-03-31T09:00")
    let backend = try Backend(
      DataDirectory(path), options: TestClinic.options(TestClock(clock)))
    let bytes = file(round)
    let read = try RemittanceFile(bytes)
    Thread.detachNewThread {
      usleep(microseconds)
      kill(getpid(), SIGKILL)
    }
    _ = try await backend.importRemittance(read, bytes: bytes, envelope(UInt64(round)))
    while true { usleep(1_000) }
  }

  @Test("a kill in the middle leaves all of a file or nothing of it")
  func killed() async throws {
    let rounds = 12
    let folder = TemporaryDirectory()
    do {
      let clock = TestClock(try ClinicTimeZone("America/New_York").instant("2026-03-31T08:00"))
      let backend = try await Backend.create(
        DataDirectory(folder.path), options: TestClinic.options(clock)
      ) { $0 }
      _ = try await backend.record(GivenFacts(Self.sent(rounds).facts), Self.supervisor)
    }
    for round in 1...rounds {
      let microseconds = UInt32(round * round * 400)
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = folder.path as String, round = round as Int, microseconds = microseconds as UInt32]
        in
        try await ImportX12Tests.importUntilKilled(path, round: round, microseconds: microseconds)
      }
    }
    let clock = TestClock(try ClinicTimeZone("America/New_York").instant("2026-03-31T10:00"))
    let backend = try Backend(DataDirectory(folder.path), options: TestClinic.options(clock))
    for round in 1...rounds {
      let bytes = Self.file(round)
      let count = try posted(bytes, in: backend).count
      #expect(count == 0 || count == Self.claimsOfFile + 1, "round \(round)")
      // Repeating the import completes it, or finds it done.
      let again = try await backend.importRemittance(
        RemittanceFile(bytes), bytes: bytes, Self.envelope(UInt64(100 + round)))
      if case .already = again { #expect(count > 0) } else { #expect(count == 0) }
      #expect(try posted(bytes, in: backend).count == Self.claimsOfFile + 1)
    }
    _ = try backend.store.verify()
    #expect(try backend.balanceSums().balances == .zero)
  }

  /// The acknowledgement with a number: 60 claims, each accepted.
  static func acknowledgement(_ number: Int, npi: String = "1234567893") -> [UInt8] {
    let claims = (0..<claimsOfFile).map { index in
      "HL*\(index + 4)*3*PT~TRN*2*\(SentClaims.id(number * 1_000 + index))~STC*A2:20*20260330*WQ*120~"
    }
    let body =
      "BHT*0085*08*\(number)*20260330*1200*TH~HL*1**20*1~HL*2*1*21*1~HL*3*2*19*1~"
      + "NM1*85*2*CLINIC*****XX*\(npi)~" + claims.joined()
    let count = body.split(separator: "~").count + 2
    return Array(
      ("ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *260330*1200*^*00501"
        + "*00000000\(number)*0*P*:~GS*HN*P*C*20260330*1200*1*X*005010X214~ST*277*1~\(body)"
        + "SE*\(count)*1~GE*1*1~IEA*1*00000000\(number)~").utf8)
  }

  private func acknowledged(_ number: Int, in backend: Backend) throws -> Int {
    try backend.store.read { log in
      let facts = LogFacts(log)
      return try (0..<Self.claimsOfFile).reduce(0) { count, index in
        let history = try facts.history(tagged: .entity(SentClaims.id(number * 1_000 + index)))
        return count + history.count { $0.event.kind == .claimAcknowledged }
      }
    }
  }

  /// The 999 that accepts the file of claims with a number.
  static func fileAcknowledgement(_ number: Int) -> [UInt8] {
    Array(
      ("ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *260330*1200*^*00501"
        + "*00000000\(number)*0*P*:~GS*FA*P*C*20260330*1200*1*X*005010X231A1~ST*999*1~"
        + "AK1*HC*\(number)*005010X222A1~AK2*837*0001~IK5*A~AK9*A*1*1*1~SE*6*1~GE*1*1~"
        + "IEA*1*00000000\(number)~").utf8)
  }

  /// That the claims of a number went out in one file.
  static func batch(_ number: Int) -> ProposedFact {
    var sent = ClaimBatchSent()
    sent.batch = EntityID.make(.claimBatch, random: UInt64(number)).description
    sent.groupControl = String(number)
    sent.claims = (0..<claimsOfFile).map { SentClaims.id(number * 1_000 + $0).description }
    return ProposedFact(.site, .claimBatchSent(sent))
  }

  /// Imports a 277CA, or a 999.
  static func acknowledge(
    _ number: Int, form: Bool, _ backend: Backend, _ envelope: CommandEnvelope
  ) async throws -> FileImport {
    if form {
      let bytes = fileAcknowledgement(number)
      return try await backend.importFileAcknowledgements(
        ImplementationAcknowledgementFile(bytes), bytes: bytes, envelope)
    }
    let bytes = acknowledgement(number)
    return try await backend.importAcknowledgements(
      ClaimAcknowledgementFile(bytes), bytes: bytes, envelope)
  }

  /// Imports an acknowledgement in a process that is killed on the way.
  static func acknowledgeUntilKilled(
    _ path: String, form: Bool, round: Int, microseconds: UInt32
  ) async throws {
    let clock = try ClinicTimeZone("America/New_York").instant("2026-03-31T09:00")
    let backend = try Backend(DataDirectory(path), options: TestClinic.options(TestClock(clock)))
    Thread.detachNewThread {
      usleep(microseconds)
      kill(getpid(), SIGKILL)
    }
    _ = try await acknowledge(round, form: form, backend, envelope(UInt64(round)))
    while true { usleep(1_000) }
  }

  @Test(
    "a kill in the middle of an acknowledgement leaves all of it or nothing",
    arguments: [false, true])
  func killedAcknowledgement(form: Bool) async throws {
    let rounds = 6
    let folder = TemporaryDirectory()
    do {
      let clock = TestClock(try ClinicTimeZone("America/New_York").instant("2026-03-31T08:00"))
      let backend = try await Backend.create(
        DataDirectory(folder.path), options: TestClinic.options(clock)
      ) { $0 }
      _ = try await backend.record(
        GivenFacts(Self.sent(rounds).facts + (1...rounds).map(Self.batch)), Self.supervisor)
    }
    for round in 1...rounds {
      let microseconds = UInt32(round * round * 1_500)
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [
          path = folder.path as String, form = form as Bool, round = round as Int,
          microseconds = microseconds as UInt32
        ] in
        try await ImportX12Tests.acknowledgeUntilKilled(
          path, form: form, round: round, microseconds: microseconds)
      }
    }
    let clock = TestClock(try ClinicTimeZone("America/New_York").instant("2026-03-31T10:00"))
    let backend = try Backend(DataDirectory(folder.path), options: TestClinic.options(clock))
    for round in 1...rounds {
      let count = try acknowledged(round, in: backend)
      #expect(count == 0 || count == Self.claimsOfFile, "round \(round)")
      let again = try await Self.acknowledge(
        round, form: form, backend, Self.envelope(UInt64(100 + round)))
      if case .already = again { #expect(count > 0) } else { #expect(count == 0) }
      #expect(try acknowledged(round, in: backend) == Self.claimsOfFile)
    }
    _ = try backend.store.verify()
  }

  @Test("a file for another NPI is refused whole, once the clinic has one of its own")
  func anotherClinic() async throws {
    let clinic = try await clinic(files: 1)
    var profile = SitePracticeProfileSet()
    profile.timeZone = "America/New_York"
    profile.npi = "1245319599"
    try await clinic.record(GivenFacts([ProposedFact(.site, .sitePracticeProfileSet(profile))]))
    let before = try clinic.backend.store.read { $0.head }
    let bytes = Self.acknowledgement(1)
    let file = try ClaimAcknowledgementFile(bytes)
    await #expect(throws: X12Error.self) {
      try await clinic.backend.importAcknowledgements(file, bytes: bytes, Self.envelope(1))
    }
    let advice = Array(
      String(decoding: Self.file(1), as: UTF8.self)
        .replacing("N1*PE*CLINIC", with: "N1*PE*CLINIC*XX*1234567893").utf8)
    let read = try RemittanceFile(advice)
    await #expect(throws: X12Error.self) {
      try await clinic.backend.importRemittance(read, bytes: advice, Self.envelope(2))
    }
    #expect(try clinic.backend.store.read { $0.head } == before)
    let ours = Self.acknowledgement(1, npi: "1245319599")
    _ = try await clinic.backend.importAcknowledgements(
      ClaimAcknowledgementFile(ours), bytes: ours, Self.envelope(3))
    #expect(try acknowledged(1, in: clinic.backend) == Self.claimsOfFile)
  }

  private static var supervisor: CommandEnvelope {
    var actor = EventActor()
    actor.user = "sam"
    actor.role = .supervisor
    return CommandEnvelope(id: CommandID(high: 1, low: 1), actor: actor)
  }
}
