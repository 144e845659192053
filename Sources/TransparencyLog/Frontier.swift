/// The right edge of a growing tree: its largest perfect subtrees, at most 62 hashes.
///
/// Appending needs no reads and costs less than one node hash on average. A value type on
/// purpose: work on a copy inside a storage transaction and keep the copy only after the
/// commit, so that memory never runs ahead of the disk.
public struct Frontier: Hashable, Sendable {
  /// Number of leaves.
  public private(set) var size: UInt64
  private var peaks: [TreeHash]

  /// The frontier of the empty tree.
  public init() {
    size = 0
    peaks = []
  }

  /// Restores the frontier of a stored tree.
  ///
  /// - Parameters:
  ///   - size: number of leaves, at most ``StoredNodes/maximumTreeSize``.
  ///   - readNode: gives the node stored at an index (see ``StoredNodes``).
  public init(size: UInt64, readNode: (UInt64) throws -> TreeHash) throws {
    try StoredNodes.requireStorable(treeSize: size)
    self.size = size
    peaks = try StoredNodes.peaks(treeSize: size).map(readNode)
  }

  /// The root of the tree so far.
  public var root: TreeHash { peaks.foldedRoot() }

  /// Appends a leaf and hands out the new stored nodes, in storage order and without gaps.
  ///
  /// If `store` throws, the frontier stays as it was.
  public mutating func append<Failure: Error>(
    _ leaf: TreeHash, store: (_ index: UInt64, _ node: TreeHash) throws(Failure) -> Void
  ) throws(Failure) {
    let first = StoredNodes.count(treeSize: size)
    // Every trailing one bit of the size is a perfect subtree that this leaf pairs up.
    let completed = (~size).trailingZeroBitCount
    var node = leaf
    try store(first, node)
    for (level, left) in peaks.suffix(completed).reversed().enumerated() {
      node = .node(left, node)
      try store(first + UInt64(level) + 1, node)
    }
    peaks.removeLast(completed)
    peaks.append(node)
    size += 1
  }
}
