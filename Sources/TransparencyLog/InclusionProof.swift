/// Evidence that a leaf is in a tree: the hashes beside its way to the root, leaf side first
/// (RFC 9162 section 2.1.3).
public struct InclusionProof: Hashable, Sendable {
  /// Zero-based.
  public let leafIndex: UInt64
  public let treeSize: UInt64
  /// At most 64, from the leaf's sibling up to the root's child.
  public let hashes: [TreeHash]

  public init(leafIndex: UInt64, treeSize: UInt64, hashes: [TreeHash]) {
    self.leafIndex = leafIndex
    self.treeSize = treeSize
    self.hashes = hashes
  }

  /// Builds the proof from stored nodes, with at most 2 · log2(treeSize) reads.
  ///
  /// - Parameter readNode: gives the node stored at an index (see ``StoredNodes``); the store
  ///   may hold a larger tree than `treeSize`.
  public init(
    leafIndex: UInt64, treeSize: UInt64, readNode: (UInt64) throws -> TreeHash
  ) throws {
    try StoredNodes.requireStorable(treeSize: treeSize)
    guard leafIndex < treeSize else {
      throw EvidenceError.outOfRange(
        reason: "leaf \(leafIndex) is not in a tree of \(treeSize) leaves")
    }
    var siblings: [TreeHash] = []
    var subtree = 0..<treeSize
    while subtree.upperBound - subtree.lowerBound > 1 {
      let (left, right) = subtree.merkleHalves
      let towardsLeaf = left.contains(leafIndex) ? left : right
      siblings.append(try root(of: towardsLeaf == left ? right : left, readNode: readNode))
      subtree = towardsLeaf
    }
    self.init(leafIndex: leafIndex, treeSize: treeSize, hashes: siblings.reversed())
  }

  /// Throws unless `leaf` is at `leafIndex` of the tree of `treeSize` leaves with this root
  /// (RFC 9162 section 2.1.3.2).
  public func verify(leaf: TreeHash, root: TreeHash) throws(EvidenceError) {
    guard leafIndex < treeSize else {
      throw .outOfRange(reason: "leaf \(leafIndex) is not in a tree of \(treeSize) leaves")
    }
    var position = EdgeWalk(node: leafIndex, last: treeSize - 1)
    var computed = leaf
    for sibling in hashes {
      guard !position.isAtRoot else { throw .proofLength(found: hashes.count) }
      if position.siblingIsLeft {
        computed = .node(sibling, computed)
      } else {
        computed = .node(computed, sibling)
      }
      position.climb()
    }
    guard position.isAtRoot else { throw .proofLength(found: hashes.count) }
    guard computed == root else { throw .rootMismatch(treeSize: treeSize) }
  }
}
