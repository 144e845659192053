import EventLog
import Foundation
import Glibc
import Testing
import TransparencyLog

/// A log with its keeper, which can be closed and opened again.
struct KeptLog {
  let directory: TemporaryDirectory
  let log: LMDBEventLog
  let keeper: CheckpointKeeper

  init(
    _ directory: TemporaryDirectory? = nil, keys: String = "keys",
    reached: @escaping @Sendable (CheckpointKeeper.Step) throws -> Void = { _ in }
  ) throws {
    self.directory = try directory ?? TemporaryDirectory()
    log = try LMDBEventLog(
      directory: self.directory.path("log"),
      options: .init(
        mapBytes: TestLog.mapBytes, eventsBetweenSettlements: TestLog.eventsBetweenSettlements),
      create: true)
    keeper = try CheckpointKeeper(log: log, keys: self.directory.path(keys), reached: reached)
  }

  /// Appends events with these numbers.
  func append(_ numbers: ClosedRange<UInt64>) async throws {
    for number in numbers { try await log.append(event(number, tags: ["all"])) }
  }

  /// The sizes of the released checkpoints.
  func sizes() throws -> [UInt64] {
    try keeper.checkpoints().map { try Checkpoint(parsing: $0.text).size }
  }

  func file(_ name: String) -> URL { URL(filePath: directory.path("keys/\(name)")) }
}

struct Crash: Error {}

@Suite struct CheckpointTests {
  @Test("a checkpoint is the tree's head, signed by a key that is made at the first")
  func signs() async throws {
    let kept = try KeptLog()
    #expect(throws: EvidenceError.self) { try kept.keeper.checkpoint() }
    try await kept.append(1...5)
    let note = try kept.keeper.checkpoint()
    let key = try kept.keeper.verifierKey()
    let trust = try LogTrust(origin: key.name.description, logKeys: [key])
    let checkpoint = try trust.open(note).checkpoint
    #expect(TreeHead(size: checkpoint.size, root: checkpoint.root) == (try kept.log.treeHead()))
    let id = try kept.log.id.description.replacing("-", with: "")
    #expect(checkpoint.origin.hasPrefix("chartledger/\(id)/"))

    let mode = try FileManager.default.attributesOfItem(atPath: kept.file("log.key").path)
    #expect((mode[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    #expect(try Data(contentsOf: kept.file("checkpoint")) == Data(note.encoded))
  }

  @Test("a log that has not grown gives its last checkpoint again; one that has, a consistent one")
  func grows() async throws {
    let kept = try KeptLog()
    try await kept.append(1...3)
    let first = try kept.keeper.checkpoint()
    #expect(try kept.keeper.checkpoint() == first)
    for end in [UInt64(4), 11, 12, 40] {
      try await kept.append((try kept.log.treeHead().size + 1)...end)
      try kept.keeper.checkpoint()
    }
    let checkpoints = try kept.keeper.checkpoints().map { try Checkpoint(parsing: $0.text) }
    #expect(checkpoints.map(\.size) == [3, 4, 11, 12, 40])
    for (old, new) in zip(checkpoints, checkpoints.dropFirst()) {
      let proof = try kept.log.withTree { _, node in
        try ConsistencyProof(oldSize: old.size, newSize: new.size, readNode: node)
      }
      try proof.verify(oldRoot: old.root, newRoot: new.root)
    }
    let found = try kept.log.verify(signers: kept.keeper.signers())
    #expect((found.checkpoints, found.checkedSignatures) == (5, 5))
  }

  @Test(
    "a crash at any step releases nothing that is not locked, and the next opening goes on",
    arguments: CheckpointKeeper.Step.allCases, [false, true])
  func crashes(at step: CheckpointKeeper.Step, hasSigned: Bool) async throws {
    let directory = try TemporaryDirectory()
    do {
      let kept = try KeptLog(directory)
      try await kept.append(1...5)
      if hasSigned { try kept.keeper.checkpoint() }
      try await kept.append(6...9)
    }
    let before: [UInt64] = hasSigned ? [5] : []
    do {
      let kept = try KeptLog(directory) { if $0 == step { throw Crash() } }
      #expect(throws: Crash.self) { try kept.keeper.checkpoint() }
      #expect(try kept.sizes() == (step == .released ? before + [9] : before))
    }
    let kept = try KeptLog(directory)
    #expect(kept.keeper.frozen == nil)
    // What was locked is released at the opening.
    #expect(try kept.sizes() == (step == .signed ? before : before + [9]))
    try kept.keeper.checkpoint()
    #expect(try kept.sizes() == before + [9])
    #expect(try kept.log.verify(signers: kept.keeper.signers()).head == Position(9))
  }

  @Test(
    "a process killed at any step leaves a log that agrees with its lock",
    arguments: [0, 1, 2])
  func kills(at step: Int) async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("")
    do {
      let kept = try KeptLog(directory)
      try await kept.append(1...9)
    }
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, step = step as Int] in
      let log = try LMDBEventLog(
        directory: path + "log", options: .init(mapBytes: TestLog.mapBytes), create: false)
      let keeper = try CheckpointKeeper(log: log, keys: path + "keys") {
        if $0 == CheckpointKeeper.Step.allCases[step] { kill(getpid(), SIGKILL) }
      }
      try keeper.checkpoint()
    }
    let kept = try KeptLog(directory)
    #expect(kept.keeper.frozen == nil)
    #expect(try kept.sizes() == (step == 0 ? [] : [9]))
    try kept.keeper.checkpoint()
    #expect(try kept.sizes() == [9])
  }

  @Test("whoever loses the race for the lock signs on top of what the winner has signed")
  func race() async throws {
    let directory = try TemporaryDirectory()
    let kept = try KeptLog(directory)
    try await kept.append(1...4)
    // A second keeper of the same log signs between the first one's signature and its lock.
    let rival = try CheckpointKeeper(log: kept.log, keys: directory.path("keys"))
    let log = kept.log
    let attempts = Sequence(start: 0)
    let slow = try CheckpointKeeper(log: kept.log, keys: directory.path("keys")) { step in
      if step == .signed, attempts.next(step: 1) == 0 {
        try rival.checkpoint()
        try appendNow(event(5), to: log)
      }
    }
    let note = try slow.checkpoint()
    #expect(try Checkpoint(parsing: note.text).size == 5)
    #expect(try kept.sizes() == [4, 5])
    #expect(try rival.checkpoint() == note)
  }

  @Test("many threads that append and sign at once never contradict each other")
  func concurrent() async throws {
    let kept = try KeptLog()
    let (log, keys) = (kept.log, kept.directory.path("keys"))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in UInt64(0)..<4 {
        group.addTask {
          let keeper = try CheckpointKeeper(log: log, keys: keys)
          for number in UInt64(1)...12 {
            try await log.append(event(task * 100 + number))
            try keeper.checkpoint()
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(kept.keeper.frozen == nil)
    #expect(try kept.sizes().last == 48)
    #expect(try log.verify(signers: kept.keeper.signers()).head == Position(48))
  }

  @Test("cosignatures join the checkpoint of the same text; anchors belong to one of a size")
  func attachments() async throws {
    let kept = try KeptLog()
    try await kept.append(1...4)
    let note = try kept.keeper.checkpoint()
    let witness = try SigningKey.generate(name: KeyName("accountant.example/w1"), kind: .witness)
    let line = try witness.cosign(Checkpoint(parsing: note.text), at: 1_767_139_200)
    let cosigned = try note.adding(line)
    try kept.keeper.attach(cosignatures: cosigned)
    try kept.keeper.attach(cosignatures: SignedNote(text: note.text, signatures: [line]))
    #expect(try kept.keeper.checkpoints() == [cosigned])
    #expect(try kept.keeper.checkpoint() == cosigned)
    let other = try Checkpoint(
      origin: "another", size: 4, root: .emptyTree, extensionLines: [])
    #expect(throws: EvidenceError.self) {
      try kept.keeper.attach(cosignatures: SignedNote(text: other.text, signatures: [line]))
    }

    try kept.keeper.attach(anchor: [1, 2], kind: "tsa", size: 4)
    try kept.keeper.attach(anchor: [3], kind: "ots", size: 4)
    let anchors = try kept.keeper.anchors(size: 4)
    #expect(anchors.map(\.kind) == ["ots", "tsa"])
    #expect(anchors.map(\.bytes) == [[3], [1, 2]])
    #expect(try kept.keeper.anchors(size: 3).isEmpty)
    #expect(throws: EvidenceError.self) {
      try kept.keeper.attach(anchor: [1], kind: "tsa", size: 3)
    }
    #expect(throws: EvidenceError.self) {
      try kept.keeper.attach(anchor: [1], kind: "no spaces", size: 4)
    }
    var signers = try kept.keeper.signers()
    signers.keys.append(witness.verifierKey)
    #expect(try kept.log.verify(signers: signers).anchors == 2)
  }
}

/// Appends from a place that cannot wait.
func appendNow(_ event: NewEvent, to log: LMDBEventLog) throws {
  let done = DispatchSemaphore(value: 0)
  Thread.detachNewThread {
    Task {
      _ = try? await log.append(event)
      done.signal()
    }
  }
  done.wait()
}
