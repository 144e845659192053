import Backend
import EventLog
import Foundation
import Practice
import PracticeEvents
import Testing

@Suite("Creations and restores that were interrupted")
struct InterruptionTests {
  /// What a kill, or a power failure, may leave before the first event.
  enum Remains: CaseIterable {
    case folder, database, halfDatabase, emptyLog, viewsAlone

    func make(in directory: DataDirectory) throws {
      let files = FileManager.default
      func folder(_ path: String) throws {
        try files.createDirectory(atPath: path, withIntermediateDirectories: true)
      }
      try folder(directory.path)
      switch self {
      case .folder: try folder(directory.log)
      case .database:
        try folder(directory.log)
        files.createFile(atPath: directory.log + "/data.mdb", contents: Data())
      case .halfDatabase:
        do { _ = try LMDBEventLog(directory: directory.log, create: true) }
        let file = try FileHandle(
          forUpdating: URL(filePath: directory.log + "/data.mdb"))
        try file.truncate(atOffset: 4096)
        try file.close()
      case .emptyLog:
        try folder(directory.keys)
        files.createFile(atPath: directory.keys + "/.lock", contents: Data())
        _ = try LMDBEventLog(directory: directory.log, create: true)
      case .viewsAlone: try folder(directory.views + "/schedule")
      }
    }
  }

  private func establish(_ directory: DataDirectory) async throws {
    try await Backend.create(directory) { backend in
      let command = EstablishClinic(clinicName: "Test", timeZone: .utc)
      var actor = EventActor()
      (actor.user, actor.role) = ("sam", .supervisor)
      _ = try await backend.record(
        command, CommandEnvelope(id: CommandID(high: 1, low: 1), actor: actor))
    }
  }

  @Test("the message says what to do, and doing it makes the clinic", arguments: Remains.allCases)
  func creation(remains: Remains) async throws {
    let folder = TemporaryDirectory()
    defer { withExtendedLifetime(folder) {} }
    let directory = DataDirectory(folder.path)
    try remains.make(in: directory)
    let error = #expect(throws: DataDirectoryError.self) {
      _ = try Backend(directory).clinic()
    }
    #expect(error.map { "\($0)" }?.contains("chartledger init") == true)
    try await establish(directory)
    #expect(try Backend(directory).clinic().established)
  }

  @Test("a clinic that has an event is not taken for an interrupted creation")
  func realClinic() async throws {
    let folder = TemporaryDirectory()
    defer { withExtendedLifetime(folder) {} }
    let directory = DataDirectory(folder.path)
    try await establish(directory)
    await #expect(throws: DataDirectoryError.self) { try await establish(directory) }
    #expect(try Backend(directory).clinic().established)
  }

  @Test("a restore that was interrupted before the log was there is no clinic, and says so")
  func restore() throws {
    let folder = TemporaryDirectory()
    defer { withExtendedLifetime(folder) {} }
    let directory = DataDirectory(folder.path)
    for path in [directory.access, directory.keys, directory.log] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    FileManager.default.createFile(atPath: directory.keys + "/log.key", contents: Data())
    FileManager.default.createFile(atPath: directory.log + "/data.mdb.tmp", contents: Data())
    let error = #expect(throws: DataDirectoryError.self) { _ = try Backend(directory) }
    #expect(error.map { "\($0)" }?.contains("chartledger restore") == true)
  }
}
