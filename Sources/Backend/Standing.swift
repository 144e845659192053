import EventLog
import Practice
import PracticeEvents
import Synchronization
import TransparencyLog

/// What a request asks before its own question: which clinic it is, what day it has, who may come
/// in. As of one position of the log, and kept until the log grows: folding it for each request
/// would cost more than many a report.
public final class Standing: Sendable {
  /// The log's head.
  public let position: Position
  let clinic: ClinicState
  /// UTC in a log that has no clinic yet.
  public let zone: ClinicTimeZone
  /// By the hash of their token.
  private let grants: [TreeHash: [SystemState.Grant]]
  private let today = Mutex<(minute: Int64, date: CivilDate)?>(nil)

  init(_ log: any LogSnapshot, _ shared: SharedFolds) throws {
    let facts = LogFacts(log, shared: shared)
    position = log.head
    clinic = try facts.clinic()
    var grants: [TreeHash: [SystemState.Grant]] = [:]
    for grant in try facts.system().grants.values {
      guard let hash = TreeHash(Array(grant.granted.tokenSha256)) else { continue }
      grants[hash, default: []].append(grant)
    }
    self.grants = grants
    zone = clinic.established ? try ClinicTimeZone(clinic.profile.timeZone) : .utc
  }

  /// Who holds the token with that hash on a day; nil when it is unknown, revoked or expired.
  func principal(_ tokenHash: TreeHash, on date: CivilDate) -> Principal? {
    let grant = grants[tokenHash]?.first { $0.isOpen(on: date) }?.granted
    return grant.map { Principal(user: $0.user, role: $0.role, grant: $0.grant) }
  }

  /// The clinic's day at that instant. Looked up once a minute: clocks change at whole ones.
  public func date(of instant: Instant) -> CivilDate {
    let minute = instant.microseconds / 60_000_000
    return today.withLock { today in
      if let today, today.minute == minute { return today.date }
      let date = zone.date(of: instant)
      today = (minute, date)
      return date
    }
  }
}

extension Backend {
  /// The clinic as the log has it now.
  ///
  /// - Throws: `DataDirectoryError.notEstablished` for a log without a clinic.
  public func standing() throws -> Standing {
    let standing = try standingOfAnyLog()
    guard standing.clinic.established else {
      throw DataDirectoryError.notEstablished(directory.path)
    }
    return standing
  }

  /// Also of a log without a clinic.
  func standingOfAnyLog() throws -> Standing {
    let known = lastStanding.withLock { $0 }
    if let known, known.commit == store.lastCommit { return known.standing }
    return try store.readNumbered { log, commit in
      // What is committed at a position is never another event's.
      let found =
        if let known, known.standing.position == log.head { known.standing } else {
          try Standing(log, shared)
        }
      lastStanding.withLock { $0 = (commit, found) }
      return found
    }
  }

  /// The clinic's profile, catalogue, fees and rules now.
  ///
  /// - Throws: `DataDirectoryError.notEstablished` for a log without a clinic.
  public func clinic() throws -> ClinicState { try standing().clinic }

  /// The clinic's time zone now.
  public func zone() throws -> ClinicTimeZone { try standing().zone }

  /// Who holds the token; nil when it is unknown, revoked or expired.
  public func principal(for token: AccessToken) throws -> Principal? {
    let standing = try standing()
    return standing.principal(token.hash, on: standing.date(of: now))
  }
}
