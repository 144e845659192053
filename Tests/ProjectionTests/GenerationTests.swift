import EventLog
import Foundation
import LMDB
import Projection
import Testing

@Suite("Generations")
struct GenerationTests {
  let directory: TemporaryViews
  init() throws { directory = try TemporaryViews() }

  @Test("a rebuild leaves one generation and the file that names it")
  func oneGeneration() async throws {
    let views = try directory.open(await ConsentHistory.log(20))
    try views.catchUp()
    #expect(try directory.contents(of: "activity") == ["00000001", "current"])
    try views.rebuild(["activity"])
    #expect(try directory.contents(of: "activity") == ["00000002", "current"])
    #expect(try directory.contents(of: "consents") == ["00000001", "current"])
  }

  @Test("a reader finishes on the generation it began with")
  func oldReaders() async throws {
    let views = try directory.open(await ConsentHistory.log(20))
    try views.catchUp()
    try views.read { set throws in
      let rows = try set.rows(of: ConsentProjector.self)
      let before = try rows.rows(in: ConsentProjector.counts)
      try views.rebuild()
      try views.rebuild()
      #expect(try views.status().first?.generation == 3)
      #expect(try rows.rows(in: ConsentProjector.counts) == before)
    }
  }

  @Test("a generation that was never finished is removed at the next opening")
  func unfinished() async throws {
    let log = try await ConsentHistory.log(20)
    do { try directory.open(log).catchUp() }
    try FileManager.default.createDirectory(
      atPath: "\(directory.path)/activity/00000002", withIntermediateDirectories: true)
    try directory.write("half a file", to: "activity/00000002/data.mdb")
    let views = try directory.open(log)
    #expect(try directory.contents(of: "activity") == ["00000001", "current"])
    #expect(try views.verify() == nil)
  }

  @Test("deleted or unreadable views are built again", arguments: ["", "nonsense", "77"])
  func lost(current: String) async throws {
    let log = try await ConsentHistory.log(20)
    do { try directory.open(log).catchUp() }
    try directory.write(current, to: "activity/current")
    try FileManager.default.removeItem(atPath: "\(directory.path)/consents")
    let views = try directory.open(log)
    try views.catchUp()
    #expect(try views.verify() == nil)
    #expect(try views.status().allSatisfy { $0.lag == 0 })
  }

  @Test(
    "a view of which nobody can tell the live generation is left as it is",
    arguments: [S_IFIFO, S_IFDIR])
  func unreadable(kind: mode_t) async throws {
    let log = try await ConsentHistory.log(20)
    do { try directory.open(log).catchUp() }
    let current = "\(directory.path)/activity/current"
    #expect(unlink(current) == 0)
    #expect((kind == S_IFDIR ? mkdir(current, 0o700) : mkfifo(current, 0o600)) == 0)
    let views = try directory.open(log)
    let error = #expect(throws: ProjectionError.self) { try views.catchUp() }
    #expect(error == .notAFile(path: current))
    #expect(throws: ProjectionError.self) { try views.rebuild(["activity"]) }
    #expect(try directory.contents(of: "activity") == ["00000001", "current"])
    try FileManager.default.removeItem(atPath: current)
    try directory.write("1\n", to: "activity/current")
    #expect(try views.verify() == nil)
    #expect(try directory.contents(of: "activity") == ["00000001", "current"])
  }

  @Test("named pipes in the place of a view's file, and of the name of the next, hold nobody up")
  func namedPipes() async throws {
    let log = try await ConsentHistory.log(20)
    do { try directory.open(log).catchUp() }
    for name in ["00000001/data.mdb", "current.new"] {
      let path = "\(directory.path)/activity/\(name)"
      unlink(path)
      #expect(mkfifo(path, 0o600) == 0)
    }
    let views = try directory.open(log)
    let error = #expect(throws: ProjectionError.self) { try views.catchUp() }
    #expect(error?.description.contains("view rebuild activity") == true)
    try views.rebuild(["activity"])
    #expect(try views.verify() == nil)
  }

  @Test("a view whose file was cut short is refused, and a rebuild repairs it")
  func cutShort() async throws {
    let log = try await ConsentHistory.log(200)
    do { try directory.open(log).catchUp() }
    #expect(truncate("\(directory.path)/activity/00000001/data.mdb", 8_192) == 0)
    let views = try directory.open(log)
    let error = #expect(throws: ProjectionError.self) { try views.catchUp() }
    #expect(error?.description.contains("view rebuild activity") == true)
    try views.rebuild(["activity"])
    #expect(try views.verify() == nil)
  }

  @Test("a damaged view is refused, and a rebuild repairs it")
  func damaged() async throws {
    let log = try await ConsentHistory.log(20)
    do { try directory.open(log).catchUp() }
    try directory.write("not a database", to: "activity/00000001/data.mdb")
    let views = try directory.open(log)
    let error = #expect(throws: ProjectionError.self) { try views.catchUp() }
    #expect(error?.description.contains("view rebuild activity") == true)
    try views.rebuild(["activity"])
    #expect(try views.verify() == nil)
  }

  @Test("a failure of the storage is an error of the views that says what to do")
  func storage() async throws {
    var options = Views.Options()
    options.mapBytes = 16 << 10
    let views = try Views(
      at: directory.path, store: await ConsentHistory.log(20),
      projectors: [ConsentProjector.self, ActivityProjector.self], options: options)
    let calls: [() throws -> Void] = [
      { try views.catchUp() }, { try views.rebuild() }, { try views.read { _ in } },
    ]
    for call in calls {
      let error = #expect(throws: ProjectionError.self) { try call() }
      guard case .storage(let reason) = error else {
        Issue.record("\(String(describing: error)) instead of storage")
        return
      }
      #expect(reason.contains("largest size it may have"))
    }
  }

  @Test(
    "verification finds the row that differs", arguments: ["missing", "surplus", "different"])
  func verification(fault: String) async throws {
    let log = try await ConsentHistory.log(20)
    do { try directory.open(log).catchUp() }
    let tables = ConsentProjector.tables + ["checkpoint"]
    let key = RowKey().adding(UInt64(2)).adding(UInt64(3))
    do {
      let environment = try Environment(
        at: "\(directory.path)/consents/00000001", tables: tables,
        options: .init(mapBytes: 64 << 20))
      let table = environment.table("counts")
      try environment.write { transaction in
        switch fault {
        case "missing": try transaction.remove(from: table, key: key.bytes)
        case "surplus":
          try transaction.set(in: table, key: key.adding("x").bytes, value: [UInt8]())
        default: try transaction.set(in: table, key: key.bytes, value: [UInt8]([8, 99]))
        }
      }
    }
    let difference = try #require(try directory.open(log).verify())
    #expect(difference.view == "consents")
    #expect(difference.table == "counts")
    #expect(
      difference.description.hasPrefix(
        "view consents, table counts, row \(difference.row) in order of keys: the view"))
    #expect(difference.row > 1)
    switch fault {
    case "missing": #expect(difference.what == .missing && difference.key == key)
    case "surplus": #expect(difference.what == .surplus && difference.key == key.adding("x"))
    default: #expect(difference.what == .different && difference.key == key)
    }
  }
}
