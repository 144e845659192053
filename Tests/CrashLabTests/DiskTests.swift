import Testing

@testable import CrashLaboratory

@Suite("What a crash may leave of a disk")
struct DiskTests {
  /// A disk after these steps.
  private func disk(_ steps: [Step]) throws -> Disk {
    var disk = Disk()
    for step in steps { try disk.apply(step) }
    return disk
  }

  /// The files of every image, each once.
  private func images(_ disk: Disk) -> Set<[String: [UInt8]]> {
    var generator = SeededGenerator(seed: 1)
    let choice = ImageChoice(exhaustiveUpTo: 10, samples: 0)
    return Set(choice.selections(disk, using: &generator).map { files(disk, $0) })
  }

  private func files(_ disk: Disk, _ selection: Selection) -> [String: [UInt8]] {
    disk.image(selection).entries.compactMapValues { $0.map { disk.bytes($0) } }
  }

  private func barrier(_ node: NodeID, _ id: Int) -> [Step] {
    [.barrierBegins(node, id: id), .barrierEnds(id: id)]
  }

  private let created: [Step] = [
    .createFile(path: "a", 1), .write(1, offset: 0, bytes: [7, 8], id: 1),
  ]

  @Test("of a new file, its name, its bytes, both or neither may survive")
  func nothingFlushed() throws {
    #expect(try images(disk(created)) == [[:], ["a": []], ["a": [7, 8]]])
  }

  @Test("a barrier on a file keeps its bytes, not its name")
  func fileBarrier() throws {
    #expect(try images(disk(created + barrier(1, 2))) == [[:], ["a": [7, 8]]])
  }

  @Test("a barrier on a directory keeps the names in it, not the bytes")
  func directoryBarrier() throws {
    #expect(try images(disk(created + barrier(Disk.root, 2))) == [["a": []], ["a": [7, 8]]])
  }

  @Test("a barrier covers what came before it began, not what came while it ran")
  func beginningOfBarrier() throws {
    let steps: [Step] = [
      .createFile(path: "a", 1), .barrierBegins(1, id: 1), .barrierBegins(Disk.root, id: 2),
      .write(1, offset: 0, bytes: [1], id: 3), .barrierEnds(id: 1), .barrierEnds(id: 2),
    ]
    #expect(try images(disk(steps)) == [["a": []], ["a": [1]]])
  }

  @Test("after a rename without a barrier either name may be there, never both or none")
  func rename() throws {
    let steps =
      created + barrier(1, 2) + barrier(Disk.root, 3) + [.rename(from: "a", to: "b")]
    #expect(try images(disk(steps)) == [["a": [7, 8]], ["b": [7, 8]]])
  }

  @Test("a rename over a file whose bytes were not flushed may leave it empty")
  func renameTooEarly() throws {
    let steps =
      created + barrier(1, 2) + barrier(Disk.root, 3) + [
        .createFile(path: "a.tmp", 2), .write(2, offset: 0, bytes: [9], id: 4),
        .rename(from: "a.tmp", to: "a"),
      ] + barrier(Disk.root, 5)
    #expect(try images(disk(steps)) == [["a": []], ["a": [9]]])
  }

  @Test("a removed name may come back until its directory is flushed")
  func remove() throws {
    let steps = created + barrier(1, 2) + barrier(Disk.root, 3) + [.remove(path: "a")]
    #expect(try images(disk(steps)) == [["a": [7, 8]], [:]])
    #expect(try images(disk(steps + barrier(Disk.root, 4))) == [[:]])
  }

  @Test("a file in a directory that was never flushed is lost with it")
  func lostDirectory() throws {
    let steps: [Step] =
      [
        .makeDirectory(path: "d", 1), .createFile(path: "d/a", 2),
        .write(2, offset: 0, bytes: [1], id: 1),
      ] + barrier(2, 2) + barrier(1, 3)
    #expect(try images(disk(steps)) == [[:], ["d/a": [1]]])
  }

  @Test("a synchronous write is in every image, and no other write is by its grace")
  func synchronousWrite() throws {
    let steps =
      created + barrier(1, 2) + barrier(Disk.root, 3) + [
        .write(1, offset: 1_000, bytes: [5], id: 4), .write(1, offset: 0, bytes: [6], id: 5),
        .writeIsDurable(id: 5),
      ]
    let long = [6, 8] + [UInt8](repeating: 0, count: 998) + [5]
    #expect(try images(disk(steps)) == [["a": [6, 8]], ["a": long]])
  }

  @Test("a sector holds all earlier writes to it, and nothing of later ones")
  func sectors() throws {
    let disk = try disk([
      .createFile(path: "a", 1), .write(1, offset: 0, bytes: [1, 1], id: 1),
      .write(1, offset: 1, bytes: [2, 2], id: 2), .write(1, offset: 2, bytes: [3, 3], id: 3),
    ])
    let numbers = disk.pending.map(\.number)
    #expect(files(disk, Selection(whole: [numbers[0], numbers[2]])) == ["a": [1, 2, 2]])
    #expect(files(disk, Selection(whole: [numbers[0], numbers[1]])) == ["a": [1, 1]])
  }

  @Test("a torn write leaves whole sectors, and the file as long as they reach")
  func torn() throws {
    let ones = [UInt8](repeating: 1, count: 1_536)
    let disk = try disk([.createFile(path: "a", 1), .write(1, offset: 0, bytes: ones, id: 1)])
    let (name, write) = (disk.pending[0].number, disk.pending[1].number)
    #expect(disk.pending[1].sectors == 0..<3)
    let first = Selection(whole: [name], torn: [write: [0]])
    #expect(files(disk, first) == ["a": [UInt8](repeating: 1, count: 512)])
    let last = Selection(whole: [name], torn: [write: [2]])
    let hole = [UInt8](repeating: 0, count: 1_024) + [UInt8](repeating: 1, count: 512)
    #expect(files(disk, last) == ["a": hole])
  }

  @Test("what a failed barrier was to keep may be lost for ever")
  func failedBarrier() throws {
    let failed: [Step] =
      [.createFile(path: "a", 1)] + barrier(Disk.root, 1) + [
        .write(1, offset: 0, bytes: [1], id: 2), .barrierBegins(1, id: 3), .barrierFailed(id: 3),
        .write(1, offset: 600, bytes: [2], id: 4),
      ] + barrier(1, 5)
    let kept = [1] + [UInt8](repeating: 0, count: 599) + [2]
    let lost = [UInt8](repeating: 0, count: 600) + [2]
    #expect(try images(disk(failed)) == [["a": kept], ["a": lost]])
  }

  @Test("a name is kept by the barrier after one that failed")
  func failedDirectoryBarrier() throws {
    let steps: [Step] =
      [
        .createFile(path: "a", 1), .barrierBegins(Disk.root, id: 1), .barrierFailed(id: 1),
      ]
    #expect(try images(disk(steps)) == [[:], ["a": []]])
    #expect(try images(disk(steps + barrier(Disk.root, 2))) == [["a": []]])
  }

  @Test("a file that is cut off and written again may be old, empty, new, or a mixture")
  func truncated() throws {
    let steps =
      created + barrier(1, 2) + barrier(Disk.root, 3) + [
        .truncate(1, size: 0), .write(1, offset: 0, bytes: [9], id: 4),
      ]
    #expect(try images(disk(steps)) == [["a": [7, 8]], ["a": []], ["a": [9]], ["a": [9, 0]]])
  }

  @Test("few uncertain changes are combined in every way, many are sampled by the seed")
  func choice() throws {
    let few = try disk((1...4).map { .createFile(path: "\($0)", $0) })
    #expect(images(few).count == 16)
    let many = try disk((1...20).map { .createFile(path: "\($0)", $0) })
    func sample(_ seed: UInt64) -> [Selection] {
      var generator = SeededGenerator(seed: seed)
      return ImageChoice(exhaustiveUpTo: 8, samples: 5).selections(many, using: &generator)
    }
    #expect(sample(1).count == 2 + 2 * 20 + 5)
    #expect(sample(1) == sample(1))
    #expect(sample(1) != sample(2))
  }
}
