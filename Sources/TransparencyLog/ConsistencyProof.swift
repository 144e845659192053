/// Evidence that a tree is an earlier one with leaves added at its end and nothing else changed
/// (RFC 9162 section 2.1.4).
public struct ConsistencyProof: Hashable, Sendable {
  public let oldSize: UInt64
  public let newSize: UInt64
  /// At most 64, from the lowest level up; empty when the sizes are equal.
  public let hashes: [TreeHash]

  public init(oldSize: UInt64, newSize: UInt64, hashes: [TreeHash]) {
    self.oldSize = oldSize
    self.newSize = newSize
    self.hashes = hashes
  }

  /// Builds the proof from stored nodes, with at most 2 · log2(newSize) reads.
  ///
  /// - Parameters:
  ///   - oldSize: at least 1; every tree extends the empty one, so that proves nothing.
  ///   - readNode: gives the node stored at an index (see ``StoredNodes``); the store may hold
  ///     a larger tree than `newSize`.
  public init(oldSize: UInt64, newSize: UInt64, readNode: (UInt64) throws -> TreeHash) throws {
    try StoredNodes.requireStorable(treeSize: newSize)
    try Self.requireGrowth(from: oldSize, to: newSize)
    var collected: [TreeHash] = []
    var subtree = 0..<newSize
    while subtree.upperBound != oldSize {
      let (left, right) = subtree.merkleHalves
      if oldSize <= left.upperBound {
        collected.append(try root(of: right, readNode: readNode))
        subtree = left
      } else {
        collected.append(try root(of: left, readNode: readNode))
        subtree = right
      }
    }
    // The verifier knows the old root already, unless it lies deeper in the tree.
    if subtree.lowerBound != 0 {
      collected.append(try root(of: subtree, readNode: readNode))
    }
    self.init(oldSize: oldSize, newSize: newSize, hashes: collected.reversed())
  }

  /// Throws unless the tree with `newRoot` extends the one with `oldRoot`
  /// (RFC 9162 section 2.1.4.2).
  public func verify(oldRoot: TreeHash, newRoot: TreeHash) throws(EvidenceError) {
    try Self.requireGrowth(from: oldSize, to: newSize)
    if oldSize == newSize {
      guard hashes.isEmpty else { throw .proofLength(found: hashes.count) }
      guard oldRoot == newRoot else { throw .rootMismatch(treeSize: newSize) }
      return
    }
    var path = hashes[...]
    let oldIsPerfect = oldSize.nonzeroBitCount == 1
    guard let start = oldIsPerfect ? oldRoot : path.popFirst() else {
      throw .proofLength(found: hashes.count)
    }
    var position = EdgeWalk(node: oldSize - 1, last: newSize - 1)
    position.skipCompleteSubtree()
    var (old, new) = (start, start)
    for sibling in path {
      guard !position.isAtRoot else { throw .proofLength(found: hashes.count) }
      if position.siblingIsLeft {
        old = .node(sibling, old)
        new = .node(sibling, new)
      } else {
        new = .node(new, sibling)
      }
      position.climb()
    }
    guard position.isAtRoot else { throw .proofLength(found: hashes.count) }
    guard old == oldRoot else { throw .rootMismatch(treeSize: oldSize) }
    guard new == newRoot else { throw .rootMismatch(treeSize: newSize) }
  }

  private static func requireGrowth(from old: UInt64, to new: UInt64) throws(EvidenceError) {
    guard old >= 1, old <= new else {
      throw .outOfRange(reason: "a tree of \(new) leaves cannot extend one of \(old)")
    }
  }
}
