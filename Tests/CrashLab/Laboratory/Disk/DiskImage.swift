import Foundation

/// Which of the uncertain changes a crash has kept.
public struct Selection: Hashable, Sendable {
  /// Changes kept whole, by number.
  public var whole: Set<Int> = []
  /// Writes of which only these sectors were kept.
  public var torn: [Int: Set<Int>] = [:]

  public init(whole: Set<Int> = [], torn: [Int: Set<Int>] = [:]) {
    (self.whole, self.torn) = (whole, torn)
  }
}

/// A disk as it may be found after a crash.
public struct DiskImage: Hashable, Sendable {
  struct Content: Hashable, Sendable {
    var node: NodeID
    /// Of the durable bytes below.
    var version: Int
    var size: Int
    /// The newest change that each sector holds; the others are as in the durable bytes.
    var sectors: [Int: Int]
    /// From here on durable bytes have been cut off.
    var cut: Int
  }

  /// By path relative to the root; nil is a directory.
  var entries: [String: Content?] = [:]
}

extension Disk {
  /// Changes that may or may not be on the disk, and how many sectors each has (0 for names and
  /// sizes), in order.
  public var pending: [(number: Int, sectors: Range<Int>)] {
    let ofFiles = files.values.flatMap { file in
      file.changes.filter { !$0.isCertain }.map { ($0.number, $0.sectors) }
    }
    let ofDirectories = directories.values.flatMap { directory in
      directory.changes.map { ($0.number, 0..<0) }
    }
    return (ofFiles + ofDirectories).sorted { $0.0 < $1.0 }.map { (number: $0.0, sectors: $0.1) }
  }

  public func image(_ selection: Selection) -> DiskImage {
    var image = DiskImage()
    collect(Self.root, "", selection, &image)
    return image
  }

  private func collect(
    _ node: NodeID, _ path: String, _ selection: Selection, _ image: inout DiskImage
  ) {
    guard let directory = directories[node] else { return }
    var names = directory.durable
    for change in directory.changes where selection.whole.contains(change.number) {
      for (name, target) in change.entries { names[name] = target }
    }
    for (name, target) in names {
      let path = path.isEmpty ? name : "\(path)/\(name)"
      if let file = files[target] {
        image.entries[path] = .some(file.content(target, selection))
      } else {
        image.entries[path] = .some(nil)
        collect(target, path, selection, &image)
      }
    }
  }

  /// The bytes of a file of an image.
  func bytes(_ content: DiskImage.Content) -> [UInt8] {
    guard let file = files[content.node] else { return [] }
    var bytes = file.durable
    if bytes.count > content.cut { bytes.removeLast(bytes.count - content.cut) }
    DiskChangeReplay.resize(&bytes, to: content.size)
    for (sector, newest) in content.sectors {
      let range = sector * Self.sectorBytes..<min(content.size, (sector + 1) * Self.sectorBytes)
      guard !range.isEmpty else { continue }
      let replay = DiskChangeReplay(file, sector: sector, through: newest)
      bytes.replaceSubrange(range, with: replay.bytes.prefix(range.count))
    }
    return bytes
  }

  /// Puts an image into a new directory.
  ///
  /// - Parameter lockBytes: what the storage's lock files hold: they change through a shared map,
  ///   which no trace shows, and may hold anything.
  func write(_ image: DiskImage, to root: String, lockBytes: [UInt8]?) throws {
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    for (path, content) in image.entries.sorted(by: { $0.key < $1.key }) {
      let place = "\(root)/\(path)"
      guard let content else {
        try FileManager.default.createDirectory(
          atPath: place, withIntermediateDirectories: true)
        continue
      }
      let isLock = path.hasSuffix("/lock.mdb")
      try Data(isLock ? lockBytes ?? bytes(content) : bytes(content))
        .write(to: URL(filePath: place))
    }
  }
}

extension Disk.File {
  fileprivate func content(_ node: NodeID, _ selection: Selection) -> DiskImage.Content {
    var content = DiskImage.Content(
      node: node, version: version, size: durable.count, sectors: [:], cut: durable.count)
    for (index, change) in changes.enumerated() {
      let isWhole = change.isCertain || selection.whole.contains(change.number)
      switch change.what {
      case .write(let offset, let bytes):
        let kept =
          isWhole ? Set(change.sectors) : selection.torn[change.number] ?? []
        guard let last = kept.max() else { continue }
        for sector in kept { content.sectors[sector] = index }
        content.size = max(
          content.size, min(offset + bytes.count, (last + 1) * Disk.sectorBytes))
      case .truncate(let size):
        guard isWhole else { continue }
        content.size = size
        content.cut = min(content.cut, size)
        content.sectors = content.sectors.filter { $0.key * Disk.sectorBytes < size }
      }
    }
    return content
  }
}

/// One sector after some of a file's changes: all up to the newest that it holds.
private struct DiskChangeReplay {
  var bytes: [UInt8]

  init(_ file: Disk.File, sector: Int, through newest: Int) {
    let start = sector * Disk.sectorBytes
    bytes = Array(file.durable.dropFirst(start).prefix(Disk.sectorBytes))
    Self.resize(&bytes, to: Disk.sectorBytes)
    for change in file.changes[...newest] {
      switch change.what {
      case .write(let offset, let written):
        let range =
          max(
            start, offset)..<max(
            max(start, offset), min(start + Disk.sectorBytes, offset + written.count))
        guard !range.isEmpty else { continue }
        bytes.replaceSubrange(
          range.lowerBound - start..<range.upperBound - start,
          with: written[range.lowerBound - offset..<range.upperBound - offset])
      case .truncate(let size):
        let kept = min(max(size - start, 0), Disk.sectorBytes)
        for index in kept..<Disk.sectorBytes { bytes[index] = 0 }
      }
    }
  }

  static func resize(_ bytes: inout [UInt8], to size: Int) {
    if size < bytes.count {
      bytes.removeLast(bytes.count - size)
    } else {
      bytes.append(contentsOf: repeatElement(0, count: size - bytes.count))
    }
  }
}
