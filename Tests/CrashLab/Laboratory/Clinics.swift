import Backend
import EventLog
import Foundation
import Practice
import PracticeEvents
import Reports
import TestSupport

/// What is done once with a whole clinic's directory, as `chartledger` does it.
public enum Undertaking: String, Sendable, CaseIterable {
  /// Make a clinic, and record the first reading of its data.
  case create
  case backUp = "back-up"
  case restore
  // With a clinic that is there already:
  /// Read its data, each reading on record.
  case access
  /// Let a frozen log go on.
  case fork
  case rotateKey = "rotate-key"
  case rebuild
  /// Post a payer's advice (X12 835).
  case importAdvice = "import-advice"

  /// Where the clinic or backup lies inside of the recorded directory.
  static let place = "place"
  /// Events and readings of the clinic that is backed up.
  static let events = 6
  static let readings = 2

  func run(in directory: String, source: String, _ marks: MarkFile) async {
    let place = "\(directory)/\(Self.place)"
    do {
      switch self {
      case .create:
        try await Self.create(DataDirectory(place), marks)
        try await Self.read(DataDirectory(place), marks)
      case .backUp:
        _ = try Backend(DataDirectory("\(source)/clinic")).backUp(to: place)
        marks.line("backed up")
      case .restore:
        _ = try Backend.restore(from: "\(source)/backup", to: DataDirectory(place))
        marks.line("restored")
      default: try await change(Backend(DataDirectory(place)), marks)
      }
    } catch {
      marks.failed(error)
    }
  }

  static func create(_ directory: DataDirectory, _ marks: MarkFile?) async throws {
    try await Backend.create(directory) { backend in
      _ = try await backend.record(
        EstablishClinic(clinicName: "Laboratory", timeZone: ClinicTimeZone("America/New_York")),
        CommandEnvelope(id: CommandID(high: 1, low: 1), actor: actor))
      marks?.line("established")
      try backend.checkpoint()
      marks?.line("signed")
    }
  }

  static func read(_ directory: DataDirectory, _ marks: MarkFile?) async throws {
    let backend = try Backend(directory)
    try await backend.recordAccess(
      DataAccess(
        by: Reader(actor, channel: .cli), what: "schedule.day", disclosed: .everyone, rows: 0,
        asOf: .none))
    marks?.line("read")
  }

  /// A clinic and its backup, for the others to work with.
  static func makeSource(at source: String) async throws {
    let directory = DataDirectory("\(source)/clinic")
    try await create(directory, nil)
    for _ in 0..<readings { try await read(directory, nil) }
    let backend = try Backend(directory)
    let plan = Plan(seed: 1, clients: 1)
    var number: UInt64 = 0
    while try backend.store.read({ $0.head.rawValue }) < UInt64(events) {
      let request = try plan.request(0, number)
      _ = try await backend.store.append(
        request.proposal, command: request.command, condition: nil)
      number += 1
    }
    // The clinic's own profile stays.
    let claims = Self.claims.facts.filter { $0.subject != .site }
    _ = try await backend.record(GivenFacts(claims), envelope(2))
    try backend.checkpoint()
    try backend.views.catchUp()
    _ = try backend.backUp(to: "\(source)/backup", withKeys: true)
    try await makeFrozen(at: source, growing: backend)
  }

  static func envelope(_ number: UInt64) -> CommandEnvelope {
    CommandEnvelope(id: CommandID(high: 1, low: number), actor: actor)
  }

  static var actor: EventActor {
    var actor = EventActor()
    actor.user = "lab"
    actor.role = .supervisor
    return actor
  }
}

/// After one of them was cut off: either all of it is there, or nothing that could be taken for it,
/// and whoever opens it is told what to do, which then works.
struct UndertakingInspection: Inspection {
  var undertaking: Undertaking

  var arguments: [String] { ["undertaking", undertaking.rawValue] }

  func problems(in directory: String, _ marks: Marks) async -> [Problem] {
    let place = "\(directory)/\(Undertaking.place)"
    do {
      switch undertaking {
      case .create: return try await created(DataDirectory(place), marks)
      case .backUp: return backedUp(place, marks)
      case .restore: return try await restored(DataDirectory(place), marks)
      default: return try await changed(DataDirectory(place), marks)
      }
    } catch {
      return [Problem(.cannotOpen, "\(error)")]
    }
  }

  // MARK: A new clinic

  private func created(_ directory: DataDirectory, _ marks: Marks) async throws -> [Problem] {
    let isPromised = marks.words.contains("established")
    let backend: Backend
    do {
      backend = try Self.openEstablished(directory)
    } catch {
      if isPromised { return [Problem(.lost, "the new clinic: \(error)")] }
      guard "\(error)".contains("chartledger init") else {
        return [Problem(.message, "\(error)")]
      }
      return try await createdAgain(directory)
    }
    var problems = try whole(backend, marks)
    let readings = try backend.accessLog.store().read { try $0.events(.all).count }
    // The first one carries the schema.
    if marks.words.contains("read"), readings < 1 {
      problems.append(Problem(.lost, "a reading"))
    }
    return problems
  }

  /// Closes it again when it has no clinic.
  private static func openEstablished(_ directory: DataDirectory) throws -> Backend {
    let backend = try Backend(directory)
    _ = try backend.clinic()
    return backend
  }

  /// `init`, once more, as the message says.
  private func createdAgain(_ directory: DataDirectory) async throws -> [Problem] {
    do {
      try await Undertaking.create(directory, nil)
      return try whole(Backend(directory), Marks([]))
    } catch {
      return [Problem(.cannotOpen, "the interrupted creation cannot be repeated: \(error)")]
    }
  }

  func whole(_ backend: Backend, _ marks: Marks) throws -> [Problem] {
    _ = try backend.clinic()
    if let reason = backend.keeper.frozen { return [Problem(.lock, reason)] }
    if marks.words.contains("signed"), try backend.keeper.checkpoints().isEmpty {
      return [Problem(.lock, "the first checkpoint is gone")]
    }
    _ = try backend.store.verify(signers: backend.keeper.signers())
    _ = try backend.accessLog.store().verify()
    try backend.checkpoint()
    try backend.views.catchUp()
    return try backend.views.verify().map { [Problem(.views, "\($0)")] } ?? []
  }

  // MARK: Backup and restore

  private func backedUp(_ place: String, _ marks: Marks) -> [Problem] {
    do {
      let manifest = try Backend.verifyBackup(place)
      return manifest.logs.map(\.name) == ["log", "access"]
        ? [] : [Problem(.halfVisible, "the backup has \(manifest.logs.map(\.name))")]
    } catch BackupError.absent(let path) {
      return marks.words.contains("backed up") ? [Problem(.lost, "the backup in \(path)")] : []
    } catch {
      return [Problem(.halfVisible, "a finished backup: \(error)")]
    }
  }

  private func restored(_ directory: DataDirectory, _ marks: Marks) async throws -> [Problem] {
    let backend: Backend
    do {
      backend = try Backend(directory)
    } catch {
      if marks.words.contains("restored") {
        return [Problem(.lost, "the restored clinic: \(error)")]
      }
      return "\(error)".contains("chartledger restore") || "\(error)".contains("there is no clinic")
        ? [] : [Problem(.message, "\(error)")]
    }
    let readings = try backend.accessLog.store().read { $0.head.rawValue }
    guard try backend.store.read({ $0.head.rawValue }) >= UInt64(Undertaking.events),
      readings >= UInt64(Undertaking.readings)
    else { return [Problem(.halfVisible, "a clinic without all of its events or readings")] }
    return try whole(backend, Marks([]))
  }
}
