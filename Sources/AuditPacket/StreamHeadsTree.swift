import EventLog
import TransparencyLog

/// The tree over the ends of all streams: whose root is sealed proves for each stream where it
/// ended, hence that a packet leaves none of its events out.
public struct StreamHeadsTree: Sendable {
  private let ends: [StreamEnd]
  private let nodes: [TreeHash]
  public let root: TreeHash

  /// - Parameter ends: of every stream; any order.
  public init(_ ends: [StreamEnd]) {
    self.ends = ends.sorted { $0.stream < $1.stream }
    var frontier = Frontier()
    var nodes: [TreeHash] = []
    for end in self.ends { frontier.append(.leaf(end.line)) { _, node in nodes.append(node) } }
    self.nodes = nodes
    root = frontier.root
  }

  public var count: UInt64 { UInt64(ends.count) }

  /// A stream's end with its proof; nil for a stream that is not there.
  func proof(of stream: StreamID) throws -> (end: StreamEnd, proof: InclusionProof)? {
    guard let index = ends.firstIndex(where: { $0.stream == stream }) else { return nil }
    let proof = try InclusionProof(leafIndex: UInt64(index), treeSize: count) { node in
      guard let index = Int(exactly: node), nodes.indices.contains(index) else {
        throw EvidenceError.outOfRange(reason: "there is no node \(node)")
      }
      return nodes[index]
    }
    return (ends[index], proof)
  }
}

extension StreamEnd {
  /// `<stream> <count> <last position> <last leaf hash>`: an entry of the tree.
  var line: [UInt8] { Array("\(PacketText.hex(stream)) \(count) \(last) \(leaf)\n".utf8) }

  /// Reads the exact bytes of a line; nil when they are none.
  init?(parsing bytes: [UInt8]) {
    guard let lines = PacketText.lines(bytes), lines.count == 1 else { return nil }
    let words = lines[0].split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 4, let stream = PacketText.id(StreamID.self, words[0]),
      let count = PacketText.number(words[1]), let last = PacketText.number(words[2]),
      let leaf = TreeHash(hex: String(words[3]))
    else { return nil }
    self.init(stream: stream, count: count, last: Position(last), leaf: leaf)
    guard line == bytes else { return nil }
  }
}

/// The file `heads/proof`: index, tree size, then the hashes in base64, leaf side first.
enum HeadsProofFile {
  static func encode(_ proof: InclusionProof) -> [UInt8] {
    let lines = ["index \(proof.leafIndex)", "size \(proof.treeSize)"] + proof.hashes.map(\.base64)
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  static func parse(_ bytes: [UInt8]) -> InclusionProof? {
    guard let lines = PacketText.lines(bytes), (2...66).contains(lines.count),
      lines[0].hasPrefix("index "), lines[1].hasPrefix("size "),
      let index = PacketText.number(lines[0].dropFirst(6)),
      let size = PacketText.number(lines[1].dropFirst(5))
    else { return nil }
    let hashes = lines.dropFirst(2).compactMap(TreeHash.init(base64:))
    let proof = InclusionProof(leafIndex: index, treeSize: size, hashes: hashes)
    return encode(proof) == bytes ? proof : nil
  }
}
