import Testing
import TransparencyLog

@Suite("proofs")
struct ProofTests {
  @Test("every inclusion proof of every small tree is the one RFC 6962 defines, and verifies")
  func allInclusionProofs() throws {
    let tree = StoredTree(size: 40)
    for size in 1...40 {
      let leaves = tree.leaves[..<size]
      let root = referenceRoot(leaves)
      for index in 0..<size {
        let proof = try tree.inclusion(index, in: size)
        #expect(proof.hashes == referencePath(index, leaves))
        try proof.verify(leaf: tree.leaves[index], root: root)
      }
    }
  }

  @Test("every consistency proof of every small tree is the one RFC 6962 defines, and verifies")
  func allConsistencyProofs() throws {
    let tree = StoredTree(size: 40)
    let roots = (0...40).map { referenceRoot(tree.leaves[..<$0]) }
    for new in 1...40 {
      for old in 1...new {
        let proof = try tree.consistency(old, new)
        #expect(proof.hashes == referenceSubproof(old, tree.leaves[..<new]))
        try proof.verify(oldRoot: roots[old], newRoot: roots[new])
      }
    }
  }

  @Test("an altered inclusion proof does not verify", arguments: [1, 2, 7, 8, 15, 33])
  func alteredInclusion(size: Int) throws {
    let tree = StoredTree(size: size)
    let root = tree.frontier.root
    for index in 0..<size {
      let proof = try tree.inclusion(index, in: size)
      let leaf = tree.leaves[index]
      for hashes in alterations(of: proof.hashes) {
        let altered = InclusionProof(
          leafIndex: UInt64(index), treeSize: UInt64(size), hashes: hashes)
        #expect(throws: EvidenceError.self) { try altered.verify(leaf: leaf, root: root) }
      }
      for other in 0..<size + 2 where other != index {
        let moved = InclusionProof(
          leafIndex: UInt64(other), treeSize: UInt64(size), hashes: proof.hashes)
        #expect(throws: EvidenceError.self) { try moved.verify(leaf: leaf, root: root) }
      }
      #expect(throws: EvidenceError.rootMismatch(treeSize: UInt64(size))) {
        try proof.verify(leaf: .leaf([0xff]), root: root)
      }
    }
  }

  @Test("an altered consistency proof does not verify", arguments: [2, 7, 8, 15, 33])
  func alteredConsistency(size: Int) throws {
    let tree = StoredTree(size: size)
    let newRoot = tree.frontier.root
    for old in 1...size {
      let oldRoot = try tree.root(size: old)
      let proof = try tree.consistency(old, size)
      for hashes in alterations(of: proof.hashes) {
        let altered = ConsistencyProof(
          oldSize: UInt64(old), newSize: UInt64(size), hashes: hashes)
        #expect(throws: EvidenceError.self) {
          try altered.verify(oldRoot: oldRoot, newRoot: newRoot)
        }
      }
      let forged = TreeHash.leaf([0xff])
      #expect(throws: EvidenceError.self) { try proof.verify(oldRoot: forged, newRoot: newRoot) }
      #expect(throws: EvidenceError.self) { try proof.verify(oldRoot: oldRoot, newRoot: forged) }
    }
  }

  @Test("a log that rewrote one old entry cannot prove consistency")
  func rewrittenEntry() throws {
    let honest = StoredTree(size: 9)
    var leaves = StoredTree(size: 20).leaves
    leaves[4] = .leaf(Array("a kinder version".utf8))
    let rewritten = StoredTree(leaves: leaves)
    let proof = try rewritten.consistency(9, 20)
    #expect(throws: EvidenceError.rootMismatch(treeSize: 9)) {
      try proof.verify(oldRoot: honest.frontier.root, newRoot: rewritten.frontier.root)
    }
  }

  @Test("a prover refuses what no tree has")
  func impossibleRequests() {
    let tree = StoredTree(size: 5)
    #expect(throws: EvidenceError.self) { try tree.inclusion(5, in: 5) }
    #expect(throws: EvidenceError.self) { try tree.inclusion(0, in: 0) }
    #expect(throws: EvidenceError.self) { try tree.consistency(0, 5) }
    #expect(throws: EvidenceError.self) { try tree.consistency(5, 4) }
    #expect(throws: EvidenceError.self) {
      try InclusionProof(leafIndex: 0, treeSize: .max, readNode: tree.read)
    }
    #expect(throws: StoredTree.MissingNode.self) { try tree.inclusion(0, in: 6) }
  }

  @Test("verifiers answer, rather than trap, at the ends of the number range")
  func extremeNumbers() {
    let hashes = [TreeHash](repeating: .emptyTree, count: 64)
    for (first, second) in [(UInt64.max - 1, UInt64.max), (.max, .max), (0, .max), (1, .max)] {
      #expect(throws: EvidenceError.self) {
        try InclusionProof(leafIndex: first, treeSize: second, hashes: hashes)
          .verify(leaf: .emptyTree, root: .emptyTree)
      }
      #expect(throws: EvidenceError.self) {
        try ConsistencyProof(oldSize: first, newSize: second, hashes: hashes)
          .verify(oldRoot: .emptyTree, newRoot: .emptyTree)
      }
    }
  }

  /// The list with one hash changed, dropped, doubled or added, or with two neighbours swapped.
  private func alterations(of hashes: [TreeHash]) -> [[TreeHash]] {
    var altered = [hashes + [.emptyTree], [.emptyTree] + hashes]
    for position in hashes.indices {
      var bytes = hashes[position].bytes
      bytes[position % 32] ^= 1 << UInt8(position % 8)
      var changed = hashes
      changed[position] = TreeHash(bytes) ?? .emptyTree
      var dropped = hashes
      dropped.remove(at: position)
      var doubled = hashes
      doubled.insert(hashes[position], at: position)
      altered += [changed, dropped, doubled]
      if position > 0 {
        var swapped = hashes
        swapped.swapAt(position, position - 1)
        altered.append(swapped)
      }
    }
    return altered
  }
}
