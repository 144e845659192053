/// A piece of the tree or of its entries as a static file, for mirrors and outside tools
/// (C2SP tlog-tiles). A view for export; nothing is stored in this form.
public struct Tile: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    /// 256 hashes of the nodes of tree level 8 · `level`; level 0 is the leaves.
    case hashes(level: Int)
    /// The 256 entries themselves, each after its length.
    case entries
  }

  /// Items in a full tile.
  public static let fullWidth = 256

  public let content: Content
  /// Zero-based within its level.
  public let index: UInt64
  /// 1…256; below 256 only at the right edge of a tree.
  public let width: Int

  public init(content: Content, index: UInt64, width: Int) {
    self.content = content
    self.index = index
    self.width = width
  }

  /// All tiles of a tree, full and partial: the levels of hashes from 0 up, then the entries.
  ///
  /// - Parameter treeSize: at most ``StoredNodes/maximumTreeSize``; 0 has no tiles.
  public static func all(treeSize: UInt64) -> some Sequence<Tile> {
    var contents: [(Content, UInt64)] = []
    var width = treeSize
    while width > 0 {
      contents.append((.hashes(level: contents.count), width))
      width /= UInt64(fullWidth)
    }
    if treeSize > 0 { contents.append((.entries, treeSize)) }
    return contents.lazy.flatMap { content, count in
      (0...(count - 1) / UInt64(fullWidth)).lazy.map { index in
        let left = count - index * UInt64(fullWidth)
        return Tile(
          content: content, index: index, width: Int(Swift.min(left, UInt64(fullWidth))))
      }
    }
  }

  /// Where the file belongs: `tile/0/x001/x234/067`, and `.p/5` after it if only 5 wide.
  public var path: String {
    var groups: [String] = []
    var rest = index
    repeat {
      let digits = String(rest % 1000)
      groups.append(String(repeating: "0", count: 3 - digits.count) + digits)
      rest /= 1000
    } while rest > 0
    let number = groups.reversed().enumerated()
      .map { $0 == groups.count - 1 ? $1 : "x" + $1 }
      .joined(separator: "/")
    let kind =
      switch content {
      case .hashes(let level): String(level)
      case .entries: "entries"
      }
    let suffix = width == Self.fullWidth ? "" : ".p/\(width)"
    return "tile/\(kind)/\(number)\(suffix)"
  }

  /// The entries that this tile holds or covers, by log index.
  public var entries: Range<UInt64> {
    let height =
      switch content {
      case .hashes(let level): UInt64(8 * level)
      case .entries: 0 as UInt64
      }
    let first = index * UInt64(Self.fullWidth)
    return first << height..<(first + UInt64(width)) << height
  }

  /// The file's bytes: for a tile of hashes those from `readNode`, which gives the node stored
  /// at an index; for a tile of entries those from `readEntry`, which gives the entry (at most
  /// 65,535 bytes) with a log index.
  public func bytes(
    readNode: (UInt64) throws -> TreeHash, readEntry: (UInt64) throws -> [UInt8]
  ) throws -> [UInt8] {
    switch content {
    case .hashes(let level):
      let first = index * UInt64(Self.fullWidth)
      return try (first..<first + UInt64(width)).flatMap { offset in
        try readNode(StoredNodes.index(level: 8 * level, offset: offset)).bytes
      }
    case .entries:
      return try entries.flatMap { index in
        let entry = try readEntry(index)
        guard let length = UInt16(exactly: entry.count) else {
          throw EvidenceError.malformed(
            .tile, reason: "entry \(index) is longer than 65,535 bytes")
        }
        return length.bigEndianBytes + entry
      }
    }
  }
}
