import Anchoring
import Foundation
import Testing
import TransparencyLog

@Suite("a witness's folder")
final class WitnessFolderTests {
  let parent: URL
  let path: String
  let log: SigningKey
  let trust: LogTrust

  init() throws {
    parent = FileManager.default.temporaryDirectory
      .appending(path: "chartledger-witness-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    path = parent.appending(path: "witness").path
    log = try SigningKey.generate(name: KeyName("clinic.example/log/1"), kind: .log)
    trust = try LogTrust(origin: "clinic.example/log/1", logKeys: [log.verifierKey])
  }

  deinit { try? FileManager.default.removeItem(at: parent) }

  private func request(from old: UInt64, to size: UInt64) throws -> ConsistencyProofFile {
    var frontier = Frontier()
    var nodes: [TreeHash] = []
    for number in 0..<size {
      frontier.append(.leaf(Array("\(number)".utf8))) { nodes.append($1) }
    }
    let proof =
      old == 0
      ? nil : try ConsistencyProof(oldSize: old, newSize: size) { nodes[Int($0)] }
    let checkpoint = try Checkpoint(
      origin: "clinic.example/log/1", size: size, root: frontier.root)
    return try ConsistencyProofFile(proof: proof, checkpoint: checkpoint.signed(by: log))
  }

  private func permissions(_ file: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
  }

  @Test("remembers what it cosigned, and keeps its key to itself")
  func remembers() throws {
    let key = try WitnessFolder(path).create(name: KeyName("accountant.example/w1"))
    #expect(try permissions(path) == 0o700)
    #expect(try permissions(path + "/key") == 0o600)
    let first = try request(from: 0, to: 5)
    let line = try WitnessFolder(path).cosign(first, trust: trust, at: 9).line
    _ = try first.checkpoint.adding(cosignatures: line, by: key)
    #expect(throws: WitnessRefusal.otherStart(seen: 5, requested: 0)) {
      try WitnessFolder(path).cosign(request(from: 0, to: 6), trust: trust, at: 9)
    }
    #expect(throws: WitnessRefusal.rollback(seen: 5, offered: 4)) {
      try WitnessFolder(path).cosign(request(from: 0, to: 4), trust: trust, at: 9)
    }
    _ = try WitnessFolder(path).cosign(request(from: 5, to: 6), trust: trust, at: 9)
    #expect(try WitnessFolder(path).storedState().last(of: "clinic.example/log/1")?.size == 6)
  }

  @Test("a named pipe in the place of a file is an error, and nobody waits for its other end")
  func namedPipe() throws {
    let folder = WitnessFolder(path)
    _ = try folder.create(name: KeyName("accountant.example/w1"))
    // One that an interrupted writing might have left is in nobody's way.
    #expect(mkfifo(path + "/state.new", 0o600) == 0)
    _ = try folder.cosign(request(from: 0, to: 5), trust: trust, at: 9)
    for name in ["/state", "/key"] {
      #expect(unlink(path + name) == 0 && mkfifo(path + name, 0o600) == 0)
      #expect {
        try folder.cosign(self.request(from: 5, to: 6), trust: self.trust, at: 9)
      } throws: {
        $0 as? WitnessFolderError == .notAFile(self.path + name)
      }
    }
  }

  @Test("signs nothing once its memory is lost or damaged, and is never made anew")
  func lostState() throws {
    let folder = WitnessFolder(path)
    _ = try folder.create(name: KeyName("accountant.example/w1"))
    _ = try folder.cosign(request(from: 0, to: 5), trust: trust, at: 9)
    let whole = try Data(contentsOf: URL(filePath: path + "/state"))
    for damaged in [Data(), whole.dropLast(3), whole + whole, nil] {
      if let damaged {
        try damaged.write(to: URL(filePath: path + "/state"))
      } else {
        try FileManager.default.removeItem(atPath: path + "/state")
      }
      #expect {
        try folder.cosign(self.request(from: 0, to: 5), trust: self.trust, at: 9)
      } throws: {
        if case WitnessFolderError.stateLost = $0 { true } else { false }
      }
    }
    #expect(throws: WitnessFolderError.occupied(path)) {
      try folder.create(name: KeyName("accountant.example/w1"))
    }
    #expect(throws: WitnessFolderError.noKey(parent.path)) {
      try WitnessFolder(parent.path).cosign(request(from: 0, to: 5), trust: trust, at: 9)
    }
  }

  @Test("gives no cosignature when the new state cannot be written")
  func unwritable() throws {
    let folder = WitnessFolder(path)
    _ = try folder.create(name: KeyName("accountant.example/w1"))
    // A folder in the place of the temporary file: works for root too.
    try FileManager.default.createDirectory(
      atPath: path + "/state.new", withIntermediateDirectories: false)
    #expect(throws: WitnessFolderError.self) {
      try folder.cosign(request(from: 0, to: 5), trust: trust, at: 9)
    }
    #expect(try folder.storedState().checkpoints.isEmpty)
  }
}
