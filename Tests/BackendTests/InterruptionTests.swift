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
        _ = files.createFile(atPath: directory.log + "/data.mdb", contents: Data())
      case .halfDatabase:
        do { _ = try LMDBEventLog(directory: directory.log, create: true) }
        let file = try FileHandle(
          forUpdating: URL(filePath: directory.log + "/data.mdb"))
        try file.truncate(atOffset: 4096)
        try file.close()
      case .emptyLog:
        try folder(directory.keys)
        _ = files.createFile(atPath: directory.keys + "/.lock", contents: Data())
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
    _ = FileManager.default.createFile(atPath: directory.keys + "/log.key", contents: Data())
    _ = FileManager.default.createFile(atPath: directory.log + "/data.mdb.tmp", contents: Data())
    let error = #expect(throws: DataDirectoryError.self) { _ = try Backend(directory) }
    #expect(error.map { "\($0)" }?.contains("chartledger restore") == true)
  }

  @Test("a clinic whose log is gone or empty is not taken for a new one", arguments: [true, false])
  func lostLog(isEmpty: Bool) async throws {
    let folder = TemporaryDirectory()
    defer { withExtendedLifetime(folder) {} }
    let directory = DataDirectory(folder.path)
    try await establish(directory)
    do { try Backend(directory).checkpoint() }
    let file = directory.log + "/data.mdb"
    if isEmpty {
      #expect(truncate(file, 8_192) == 0 && truncate(file, 0) == 0)
    } else {
      try FileManager.default.removeItem(atPath: file)
    }
    let error = #expect(throws: DataDirectoryError.self) { _ = try Backend(directory) }
    guard case .logless = error else {
      Issue.record("\(String(describing: error)) instead of logless")
      return
    }
    #expect(error?.description.contains("keep the folder") == true)
    await #expect(throws: DataDirectoryError.self) { try await establish(directory) }
    #expect(FileManager.default.fileExists(atPath: directory.keys + "/log.key"))
  }

  @Test("a directory that cannot be reached is not taken for one without a clinic")
  func unreachable() throws {
    let folder = TemporaryDirectory()
    defer { withExtendedLifetime(folder) {} }
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    let link = folder.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "link")
    let error = #expect(throws: DataDirectoryError.self) { _ = try Backend(DataDirectory(link)) }
    guard case .unreachable = error else {
      Issue.record("\(String(describing: error)) instead of unreachable")
      return
    }
  }

  @Test("a link that leads nowhere is named as such")
  func danglingLink() async throws {
    let folder = TemporaryDirectory()
    defer { withExtendedLifetime(folder) {} }
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    let link = folder.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "nowhere")
    let error = await #expect(throws: DataDirectoryError.self) {
      try await establish(DataDirectory(link))
    }
    #expect(error?.description.contains("a link that leads nowhere") == true)
  }

  @Test("while a clinic is being made, another program neither makes nor deletes one there")
  func beingMade() async throws {
    let folder = TemporaryDirectory()
    defer { withExtendedLifetime(folder) {} }
    let directory = DataDirectory(folder.path)
    struct Failure: Error {}
    try await Backend.create(directory) { backend in
      await #expect(throws: DataDirectoryError.self) {
        try await Backend.create(directory) { _ in throw Failure() }
      }
      #expect(FileManager.default.fileExists(atPath: directory.log))
      let command = EstablishClinic(clinicName: "Test", timeZone: .utc)
      var actor = EventActor()
      (actor.user, actor.role) = ("sam", .supervisor)
      _ = try await backend.record(
        command, CommandEnvelope(id: CommandID(high: 1, low: 1), actor: actor))
    }
    #expect(try Backend(directory).clinic().established)
  }

  @Test("of creations at the same time one succeeds, and the others say why they do not")
  func atOnce() async throws {
    let folder = TemporaryDirectory()
    defer { withExtendedLifetime(folder) {} }
    let directory = DataDirectory(folder.path)
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          do {
            try await establish(directory)
            return true
          } catch {
            #expect(error is DataDirectoryError, "\(error)")
            return false
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.count { $0 } == 1)
    #expect(try Backend(directory).clinic().established)
  }
}
