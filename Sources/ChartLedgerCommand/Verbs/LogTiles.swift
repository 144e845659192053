import ArgumentParser
import Backend
import EventLog
import Foundation
import TransparencyLog

struct LogExportTiles: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export-tiles",
    abstract: "Write the tree and its leaves as static files, for mirrors and outside checkers.",
    discussion: """
      The layout is C2SP tlog-tiles: tile/…, tile/entries/… and checkpoint. The entries are leaves: \
      they name no patient, kind or date, so that anybody may hold a mirror. Export again into the \
      same folder to bring it up to date; a file there that differs is a fork, and is left alone.
      """)

  @Option(help: "The folder to write to.") var out: String
  @OptionGroup var data: DataOption

  func run() async throws {
    let backend = try data.open()
    let (note, checkpoint) = try backend.newestCheckpoint()
    let bar = ProgressBar()
    defer { bar.finish() }
    var written = 0
    for tile in Tile.all(treeSize: checkpoint.size) {
      let bytes = try backend.store.withTree { _, node in
        try tile.bytes(readNode: node) { try leaf(at: $0 + 1, backend) }
      }
      if try add(bytes, at: tile.path) { written += 1 }
      bar.show("tiles", done: tile.entries.upperBound, total: checkpoint.size)
    }
    // Last: whoever sees a checkpoint finds its tiles.
    try Data(note.encoded).write(
      to: URL(filePath: out).appending(path: "checkpoint"), options: .atomic)
    bar.finish()
    Console.say("\(written) new files; \(checkpoint.size) entries in \(out)")
  }

  private func leaf(at position: UInt64, _ backend: Backend) throws -> [UInt8] {
    guard let evidence = try backend.store.evidence(at: Position(position)) else {
      throw EvidenceError.outOfRange(reason: "there is no event \(position)")
    }
    return evidence.leaf.text
  }

  /// - Returns: whether the file is new.
  private func add(_ bytes: [UInt8], at path: String) throws -> Bool {
    let url = URL(filePath: out).appending(path: path).resolvingSymlinksInPath()
    if let values = try? url.resourceValues(forKeys: [.isRegularFileKey]) {
      // To read a named pipe might be to wait for ever.
      guard values.isRegularFile == true, try Data(contentsOf: url).elementsEqual(bytes) else {
        throw Finding(
          text: "\(url.path) holds something else than this log at the same place",
          hint: "keep both: one of them was altered, or they are of different logs")
      }
      return false
    }
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url, options: .atomic)
    return true
  }
}
