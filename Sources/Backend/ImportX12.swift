import EventLog
import Foundation
import Interchange
import Practice
import PracticeEvents
import Projection
import TransparencyLog

/// What came of an imported file.
public enum FileImport: Sendable {
  case recorded(RecordedOutcome)
  /// The same bytes were imported before; this is the first event that they led to.
  case already(RecordedFact)
}

extension Backend {
  /// Posts an 835 file in one append: all of it or nothing, and the same bytes once.
  ///
  /// - Parameters:
  ///   - payer: whose advice it is, where the file does not name a registered payer.
  ///   - acceptsTest: also takes a file that says it is a test.
  ///   - dryRun: decides and appends nothing.
  /// - Throws: `X12Error`, `Refusal`, or `EventLogError`; nothing is appended.
  public func importRemittance(
    _ file: RemittanceFile, bytes: [UInt8], payer: SubjectReference? = nil,
    acceptsTest: Bool = false, dryRun: Bool = false, _ envelope: CommandEnvelope
  ) async throws -> FileImport {
    try requireReal(file.remittances.contains(where: \.isTest), acceptsTest || dryRun)
    let hash = FileHash(bytes: ByteHasher.sha256(bytes).bytes)
    try requireOurs(file.remittances.compactMap(\.payeeNumbers))
    let advices = try store.read { log in
      let facts = LogFacts(log)
      return try file.remittances.map { remittance in
        remittance.advice(payer: try payer ?? facts.payer(of: remittance))
      }
    }
    return try await importFile(
      PostRemittance(advices: advices, fileSHA256: hash), hash, PostRemittance.repeatRule,
      dryRun: dryRun, envelope)
  }

  /// Records the answers of a 271 file in one append, and the same bytes once for each coverage.
  ///
  /// - Parameters:
  ///   - coverage: which coverage a single answer is about, where it cannot be matched.
  ///   - inNetwork: whether the clinic is in the plan's network; nil when nobody knows.
  /// - Throws: `X12Error`, `Refusal`, or `EventLogError`; nothing is appended.
  public func importEligibility(
    _ file: EligibilityFile, bytes: [UInt8], payer: SubjectReference? = nil,
    coverage: EntityID? = nil, inNetwork: Bool? = nil, acceptsTest: Bool = false,
    dryRun: Bool = false, _ envelope: CommandEnvelope
  ) async throws -> FileImport {
    try requireReal(file.answers.contains(where: \.isTest), acceptsTest || dryRun)
    let hash = FileHash(bytes: ByteHasher.sha256(bytes).bytes)
    try requireOurs(file.answers.compactMap(\.provider))
    let answers = file.answers.map { $0.answer(payer: payer, inNetwork: inNetwork) }
    return try await importFile(
      RecordEligibility(answers: answers, coverage: coverage, fileSHA256: hash), hash,
      RecordEligibility.repeatRule, dryRun: dryRun, envelope)
  }

  /// Records what a payer or clearinghouse said about claims (X12 277CA) in one append, and the same
  /// bytes once.
  ///
  /// - Throws: `X12Error`, `Refusal`, or `EventLogError`; nothing is appended.
  public func importAcknowledgements(
    _ file: ClaimAcknowledgementFile, bytes: [UInt8], acceptsTest: Bool = false,
    dryRun: Bool = false, _ envelope: CommandEnvelope
  ) async throws -> FileImport {
    try requireReal(file.isTest, acceptsTest || dryRun)
    try requireOurs(file.billingProviders)
    let hash = FileHash(bytes: ByteHasher.sha256(bytes).bytes)
    return try await importFile(
      RecordAcknowledgements(claims: file.claims, fileSHA256: hash), hash,
      RecordAcknowledgements.repeatRule, dryRun: dryRun, envelope)
  }

  /// Records what a receiver said about the form of our files of claims (X12 999) in one append, and
  /// the same bytes once.
  ///
  /// - Throws: `X12Error`, `Refusal`, or `EventLogError`; nothing is appended.
  public func importFileAcknowledgements(
    _ file: ImplementationAcknowledgementFile, bytes: [UInt8], acceptsTest: Bool = false,
    dryRun: Bool = false, _ envelope: CommandEnvelope
  ) async throws -> FileImport {
    try requireReal(file.isTest, acceptsTest || dryRun)
    let hash = FileHash(bytes: ByteHasher.sha256(bytes).bytes)
    return try await importFile(
      RecordAcknowledgements(files: file.files, fileSHA256: hash), hash,
      RecordAcknowledgements.repeatRule, dryRun: dryRun, envelope)
  }

  /// Refuses the file of another clinic.
  private func requireOurs(_ named: [NamedProvider]) throws {
    let (npis, taxIDs) = try store.read { log in
      let facts = LogFacts(log)
      let profile = try facts.clinic().profile
      var npis: Set<String> = profile.npi.isEmpty ? [] : [profile.npi]
      // Payers pay a therapist who works alone under the therapist's own number.
      for npi in Set(named.map(\.npi)) where !npis.isEmpty && !npi.isEmpty {
        let owner = try facts.owner(of: .npi(npi))
        if let owner, try facts.practitioner(owner).registered { npis.insert(npi) }
      }
      let taxID = profile.ein.filter(\.isNumber)
      return (npis, taxID.isEmpty ? [] : Set([taxID]))
    }
    for provider in named { try provider.require(npis: npis, taxIDs: taxIDs) }
  }

  private func requireReal(_ isTest: Bool, _ isAccepted: Bool) throws {
    guard isTest, !isAccepted else { return }
    throw Refusal(
      rule: "x12.test", problem: "the file says that it is a test (ISA15 T)",
      remedy: "look at it with --dry-run, or take it with --accept-test")
  }

  /// Whether the file was imported before is decided under the log's writer lock, so that two
  /// imports at once record it once.
  private func importFile(
    _ command: some Command, _ hash: FileHash?, _ repeatRule: String, dryRun: Bool,
    _ envelope: CommandEnvelope
  ) async throws -> FileImport {
    do {
      return .recorded(
        dryRun ? try rehearse(command, envelope) : try await record(command, envelope))
    } catch let refusal as Refusal where refusal.rule == repeatRule {
      let first = try store.read { log in
        try hash.flatMap { try LogFacts(log).history(tagged: .file($0)).first }
      }
      guard let first else { throw refusal }
      return .already(first)
    }
  }
}

extension Facts {
  /// The registered payer that an advice names.
  fileprivate func payer(of remittance: Remittance) throws -> SubjectReference {
    for id in remittance.payerIDs {
      if let payer = try? payerID(SubjectReference(id)) { return SubjectReference(payer) }
    }
    throw Refusal(
      rule: "remittance.payer", field: "payer",
      problem:
        "the file names no registered payer (\(remittance.payerIDs.joined(separator: ", ")))",
      remedy: "say which one it is with --payer, or register it with register-payer")
  }
}
