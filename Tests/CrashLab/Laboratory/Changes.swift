import Backend
import EventLog
import Foundation
import Interchange
import Practice
import PracticeEvents
import TestSupport

/// Undertakings that change a clinic which is there already.
extension Undertaking {
  /// The folder of the source that it begins with; nil when it begins with nothing.
  var beginning: String? {
    switch self {
    case .create, .backUp, .restore: nil
    case .fork: "frozen"
    case .access, .rotateKey, .rebuild, .importAdvice: "clinic"
    }
  }

  /// About so many calls change its files.
  var calls: Int {
    switch self {
    case .create, .backUp, .restore, .access, .fork, .rotateKey, .importAdvice: 80
    case .rebuild: 160
    }
  }

  static let accesses = 4

  func change(_ backend: Backend, _ marks: MarkFile) async throws {
    switch self {
    case .access:
      for number in 1...Self.accesses {
        try await backend.recordAccess(Self.reading)
        marks.line("access \(number)")
      }
    case .fork:
      _ = try await backend.fork(actor: Self.actor, reason: "the lab")
      marks.line("forked")
    case .rotateKey:
      let rotated = try await backend.rotateKey(actor: Self.actor, reason: "the lab")
      marks.line("rotated \(rotated.newKey)")
    case .rebuild:
      try backend.views.rebuild()
      marks.line("rebuilt")
    case .importAdvice:
      _ = try await backend.importRemittance(
        RemittanceFile(Self.advice), bytes: Self.advice, Self.envelope(3))
      marks.line("imported")
    case .create, .backUp, .restore: break
    }
  }

  static var reading: DataAccess {
    DataAccess(
      by: Reader(actor, channel: .cli), what: "schedule.day", disclosed: .everyone, rows: 0,
      asOf: .none)
  }

  /// A log of the backup beside keys that have signed more since.
  static func makeFrozen(at source: String, growing backend: Backend) async throws {
    _ = try await backend.record(
      SetPracticeProfile(phone: E164("+12015550100")), envelope(4))
    try backend.checkpoint()
    let (files, frozen) = (FileManager.default, "\(source)/frozen")
    try files.createDirectory(atPath: frozen, withIntermediateDirectories: true)
    for folder in ["log", "access"] {
      try files.copyItem(atPath: "\(source)/backup/\(folder)", toPath: "\(frozen)/\(folder)")
    }
    try files.copyItem(atPath: backend.directory.keys, toPath: "\(frozen)/keys")
  }

  // MARK: A payer's advice

  static let claimCount = 3

  static var claims: SentClaims {
    var sent = SentClaims()
    for number in 1...claimCount { sent.add(number, [.init("97124", cents: 120_00)]) }
    return sent
  }

  static var advice: [UInt8] {
    let claims = (1...claimCount).map {
      "CLP*\(SentClaims.id($0))*1*120*100**12*P\($0)~SVC*HC:97124*120*100~CAS*CO*45*20~"
    }.joined()
    let body =
      "BPR*I*\(claimCount * 100)*C*ACH************20260330~TRN*1*EFT1*1512345678~"
      + "N1*PR*TEST MUTUAL*PI*\(SentClaims.payerID)~N1*PE*CLINIC~LX*1~\(claims)"
    let count = body.split(separator: "~").count + 2
    return Array(
      ("ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *260330*1200*^*00501"
        + "*000000001*0*P*:~GS*HP*P*C*20260330*1200*1*X*005010X221A1~ST*835*1~\(body)"
        + "SE*\(count)*1~GE*1*1~IEA*1*000000001~").utf8)
  }
}

extension UndertakingInspection {
  func changed(_ directory: DataDirectory, _ marks: Marks) async throws -> [Problem] {
    let backend = try Backend(directory)
    var problems: [Problem] = []
    switch undertaking {
    case .access:
      let told = marks.words.count { $0.hasPrefix("access ") }
      let found = try facts(.recordAccessed, in: backend.accessLog.store()).count
      if found < Undertaking.readings + told {
        problems.append(Problem(.lost, "\(told) readings were told, \(found) are on record"))
      }
    case .fork: problems += try await forked(backend, marks)
    case .rotateKey: problems += try await rotated(backend, marks)
    case .importAdvice: problems += try await imported(backend, marks)
    case .rebuild, .create, .backUp, .restore: break
    }
    return try problems.isEmpty ? whole(backend, Marks([])) : problems
  }

  private func facts(
    _ kind: PracticeEvent.Kind, in log: LMDBEventLog
  ) throws -> [RecordedEvent] {
    try log.read { try $0.events(.kinds(EventKind(rawValue: kind.rawValue))) }
  }

  /// Done, or still frozen; then doing it again is what the message says.
  private func forked(_ backend: Backend, _ marks: Marks) async throws -> [Problem] {
    if let reason = backend.keeper.frozen {
      if marks.words.contains("forked") { return [Problem(.lock, reason)] }
      guard reason.contains("log fork") else { return [Problem(.message, reason)] }
      _ = try await backend.fork(actor: Undertaking.actor, reason: "the lab, again")
    }
    let forks = try facts(.logForked, in: backend.store)
    return forks.count == 1 ? [] : [Problem(.duplicate, "\(forks.count) forks are on record")]
  }

  /// Done or not, the log goes on, and its key can be changed again.
  private func rotated(_ backend: Backend, _ marks: Marks) async throws -> [Problem] {
    if let reason = backend.keeper.frozen { return [Problem(.lock, reason)] }
    let told = marks.words.first { $0.hasPrefix("rotated ") }.map { $0.dropFirst(8) }
    if let told, try backend.keeper.verifierKey().description != told {
      return [Problem(.lost, "the new key was told, and another is in force")]
    }
    _ = try await backend.rotateKey(actor: Undertaking.actor, reason: "the lab, again")
    // Every hand-over on record has taken place.
    let recorded = try facts(.logKeyRotated, in: backend.store).count
    let keys = try backend.logKeys().count
    return recorded + 1 == keys
      ? [] : [Problem(.disorder, "\(recorded) hand-overs are on record, \(keys) keys have signed")]
  }

  /// All of the file or nothing, and once.
  private func imported(_ backend: Backend, _ marks: Marks) async throws -> [Problem] {
    let bytes = Undertaking.advice
    // Somebody else does it, so that no command's id makes it harmless.
    let outcome = try await backend.importRemittance(
      RemittanceFile(bytes), bytes: bytes, Undertaking.envelope(5))
    if case .recorded = outcome, marks.words.contains("imported") {
      return [Problem(.lost, "an advice that was posted")]
    }
    let advices = try facts(.remittanceReceived, in: backend.store).count
    let posted = try facts(.claimAdjudicated, in: backend.store).count
    return advices == 1 && posted == Undertaking.claimCount
      ? [] : [Problem(.halfVisible, "\(advices) advices with \(posted) claims")]
  }
}
