/// The walk from a node up to the root beside the tree's right edge, as the verifiers of
/// RFC 9162 describe it (their `fn` and `sn`).
struct EdgeWalk {
  private var node: UInt64
  private var last: UInt64

  init(node: UInt64, last: UInt64) {
    self.node = node
    self.last = last
  }

  var isAtRoot: Bool { last == 0 }

  /// True also at the right edge, where nodes without a right sibling rise until they have a
  /// left one.
  var siblingIsLeft: Bool { node & 1 == 1 || node == last }

  mutating func climb() {
    if siblingIsLeft { skipWhileOnlyChild() }
    node >>= 1
    last >>= 1
  }

  /// Leaves all perfect subtrees of which the node is the right child behind.
  mutating func skipCompleteSubtree() {
    let levels = UInt64((~node).trailingZeroBitCount)
    node >>= levels
    last >>= levels
  }

  private mutating func skipWhileOnlyChild() {
    while node & 1 == 0, node != 0 {
      node >>= 1
      last >>= 1
    }
  }
}

extension Range<UInt64> {
  /// How RFC 6962 splits these leaves: the left part is the largest power of two below the
  /// count. The count must be at least 2.
  var merkleHalves: (left: Range<UInt64>, right: Range<UInt64>) {
    let count = upperBound - lowerBound
    let split = lowerBound + (1 << UInt64(63 - (count - 1).leadingZeroBitCount))
    return (lowerBound..<split, split..<upperBound)
  }
}

/// The root over some of a stored tree's leaves, which must form one of its subtrees.
func root(of leaves: Range<UInt64>, readNode: (UInt64) throws -> TreeHash) throws -> TreeHash {
  try StoredNodes.perfectSubtrees(of: leaves).map(readNode).foldedRoot()
}

extension BidirectionalCollection<TreeHash> {
  /// The root over perfect subtrees given left to right: the right edge is folded first.
  func foldedRoot() -> TreeHash {
    guard var root = last else { return .emptyTree }
    for subtree in dropLast().reversed() { root = .node(subtree, root) }
    return root
  }
}
