import Testing
import TransparencyLog

@Suite("hashes of the tree")
struct TreeHashTests {
  @Test(
    "hashing agrees with the published values of RFC 6962",
    arguments: [
      (TreeHash.emptyTree, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      (.leaf([]), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
      (
        .leaf(Array("L123456".utf8)),
        "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
      ),
    ])
  func publishedHashes(hash: TreeHash, hex: String) {
    #expect(hash.hex == hex)
  }

  @Test("roots of the eight well-known leaves agree with certificate transparency")
  func wellKnownRoots() {
    let entries: [[UInt8]] = [
      [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], Array(0x40...0x43), Array(0x50...0x57),
      Array(0x60...0x6f),
    ]
    let roots = [
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    var frontier = Frontier()
    #expect(frontier.root == .emptyTree)
    for (entry, root) in zip(entries, roots) {
      frontier.append(.leaf(entry)) { _, _ in }
      #expect(frontier.root.hex == root)
    }
  }

  @Test("every kind of input gives the same hash, at any alignment")
  func inputKinds() {
    let padded: [UInt8] = [0xff] + Array("a note of thirty-two bytes, exact".utf8.prefix(32))
    let entry = Array(padded.dropFirst())
    padded.withUnsafeBytes { buffer in
      let unaligned = UnsafeRawBufferPointer(rebasing: buffer[1...])
      #expect(TreeHash(unaligned) == TreeHash(entry))
      #expect(TreeHash(unaligned)?.bytes == entry)
      #expect(TreeHash.leaf(unaligned) == .leaf(entry))
    }
    #expect(TreeHash(entry.span.bytes) == TreeHash(entry))
    #expect(TreeHash.leaf(entry.span.bytes) == .leaf(entry))
    var pieces = ByteHasher()
    pieces.update([0x00])
    pieces.update(entry.span.bytes)
    #expect(pieces.finish() == .leaf(entry))
  }

  @Test("a hash is exactly 32 bytes in one spelling")
  func strictSpelling() {
    let hash = TreeHash.leaf([1])
    #expect(TreeHash(hex: hash.hex) == hash)
    #expect(TreeHash(base64: hash.base64) == hash)
    #expect(TreeHash(hex: hash.hex.uppercased()) == nil)
    #expect(TreeHash(hex: String(hash.hex.dropLast())) == nil)
    #expect(TreeHash(base64: hash.base64 + "\n") == nil)
    #expect(TreeHash(base64: hash.base64.replacing("=", with: "")) == nil)
    #expect(TreeHash([UInt8](repeating: 0, count: 31)) == nil)
    #expect(TreeHash([UInt8](repeating: 0, count: 33)) == nil)
    // 32 bytes leave four unused bits in base64; setting one is another spelling.
    let zero = String(repeating: "A", count: 43) + "="
    #expect(TreeHash(base64: zero) != nil)
    #expect(TreeHash(base64: String(repeating: "A", count: 42) + "B=") == nil)
  }
}

@Suite("the growing tree")
struct FrontierTests {
  @Test("every stored node is the root of the subtree that its index stands for")
  func storageOrder() {
    let tree = StoredTree(size: 130)
    #expect(UInt64(tree.nodes.count) == StoredNodes.count(treeSize: 130))
    var seen: Set<UInt64> = []
    for level in 0...7 {
      for offset in 0..<(130 >> level) {
        let index = StoredNodes.index(level: level, offset: UInt64(offset))
        #expect(seen.insert(index).inserted)
        let covered = tree.leaves[offset << level..<(offset + 1) << level]
        #expect(tree.nodes[Int(index)] == referenceRoot(covered))
      }
    }
    #expect(seen.count == tree.nodes.count)
  }

  @Test("a frontier restored from storage equals the one that wrote it")
  func restored() throws {
    var tree = StoredTree(leaves: [])
    for size in 1...200 {
      tree.append(.leaf(Array("entry \(size)".utf8)))
      #expect(try Frontier(size: UInt64(size), readNode: tree.read) == tree.frontier)
      #expect(tree.frontier.root == referenceRoot(tree.leaves[...]))
    }
  }

  @Test("a failed append leaves the frontier as it was")
  func failedAppend() {
    struct DiskFull: Error {}
    for failingWrite in 0...3 {
      var frontier = StoredTree(size: 7).frontier
      let before = frontier
      var writes = 0
      #expect(throws: DiskFull.self) {
        try frontier.append(.leaf([])) { (_, _) throws(DiskFull) in
          if writes == failingWrite { throw DiskFull() }
          writes += 1
        }
      }
      #expect(frontier == before)
    }
  }

  @Test("a size that no store can have is refused")
  func impossibleSize() {
    #expect(throws: EvidenceError.self) {
      try Frontier(size: .max) { _ in .emptyTree }
    }
    #expect(StoredNodes.peaks(treeSize: StoredNodes.maximumTreeSize).count == 1)
  }
}
