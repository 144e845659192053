import EventLog
import Foundation
import Synchronization
import Testing
import TransparencyLog

@Suite("The signing key is changed") struct RotationTests {
  @Test("the old key signs a last checkpoint, the new one signs the same and all that follow")
  func rotates() async throws {
    let kept = try KeptLog()
    try await kept.append(1...5)
    try kept.keeper.checkpoint()
    let secret = try Data(contentsOf: kept.file("log.key"))
    let rotation = try kept.keeper.beginRotation()
    #expect(try kept.keeper.beginRotation() == rotation, "repeated, it is the same")
    #expect(try rotation.oldKey == kept.keeper.verifierKey())
    #expect(rotation.newKey.name == rotation.oldKey.name)
    try await kept.append(6...6)
    let note = try kept.keeper.finishRotation(rotation)
    for key in [rotation.oldKey, rotation.newKey] {
      #expect(try note.verify(with: [key]).count == 1)
    }
    #expect(try Checkpoint(parsing: note.text).size == 6)
    #expect(try kept.keeper.verifierKey() == rotation.newKey)
    #expect(kept.keeper.frozen == nil)

    let folder = kept.file("log.key").deletingLastPathComponent()
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      #expect(name != "successor.key")
      #expect(try Data(contentsOf: kept.file(name)) != secret, "\(name) is the old secret")
    }

    try await kept.append(7...8)
    let next = try kept.keeper.checkpoint()
    #expect(throws: EvidenceError.self) { try next.verify(with: [rotation.oldKey]) }
    #expect(try next.verify(with: [rotation.newKey]).count == 1)
    let found = try kept.log.verify(signers: kept.keeper.signers())
    #expect((found.checkpoints, found.checkedSignatures) == (3, 3))
    try kept.keeper.verifyLock()
  }

  @Test(
    "cut off at any step it is finished, or goes on when repeated, and never freezes the log",
    arguments: CheckpointKeeper.Step.allCases)
  func crash(step: CheckpointKeeper.Step) async throws {
    let directory = try TemporaryDirectory()
    let rotation: KeyRotation
    do {
      let seen = Mutex(0)
      let kept = try KeptLog(directory) { reached in
        guard reached == step else { return }
        // The first is of the checkpoint before the hand-over's own signature.
        let count = seen.withLock { seen in
          seen += 1
          return seen
        }
        if count == 2 { throw Crash() }
      }
      try await kept.append(1...5)
      rotation = try kept.keeper.beginRotation()
      #expect(throws: Crash.self) { try kept.keeper.finishRotation(rotation) }
    }
    if step == .released {
      // The secret was put in its place already, the public key was not.
      let successor = try Data(contentsOf: URL(filePath: directory.path("keys/successor.key")))
      try successor.write(to: URL(filePath: directory.path("keys/log.key")))
    }
    let kept = try KeptLog(directory)
    #expect(kept.keeper.frozen == nil)
    if step == .signed {
      #expect(try kept.keeper.verifierKey() == rotation.oldKey)
      #expect(try kept.keeper.beginRotation() == rotation)
      _ = try kept.keeper.finishRotation(rotation)
    }
    #expect(try kept.keeper.verifierKey() == rotation.newKey)
    let notes = try kept.keeper.checkpoints()
    #expect(notes.count == 1)
    for key in [rotation.oldKey, rotation.newKey] {
      #expect(try notes[0].verify(with: [key]).count == 1)
    }
    try await kept.append(6...7)
    _ = try kept.keeper.checkpoint().verify(with: [rotation.newKey])
    #expect(try kept.log.verify(signers: kept.keeper.signers()).checkedSignatures == 2)
  }

  @Test("the old keys put back freeze the log, and a frozen log changes no key")
  func frozen() async throws {
    let directory = try TemporaryDirectory()
    do {
      let kept = try KeptLog(directory)
      try await kept.append(1...5)
      try kept.keeper.checkpoint()
      try FileManager.default.copyItem(
        atPath: directory.path("keys"), toPath: directory.path("old-keys"))
      let rotation = try kept.keeper.beginRotation()
      try await kept.append(6...6)
      _ = try kept.keeper.finishRotation(rotation)
      #expect(try kept.keeper.beginRotation().oldKey == rotation.newKey)
      kept.keeper.cancelRotation()
    }
    let kept = try KeptLog(directory, keys: "old-keys")
    #expect(kept.keeper.frozen?.contains("older copy of the keys") == true)
    #expect(throws: EventLogError.self) { try kept.keeper.beginRotation() }
  }
}
