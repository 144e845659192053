import Testing
import TransparencyLog

/// No change of a single byte in any evidence goes unnoticed.
@Suite("altered evidence")
struct MutationTests {
  let tree = StoredTree(size: 11)
  let note: SignedNote
  let trust: LogTrust

  init() throws {
    let log = try SigningKey(
      name: KeyName("clinic.example/log/1"), kind: .log, seed: Array(repeating: 7, count: 32))
    let witness = try SigningKey(
      name: KeyName("witness.example"), kind: .witness, seed: Array(repeating: 8, count: 32))
    let checkpoint = try Checkpoint(
      origin: "clinic.example/log/1", size: 11, root: tree.frontier.root)
    note = try checkpoint.signed(by: log).adding(witness.cosign(checkpoint, at: 1_700_000_000))
    trust = try LogTrust(
      origin: "clinic.example/log/1", logKeys: [log.verifierKey],
      witnesses: [witness.verifierKey], requiredWitnesses: 1)
  }

  @Test("a signed checkpoint with one byte changed, dropped or doubled is refused")
  func signedCheckpoint() throws {
    try expectRefusal(of: note.encoded) { _ = try trust.open(SignedNote(parsing: $0)) }
  }

  @Test("an inclusion proof with one byte changed, dropped or doubled is refused")
  func inclusionProof() throws {
    let file = try InclusionProofFile(proof: tree.inclusion(6, in: 11), checkpoint: note)
    try expectRefusal(of: file.encoded) {
      try InclusionProofFile(parsing: $0).verify(leaf: tree.leaves[6], trust: trust)
    }
  }

  @Test("a consistency proof with one byte changed, dropped or doubled is refused")
  func consistencyProof() throws {
    let file = try ConsistencyProofFile(proof: tree.consistency(6, 11), checkpoint: note)
    let oldRoot = try tree.root(size: 6)
    try expectRefusal(of: file.encoded) {
      try ConsistencyProofFile(parsing: $0).verify(oldRoot: oldRoot, trust: trust)
    }
  }

  @Test("a proof cut short anywhere is refused")
  func truncation() throws {
    let bytes = try InclusionProofFile(proof: tree.inclusion(6, in: 11), checkpoint: note).encoded
    for length in bytes.indices {
      #expect(throws: EvidenceError.self) {
        try InclusionProofFile(parsing: bytes[..<length])
          .verify(leaf: tree.leaves[6], trust: trust)
      }
    }
  }

  @Test("extra data travels with a proof, and only in its one spelling")
  func extraData() throws {
    let proof = try tree.inclusion(6, in: 11)
    let file = try InclusionProofFile(proof: proof, checkpoint: note, extra: [1, 2, 3])
    #expect(try InclusionProofFile(parsing: file.encoded) == file)
    #expect(try InclusionProofFile(parsing: file.encoded).extra == [1, 2, 3])
    let plain = try InclusionProofFile(proof: proof, checkpoint: note)
    let text = String(decoding: plain.encoded, as: UTF8.self)
    for extra in ["extra \n", "extra AQID\nextra AQID\n", "extra AQI\n", "Extra AQID\n"] {
      let altered = text.replacing("index 6\n", with: extra + "index 6\n")
      #expect(altered != text)
      #expect(throws: EvidenceError.self) {
        try InclusionProofFile(parsing: Array(altered.utf8))
      }
    }
  }

  @Test("a proof is not joined with the checkpoint of another size")
  func otherSize() throws {
    #expect(throws: EvidenceError.self) {
      try InclusionProofFile(proof: tree.inclusion(6, in: 10), checkpoint: note)
    }
    #expect(throws: EvidenceError.self) {
      try ConsistencyProofFile(proof: tree.consistency(6, 10), checkpoint: note)
    }
  }

  @Test("a first checkpoint is accepted only from the empty tree and without hashes")
  func firstCheckpoint() throws {
    let first = try ConsistencyProofFile(proof: nil, checkpoint: note)
    try ConsistencyProofFile(parsing: first.encoded).verify(oldRoot: .emptyTree, trust: trust)
    #expect(throws: EvidenceError.rootMismatch(treeSize: 0)) {
      try first.verify(oldRoot: tree.frontier.root, trust: trust)
    }
    let text = String(decoding: first.encoded, as: UTF8.self)
    let padded = text.replacing("old 0\n", with: "old 0\n\(TreeHash.emptyTree.base64)\n")
    #expect(throws: EvidenceError.proofLength(found: 1)) {
      try ConsistencyProofFile(parsing: Array(padded.utf8))
        .verify(oldRoot: .emptyTree, trust: trust)
    }
  }

  /// Flips every bit, and replaces (from a fixed seed), drops and doubles every byte.
  private func expectRefusal(
    of bytes: [UInt8], _ check: ([UInt8]) throws -> Void
  ) throws {
    try check(bytes)
    var random = SplitMix(state: 0x5eed)
    for position in bytes.indices {
      var altered = (0..<8).map { bit in
        bytes.replacing(at: position, with: [bytes[position] ^ (1 << UInt8(bit))])
      }
      let other = bytes[position] &+ UInt8.random(in: 1...255, using: &random)
      altered.append(bytes.replacing(at: position, with: [other]))
      altered.append(bytes.replacing(at: position, with: []))
      altered.append(bytes.replacing(at: position, with: [bytes[position], bytes[position]]))
      for bytes in altered {
        #expect(throws: EvidenceError.self, "at byte \(position)") { try check(bytes) }
      }
    }
  }
}

extension [UInt8] {
  fileprivate func replacing(at position: Int, with bytes: [UInt8]) -> [UInt8] {
    self[..<position] + bytes + self[(position + 1)...]
  }
}

/// A small generator with a fixed sequence for a given seed.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}
