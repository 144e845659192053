import Foundation
import TestSupport
import Testing
import TransparencyLog

/// The accept and reject cases of transparency-dev/merkle.
@Suite(
  "cases of transparency-dev/merkle",
  .enabled(if: Fixtures.directory != nil, "skipped: ../shared/fixtures is not on this machine"))
struct MerkleFixtureTests {
  struct Inclusion: Decodable, Sendable {
    var leafIdx: UInt64
    var treeSize: UInt64?
    var start: UInt64?
    var end: UInt64?
    var root: String?
    var leafHash: String?
    var proof: [String]?
    var wantErr: Bool

    func verify() throws {
      try InclusionProof(
        leafIndex: leafIdx, treeSize: #require(treeSize), hashes: hashes(proof)
      ).verify(leaf: hash(leafHash), root: hash(root))
    }

    /// A subtree is a tree of its own with shifted indices, if it is aligned.
    func verifyAsSubtree() throws {
      let (start, end) = try (#require(start), #require(end))
      guard start <= leafIdx, start < end else { throw Rejected() }
      let count = end - start
      let alignedBits = count == 1 ? 0 : 64 - (count - 1).leadingZeroBitCount
      guard start.trailingZeroBitCount >= alignedBits else { throw Rejected() }
      try InclusionProof(
        leafIndex: leafIdx - start, treeSize: count, hashes: hashes(proof)
      ).verify(leaf: hash(leafHash), root: hash(root))
    }
  }

  struct Consistency: Decodable, Sendable {
    var size1: UInt64
    var size2: UInt64
    var root1: String?
    var root2: String?
    var proof: [String]?
    var wantErr: Bool

    func verify() throws {
      try ConsistencyProof(oldSize: size1, newSize: size2, hashes: hashes(proof))
        .verify(oldRoot: root(root1), newRoot: root(root2))
    }
  }

  struct SubtreeConsistency: Decodable, Sendable {
    var start: UInt64
    var end: UInt64
    var size: UInt64
    var root1: String?
    var root2: String?
    var proof: [String]?
    var wantErr: Bool

    /// A subtree from leaf 0 on is an older tree.
    var isOlderTree: Bool { start == 0 && end > 0 }

    func verify() throws {
      try ConsistencyProof(oldSize: end, newSize: size, hashes: hashes(proof))
        .verify(oldRoot: root(root1), newRoot: root(root2))
    }
  }

  @Test("inclusion proofs", arguments: cases("inclusion", of: Inclusion.self))
  func inclusion(_ test: Case<Inclusion>) {
    #expect(!succeeds { try test.value.verify() } == test.value.wantErr)
  }

  @Test("consistency proofs", arguments: cases("consistency", of: Consistency.self))
  func consistency(_ test: Case<Consistency>) {
    #expect(!succeeds { try test.value.verify() } == test.value.wantErr)
  }

  @Test("subtree inclusion proofs", arguments: cases("subtreeinclusion", of: Inclusion.self))
  func subtreeInclusion(_ test: Case<Inclusion>) {
    #expect(!succeeds { try test.value.verifyAsSubtree() } == test.value.wantErr)
  }

  // Proofs for subtrees in the middle of a tree are no part of this module.
  @Test(
    "subtree consistency proofs from the first leaf on",
    arguments: cases("subtreeconsistency", of: SubtreeConsistency.self)
      .filter(\.value.isOlderTree))
  func subtreeConsistency(_ test: Case<SubtreeConsistency>) {
    #expect(!succeeds { try test.value.verify() } == test.value.wantErr)
  }

  @Test("the folders hold the cases they are known to hold")
  func caseCounts() {
    #expect(cases("inclusion", of: Inclusion.self).count == 98)
    #expect(cases("consistency", of: Consistency.self).count == 98)
    #expect(cases("subtreeinclusion", of: Inclusion.self).count == 204)
    let subtrees = cases("subtreeconsistency", of: SubtreeConsistency.self)
    #expect(subtrees.count == 118)
    #expect(subtrees.count(where: \.value.isOlderTree) == 91)
  }
}

struct Case<Value: Sendable>: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let value: Value
}

private struct Rejected: Error {}

private func cases<Value: Decodable & Sendable>(
  _ folder: String, of type: Value.Type
) -> [Case<Value>] {
  guard let root = Fixtures.url("tlog/transparency-dev-merkle/testdata/\(folder)"),
    let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
  else { return [] }
  return files.compactMap { $0 as? URL }
    .filter { $0.pathExtension == "json" }
    .sorted { $0.path < $1.path }
    .compactMap { file in
      // A file that cannot be read is missed by the test that counts the cases.
      guard let data = try? Data(contentsOf: file),
        let value = try? JSONDecoder().decode(Value.self, from: data)
      else { return nil }
      let name = file.pathComponents.suffix(2).joined(separator: "/")
      return Case(testDescription: name, value: value)
    }
}

/// Hashes of a wrong length exist in the cases; this module cannot even express them.
private func hash(_ base64: String?) throws -> TreeHash {
  guard let hash = TreeHash(base64: base64 ?? "") else { throw Rejected() }
  return hash
}

/// Some cases have words in place of roots, of which only matters whether they are equal.
private func root(_ base64: String?) throws -> TreeHash {
  try (try? hash(base64)) ?? .leaf(Array(#require(base64).utf8))
}

private func hashes(_ base64: [String]?) throws -> [TreeHash] {
  try (base64 ?? []).map(hash)
}

private func succeeds(_ body: () throws -> Void) -> Bool {
  (try? body()) != nil
}
