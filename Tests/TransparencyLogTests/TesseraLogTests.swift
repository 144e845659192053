import Foundation
import TestSupport
import Testing
import TransparencyLog

/// A log of 15 entries that Tessera wrote, with a signed checkpoint at every size.
@Suite(
  "Tessera's log",
  .enabled(if: Fixtures.directory != nil, "skipped: ../shared/fixtures is not on this machine"))
struct TesseraLogTests {
  static let origin = "example.com/log/testdata"
  static let verifierKey =
    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
  /// Published in the source of Tessera's own tests, to make exactly these checkpoints.
  static let publishedTestKey =
    "PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg"
  static let entries = [
    "one", "two", "three", "four", "five", "six", "seven", "eit", "nain", "ten", "ileven",
    "twelf", "threeten", "fourten", "fivten",
  ].map { Array($0.utf8) }

  let tree = StoredTree(leaves: Self.entries.map { .leaf($0) })
  let trust: LogTrust

  init() throws {
    trust = try LogTrust(origin: Self.origin, logKeys: [VerifierKey(Self.verifierKey)])
  }

  @Test("every checkpoint verifies and is reproduced byte for byte", arguments: 0...15)
  func checkpoints(size: Int) throws {
    let published = try fixture("tessera-log/checkpoint.\(size)")
    let opened = try trust.open(SignedNote(parsing: published)).checkpoint
    #expect(opened.size == UInt64(size))
    #expect(opened.root == (try tree.root(size: size)))

    let checkpoint = try Checkpoint(
      origin: Self.origin, size: UInt64(size), root: tree.root(size: size))
    let signed = try checkpoint.signed(by: SigningKey(Self.publishedTestKey))
    #expect(signed.text == opened.text)
    #if !canImport(Darwin)  // CryptoKit randomises Ed25519, so there only the text is the same.
    #expect(signed.encoded == published)
    #endif
  }

  @Test("the secret key and the verifier key are two halves of one key")
  func keyPair() throws {
    let key = try SigningKey(Self.publishedTestKey)
    #expect(key.verifierKey.description == Self.verifierKey)
    #expect(key.encodedSecret == Self.publishedTestKey)
  }

  @Test("proof files are reproduced byte for byte and verify", arguments: 0..<15)
  func inclusionFiles(index: Int) throws {
    let published = try fixture("tessera15/\(index).tlog-proof")
    let made = try InclusionProofFile(
      proof: tree.inclusion(index, in: 15),
      checkpoint: SignedNote(parsing: fixture("tessera-log/checkpoint")))
    #expect(made.encoded == published)
    let parsed = try InclusionProofFile(parsing: published)
    #expect(parsed == made)
    try parsed.verify(leaf: tree.leaves[index], trust: trust)
    #expect(throws: EvidenceError.rootMismatch(treeSize: 15)) {
      try parsed.verify(leaf: tree.leaves[(index + 1) % 15], trust: trust)
    }
  }

  @Test(
    "consistency files are reproduced byte for byte and verify", arguments: [1, 4, 7, 8, 14])
  func consistencyFiles(old: Int) throws {
    let published = try fixture("tessera15/consistency-\(old)-15.txt")
    let made = try ConsistencyProofFile(
      proof: tree.consistency(old, 15),
      checkpoint: SignedNote(parsing: fixture("tessera-log/checkpoint")))
    #expect(made.encoded == published)
    let parsed = try ConsistencyProofFile(parsing: published)
    #expect(parsed == made)
    try parsed.verify(oldRoot: tree.root(size: old), trust: trust)
    #expect(throws: EvidenceError.self) {
      try parsed.verify(oldRoot: .emptyTree, trust: trust)
    }
  }

  @Test("all 120 inclusion and all consistency proofs agree with another implementation")
  func allProofs() throws {
    struct AllProofs: Decodable {
      struct Inclusion: Decodable {
        let index, size: Int
        let leafHash, root: String
        let proof: [String]
      }
      struct Consistency: Decodable {
        let old, new: Int
        let oldRoot, newRoot: String
        let proof: [String]
      }
      let leaves: [String]
      let inclusion: [Inclusion]
      let consistency: [Consistency]
    }
    let all = try JSONDecoder().decode(
      AllProofs.self, from: Data(fixture("tessera15-all-proofs.json")))
    #expect(all.leaves.map { Array($0.utf8) } == Self.entries)
    #expect(all.inclusion.count == 120)
    for expected in all.inclusion {
      let proof = try tree.inclusion(expected.index, in: expected.size)
      #expect(proof.hashes.map(\.base64) == expected.proof)
      try proof.verify(
        leaf: #require(TreeHash(base64: expected.leafHash)),
        root: #require(TreeHash(base64: expected.root)))
    }
    #expect(!all.consistency.isEmpty)
    for expected in all.consistency {
      let proof = try tree.consistency(expected.old, expected.new)
      #expect(proof.hashes.map(\.base64) == expected.proof)
      try proof.verify(
        oldRoot: #require(TreeHash(base64: expected.oldRoot)),
        newRoot: #require(TreeHash(base64: expected.newRoot)))
    }
  }

  @Test("exported tiles equal the files that Tessera wrote", arguments: 1...15)
  func tiles(size: UInt64) throws {
    let tiles = Array(Tile.all(treeSize: size))
    #expect(tiles.map(\.content) == [.hashes(level: 0), .entries])
    for tile in tiles {
      let made = try tile.bytes(readNode: tree.read) { Self.entries[Int($0)] }
      #expect(made == (try fixture("tessera-log/\(tile.path)")))
    }
  }
}

private func fixture(_ path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: #require(Fixtures.url("tlog/\(path)"))))
}
