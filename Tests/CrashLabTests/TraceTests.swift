import EventLog
import Foundation
import Testing

@testable import CrashLaboratory

@Suite("Traces, marks and plans")
struct TraceTests {
  /// A record as `recorder.c` writes it.
  private func record(
    _ kind: UInt32, id: UInt32 = 0, inode: UInt64 = 0, offset: UInt64 = 0, _ first: String = "",
    _ second: String = ""
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    func add(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }
    add(kind)
    add(id)
    add(inode)
    add(offset)
    add(UInt32(first.utf8.count))
    add(UInt32(second.utf8.count))
    return bytes + first.utf8 + second.utf8
  }

  private func trace(_ records: [[UInt8]]) throws -> Trace {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(records.flatMap { $0 }).write(to: file)
    return try Trace(file: file.path, root: "/disk")
  }

  @Test("the recorder's records are read; ids and inodes that come again are others")
  func records() throws {
    let trace = try trace([
      record(12), record(2, id: 1, inode: 50, "/disk/d"), record(1, id: 2, inode: 51, "/disk/d/a"),
      record(6, id: 3, inode: 51, offset: 9, "", "xy"), record(8, id: 4, inode: 51),
      record(9, id: 4, inode: 51), record(3, id: 5, inode: 51, "/disk/d/a", "/disk/d/b"),
      record(4, id: 6, "/disk/d/b"), record(11, id: 7, "", "told\n"), record(12),
      record(1, id: 1, inode: 51, "/disk/c"), record(6, id: 2, inode: 51, "", "z"),
      record(9, id: 2, inode: 51, offset: 1), record(8, id: 3, inode: 1),
    ])
    #expect(
      trace.steps == [
        .makeDirectory(path: "d", 1), .createFile(path: "d/a", 2),
        .write(2, offset: 9, bytes: Array("xy".utf8), id: 3), .barrierBegins(2, id: 4),
        .barrierEnds(id: 4), .rename(from: "d/a", to: "d/b"), .remove(path: "d/b"),
        .mark("told\n"), .createFile(path: "c", 3),
        .write(3, offset: 0, bytes: Array("z".utf8), id: 9), .writeIsDurable(id: 9),
        .barrierBegins(Disk.root, id: 10),
      ])
  }

  @Test("a record that a kill cut off ends the trace")
  func cutOff() throws {
    let whole = record(1, id: 1, inode: 5, "/disk/a")
    #expect(try trace([whole, Array(whole.dropLast(3))]).steps == [.createFile(path: "a", 1)])
  }

  @Test("a path outside of the recorded directory is an error, not a guess")
  func foreignPath() {
    #expect(throws: UnreadableTrace.self) {
      _ = try trace([record(1, id: 1, inode: 5, "/elsewhere/a")])
    }
  }

  @Test("the steps of a signature move before those of the commit that they sign")
  func reordering() throws {
    let commit: [Step] = [
      .write(1, offset: 0, bytes: [1], id: 2), .barrierBegins(1, id: 3), .barrierEnds(id: 3),
      .write(1, offset: 600, bytes: [1], id: 4), .writeIsDurable(id: 4),
    ]
    let signature: [Step] = [
      .createFile(path: "keys/checkpoint.tmp", 9),
      .rename(from: "keys/checkpoint.tmp", to: "keys/checkpoint"), .barrierBegins(8, id: 5),
      .barrierEnds(id: 5),
    ]
    let beginning: [Step] = [
      .createFile(path: "keys/log.vkey.tmp", 7), .createFile(path: "log/data.mdb", 1),
      .write(1, offset: 0, bytes: [0], id: 1),
      .writeIsDurable(id: 1),
    ]
    let reordered = Trace(beginning + commit + signature).signingBeforeCommitting()
    #expect(reordered?.steps == beginning + signature + commit)
    #expect(Trace(beginning + commit).signingBeforeCommitting() == nil)
    // The first signature makes the key as well: moved before it, it would be another bug.
    let first = Trace(Array(beginning.dropFirst()) + commit + signature)
    #expect(first.signingBeforeCommitting() == nil)
  }

  @Test("marks are read back; an acknowledgement repeated in a later life counts once")
  func marks() {
    let marks = Marks([
      "acknowledged 2 0 1 3", "acknowledged 2 1 4 1", "acknowledged 2 1 4 1", "failed disk: see to",
      "established", "problem \(Problem(.duplicate, "request 3"))",
    ])
    #expect(marks.acknowledged == [2: [1..<4, 4..<5]])
    #expect(marks.failures == ["disk: see to"])
    #expect(marks.words == ["established"])
    #expect(marks.problems == [Problem(.duplicate, "request 3")])
  }

  @Test("a request follows from the seed, its client and its number")
  func plan() throws {
    let plan = Plan(seed: 5, clients: 3)
    let again = Plan(seed: 5, clients: 3)
    for number in UInt64(0)..<20 {
      let (one, other) = (try plan.request(1, number), try again.request(1, number))
      #expect(one.proposal.events == other.proposal.events)
      #expect(one.proposal.blobs == other.proposal.blobs)
      #expect(plan.place(of: one.command)?.client == 1)
      #expect(plan.place(of: one.command)?.number == number)
    }
    #expect(plan.place(of: CommandID(high: 1, low: 1)) == nil)
  }

  @Test("a message without a remedy is found")
  func messages() {
    #expect(Laboratory.messages(Marks(["failed it broke"])).count == 1)
    #expect(Laboratory.messages(Marks(["failed it broke: free space and retry"])).isEmpty)
  }

  @Test("what was there before a recording is durable, and a crash keeps all of it")
  func beginning() throws {
    let root = FileManager.default.temporaryDirectory
      .appending(path: "crashlab-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: root) }
    try FileManager.default.createDirectory(
      atPath: root + "/clinic/log", withIntermediateDirectories: true)
    let content = Data((0..<10_000).map { UInt8(truncatingIfNeeded: $0) })
    try content.write(to: URL(filePath: root + "/clinic/log/data.mdb"))
    try Data().write(to: URL(filePath: root + "/empty"))
    let trace = try Trace(Trace.Beginning(of: root).steps)
    #expect(try Disk.difference(of: trace, from: root) == nil)
    var disk = Disk()
    for step in trace.steps { try disk.apply(step) }
    #expect(disk.pendingCount == 0)
    let copy = root + "-copy"
    defer { try? FileManager.default.removeItem(atPath: copy) }
    try disk.write(disk.image(Selection()), to: copy, lockBytes: nil)
    #expect(try Data(contentsOf: URL(filePath: copy + "/clinic/log/data.mdb")) == content)
    #expect(FileManager.default.fileExists(atPath: copy + "/empty"))
  }
}
