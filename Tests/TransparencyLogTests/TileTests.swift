import Testing
import TransparencyLog

@Suite("tiles")
struct TileTests {
  @Test("a tree of 70,000 entries has the tiles that the specification counts")
  func specificationExample() {
    let tiles = Array(Tile.all(treeSize: 70_000))
    func widths(_ content: Tile.Content) -> [Int] {
      tiles.filter { $0.content == content }.map(\.width)
    }
    let full = [Int](repeating: 256, count: 273)
    #expect(widths(.hashes(level: 0)) == full + [112])
    #expect(widths(.hashes(level: 1)) == [256, 17])
    #expect(widths(.hashes(level: 2)) == [1])
    #expect(widths(.entries) == full + [112])
    #expect(Array(Tile.all(treeSize: 256)).map(\.width) == [256, 1, 256])
    #expect(Array(Tile.all(treeSize: 0)).isEmpty)
  }

  @Test(
    "paths follow the specification",
    arguments: [
      (Tile(content: .hashes(level: 0), index: 1_234_067, width: 256), "tile/0/x001/x234/067"),
      (Tile(content: .hashes(level: 2), index: 0, width: 1), "tile/2/000.p/1"),
      (Tile(content: .entries, index: 1000, width: 255), "tile/entries/x001/000.p/255"),
    ])
  func paths(tile: Tile, path: String) {
    #expect(tile.path == path)
  }

  @Test("a tile of the second level holds the roots of full tiles")
  func secondLevel() throws {
    let tree = StoredTree(size: 600)
    let tile = Tile(content: .hashes(level: 1), index: 0, width: 2)
    let bytes = try tile.bytes(readNode: tree.read) { _ in [] }
    let roots = [tree.leaves[..<256], tree.leaves[256..<512]].map(referenceRoot)
    #expect(bytes == roots.flatMap(\.bytes))
    #expect(tile.entries == 0..<512)
  }

  @Test("an entry too long for its length field is refused")
  func longEntry() {
    let tile = Tile(content: .entries, index: 0, width: 1)
    #expect(throws: EvidenceError.self) {
      try tile.bytes(
        readNode: { _ in .emptyTree }, readEntry: { _ in Array(repeating: 0, count: 65_536) })
    }
  }
}
