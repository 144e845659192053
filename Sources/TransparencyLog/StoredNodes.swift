/// The order in which the tree's nodes are stored: each append writes its leaf and then every
/// perfect subtree which that leaf completes, at the end, with no gaps.
///
/// A node never changes once written, so a table keyed by these indices only ever grows at its
/// right edge. The numbering is that of Crosby and Wallach, as in Go's `sumdb/tlog`.
public enum StoredNodes {
  /// Largest tree size whose indices fit in 64 bits with room to spare.
  public static let maximumTreeSize: UInt64 = 1 << 62

  /// The index of the perfect subtree that covers the 2^level leaves from `offset` · 2^level on.
  ///
  /// Level 0 is the leaves. The subtree must end within `maximumTreeSize` leaves.
  public static func index(level: Int, offset: UInt64) -> UInt64 {
    let last = ((offset + 1) << UInt64(level)) - 1
    return count(treeSize: last) + UInt64(level)
  }

  /// How many nodes a tree of this size (at most `maximumTreeSize`) has stored.
  public static func count(treeSize: UInt64) -> UInt64 {
    2 * treeSize - UInt64(treeSize.nonzeroBitCount)
  }

  /// The indices of the largest perfect subtrees of a tree, left to right: all that is needed
  /// to continue it (see ``Frontier``) or to compute its root.
  public static func peaks(treeSize: UInt64) -> [UInt64] {
    perfectSubtrees(of: 0..<treeSize)
  }

  /// The perfect subtrees that make up `leaves`, left to right.
  ///
  /// The lower bound must be a multiple of the largest power of two not above the count, as
  /// it is in every subtree of an RFC 6962 tree.
  static func perfectSubtrees(of leaves: Range<UInt64>) -> [UInt64] {
    var indices: [UInt64] = []
    var start = leaves.lowerBound
    while start < leaves.upperBound {
      let level = 63 - (leaves.upperBound - start).leadingZeroBitCount
      indices.append(index(level: level, offset: start >> UInt64(level)))
      start += 1 << UInt64(level)
    }
    return indices
  }

  /// Throws unless a tree of this size can be stored at all: sizes may come from outside.
  static func requireStorable(treeSize: UInt64) throws(EvidenceError) {
    guard treeSize <= maximumTreeSize else {
      throw .outOfRange(reason: "tree size \(treeSize) exceeds 2^62")
    }
  }
}
