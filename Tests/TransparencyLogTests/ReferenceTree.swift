import TransparencyLog

/// RFC 6962 section 2.1 written down literally and recursively: slow, and plainly right.
func referenceRoot(_ leaves: ArraySlice<TreeHash>) -> TreeHash {
  switch leaves.count {
  case 0: return .emptyTree
  case 1: return leaves[leaves.startIndex]
  default:
    let (left, right) = halves(of: leaves)
    return .node(referenceRoot(left), referenceRoot(right))
  }
}

/// PATH(m, D[n]) of RFC 6962 section 2.1.1.
func referencePath(_ index: Int, _ leaves: ArraySlice<TreeHash>) -> [TreeHash] {
  guard leaves.count > 1 else { return [] }
  let (left, right) = halves(of: leaves)
  return index < left.count
    ? referencePath(index, left) + [referenceRoot(right)]
    : referencePath(index - left.count, right) + [referenceRoot(left)]
}

/// SUBPROOF(m, D[n], b) of RFC 6962 section 2.1.2.
func referenceSubproof(
  _ size: Int, _ leaves: ArraySlice<TreeHash>, rootIsKnown: Bool = true
) -> [TreeHash] {
  if size == leaves.count { return rootIsKnown ? [] : [referenceRoot(leaves)] }
  let (left, right) = halves(of: leaves)
  return size <= left.count
    ? referenceSubproof(size, left, rootIsKnown: rootIsKnown) + [referenceRoot(right)]
    : referenceSubproof(size - left.count, right, rootIsKnown: false) + [referenceRoot(left)]
}

private func halves(
  of leaves: ArraySlice<TreeHash>
) -> (left: ArraySlice<TreeHash>, right: ArraySlice<TreeHash>) {
  var split = 1
  while split * 2 < leaves.count { split *= 2 }
  return (leaves.prefix(split), leaves.dropFirst(split))
}

/// A tree kept in an array, as a log would keep it in a table.
struct StoredTree {
  private(set) var frontier = Frontier()
  private(set) var nodes: [TreeHash] = []
  private(set) var leaves: [TreeHash] = []

  struct MissingNode: Error {}

  init(leaves: [TreeHash]) {
    for leaf in leaves { append(leaf) }
  }

  /// A tree of distinct leaves.
  init(size: Int) {
    self.init(leaves: (0..<size).map { .leaf(Array("entry \($0)".utf8)) })
  }

  mutating func append(_ leaf: TreeHash) {
    leaves.append(leaf)
    frontier.append(leaf) { index, node in
      precondition(index == nodes.count, "stored nodes must follow each other without gaps")
      nodes.append(node)
    }
  }

  func read(_ index: UInt64) throws -> TreeHash {
    guard index < nodes.count else { throw MissingNode() }
    return nodes[Int(index)]
  }

  func root(size: Int) throws -> TreeHash {
    try Frontier(size: UInt64(size), readNode: read).root
  }

  func inclusion(_ index: Int, in size: Int) throws -> InclusionProof {
    try InclusionProof(leafIndex: UInt64(index), treeSize: UInt64(size), readNode: read)
  }

  func consistency(_ old: Int, _ new: Int) throws -> ConsistencyProof {
    try ConsistencyProof(oldSize: UInt64(old), newSize: UInt64(new), readNode: read)
  }
}
