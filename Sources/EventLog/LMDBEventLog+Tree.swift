internal import LMDB
public import TransparencyLog

/// Size and root of the hash tree over the whole log: leaf n-1 is the event at position n.
public struct TreeHead: Hashable, Sendable {
  public var size: UInt64
  public var root: TreeHash

  public init(size: UInt64, root: TreeHash) {
    self.size = size
    self.root = root
  }
}

/// All that an auditor needs to check one event against a leaf of the tree.
public struct EventEvidence: Hashable, Sendable {
  public var leaf: Leaf
  /// The bytes under the leaf's commitment, salt first; they disclose the event.
  public var opening: [UInt8]
}

extension LMDBEventLog {
  /// Of the last commit.
  public func treeHead() throws -> TreeHead {
    try withTree { size, node in
      TreeHead(size: size, root: try Frontier(size: size, readNode: node).root)
    }
  }

  /// The tree as it was when the log had `size` events.
  ///
  /// - Throws: `EvidenceError.outOfRange` when the log has fewer.
  public func treeHead(atSize size: UInt64) throws -> TreeHead {
    try withTree { present, node in
      guard size <= present else {
        throw EvidenceError.outOfRange(reason: "the log has only \(present) events")
      }
      return TreeHead(size: size, root: try Frontier(size: size, readNode: node).root)
    }
  }

  /// Reads the stored nodes (in `StoredNodes` order) of one state of the tree, for proofs.
  ///
  /// - Parameter body: gets the tree's size and the reader, which is valid only inside of it.
  public func withTree<Result>(
    _ body: (_ size: UInt64, _ readNode: (UInt64) throws -> TreeHash) throws -> Result
  ) throws -> Result {
    try storageErrors {
      try environment.read { transaction in
        let head = try transaction.head(tables)
        return try transaction.withReference { reference in
          try body(head.rawValue) { index in
            try reference.read { try $0.node(tables, index) }
          }
        }
      }
    }
  }

  /// The leaf of an event and what it commits to; nil when there is no such position.
  public func evidence(at position: Position) throws -> EventEvidence? {
    try storageErrors {
      try environment.read { transaction in
        let head = try transaction.head(tables)
        guard (1...max(1, head.rawValue)).contains(position.rawValue), head > .none else {
          return nil
        }
        let record = try transaction.record(tables, at: position)
        let leaf = try transaction.leaf(
          tables, of: record, log: try transaction.logID(tables))
        return EventEvidence(leaf: leaf, opening: [UInt8](copying: record.opening))
      }
    }
  }
}
