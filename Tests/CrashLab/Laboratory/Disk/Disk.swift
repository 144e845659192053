/// What a disk certainly holds, and what it may hold, at one moment of a trace.
///
/// The rules are those of POSIX, stricter than any file system is: a barrier on a file keeps its bytes
/// and size, not its name; a barrier on a directory keeps the names in it. Until then every change may
/// or may not have reached the disk, in any order, except that a sector (512 bytes) is written whole
/// and holds all earlier writes to it, as the page cache does.
///
/// When a barrier on a file fails, what it was to keep may be lost whatever barriers come later,
/// because the system takes the pages for written. Names are in the file system's journal: a later
/// barrier keeps them, or fails again.
public struct Disk: Sendable {
  public static let root: NodeID = 0
  public static let sectorBytes = 512

  struct File: Sendable {
    /// Certainly on the disk.
    var durable: [UInt8] = []
    /// Changes with each change of `durable`; tells equal contents without comparing them.
    var version = 0
    /// Not yet certain, in order.
    var changes: [FileChange] = []
  }

  struct FileChange: Sendable {
    enum What: Sendable { case write(offset: Int, bytes: [UInt8]), truncate(Int) }
    var number: Int
    var what: What
    /// A synchronous write that has returned: it is in every image.
    var isCertain = false
    /// A barrier on it failed: no later one makes it certain.
    var isDoubtful = false
  }

  /// New targets of names; nil removes one.
  struct DirectoryChange: Sendable {
    var number: Int
    var entries: [String: NodeID?]
  }

  struct Directory: Sendable {
    var durable: [String: NodeID] = [:]
    var changes: [DirectoryChange] = []
  }

  var files: [NodeID: File] = [:]
  var directories: [NodeID: Directory] = [root: Directory()]
  /// Names as a running program sees them.
  private var seen: [NodeID: [String: NodeID]] = [root: [:]]
  private var lastNumber = 0
  /// What each barrier that runs will make certain: the changes up to a number.
  private var barriers: [Int: (node: NodeID, through: Int)] = [:]
  private var writes: [Int: (node: NodeID, number: Int)] = [:]

  public init() {}

  /// How many changes may or may not be on the disk.
  public var pendingCount: Int {
    files.values.reduce(0) { $0 + $1.changes.count { !$0.isCertain } }
      + directories.values.reduce(0) { $0 + $1.changes.count }
  }

  public mutating func apply(_ step: Step) throws {
    switch step {
    case .createFile(let path, let node):
      files[node] = File()
      try name(path, node)
    case .makeDirectory(let path, let node):
      directories[node] = Directory()
      seen[node] = [:]
      try name(path, node)
    case .rename(let from, let to): try rename(from, to)
    case .link(let from, let to): try name(to, target(of: from))
    case .remove(let path): try change(place(of: path).directory, [place(of: path).name: nil])
    case .write(let node, let offset, let bytes, let id):
      let number = add(.write(offset: offset, bytes: bytes), to: node)
      writes[id] = (node, number)
    case .truncate(let node, let size): _ = add(.truncate(size), to: node)
    case .barrierBegins(let node, let id): barriers[id] = (node, lastNumber)
    case .barrierEnds(let id):
      if let barrier = barriers.removeValue(forKey: id) {
        settle(barrier.node, through: barrier.through)
      }
    case .barrierFailed(let id):
      if let barrier = barriers.removeValue(forKey: id) {
        doubt(barrier.node) { $0 <= barrier.through }
      }
    case .writeIsDurable(let id):
      if let write = writes[id] { makeCertain(write.node, write.number) }
    case .writeFailed(let id):
      if let write = writes[id] { doubt(write.node) { $0 == write.number } }
    case .mark: break
    }
  }

  // MARK: Changes

  private mutating func nextNumber() -> Int {
    lastNumber += 1
    return lastNumber
  }

  private mutating func add(_ what: FileChange.What, to node: NodeID) -> Int {
    let number = nextNumber()
    files[node]?.changes.append(FileChange(number: number, what: what))
    return number
  }

  private mutating func change(_ directory: NodeID, _ entries: [String: NodeID?]) throws {
    let number = nextNumber()
    directories[directory]?.changes.append(DirectoryChange(number: number, entries: entries))
    for (name, node) in entries { seen[directory]?[name] = node }
  }

  private mutating func name(_ path: String, _ node: NodeID) throws {
    let place = try place(of: path)
    try change(place.directory, [place.name: node])
  }

  private mutating func rename(_ from: String, _ to: String) throws {
    let (old, new, node) = (try place(of: from), try place(of: to), try target(of: from))
    if old.directory == new.directory {
      return try change(old.directory, [old.name: nil, new.name: node])
    }
    // Two changes, the new name first: both names, one of them or none may survive.
    try change(new.directory, [new.name: node])
    try change(old.directory, [old.name: nil])
  }

  private func place(of path: String) throws -> (directory: NodeID, name: String) {
    var directory = Self.root
    let parts = path.split(separator: "/").map(String.init)
    for part in parts.dropLast() {
      guard let next = seen[directory]?[part] else {
        throw UnreadableTrace(reason: "\(path) lies in a directory that nobody made")
      }
      directory = next
    }
    return (directory, parts.last ?? "")
  }

  private func target(of path: String) throws -> NodeID {
    let place = try place(of: path)
    guard let node = seen[place.directory]?[place.name] else {
      throw UnreadableTrace(reason: "nobody made \(path)")
    }
    return node
  }

  // MARK: Barriers

  private mutating func settle(_ node: NodeID, through number: Int) {
    if var file = files[node] {
      for index in file.changes.indices
      where file.changes[index].number <= number && !file.changes[index].isDoubtful {
        file.changes[index].isCertain = true
      }
      file.fold()
      files[node] = file
    }
    guard var directory = directories[node] else { return }
    var rest: [DirectoryChange] = []
    for change in directory.changes {
      guard change.number <= number else {
        rest.append(change)
        continue
      }
      for (name, target) in change.entries { directory.durable[name] = target }
    }
    directory.changes = rest
    directories[node] = directory
  }

  private mutating func makeCertain(_ node: NodeID, _ number: Int) {
    guard var file = files[node] else { return }
    for index in file.changes.indices where file.changes[index].number == number {
      file.changes[index].isCertain = true
    }
    file.fold()
    files[node] = file
  }

  private mutating func doubt(_ node: NodeID, _ isMeant: (Int) -> Bool) {
    for index in files[node]?.changes.indices ?? 0..<0
    where files[node]?.changes[index].isCertain == false {
      if let number = files[node]?.changes[index].number, isMeant(number) {
        files[node]?.changes[index].isDoubtful = true
      }
    }
  }
}

extension Disk.File {
  /// Moves the certain changes that no uncertain one precedes into the durable bytes.
  mutating func fold() {
    while let first = changes.first, first.isCertain {
      first.what.apply(to: &durable)
      version = first.number
      changes.removeFirst()
    }
  }
}

extension Disk.FileChange {
  var sectors: Range<Int> {
    switch what {
    case .write(let offset, let bytes):
      offset / Disk.sectorBytes..<(offset + bytes.count + Disk.sectorBytes - 1) / Disk.sectorBytes
    case .truncate: 0..<0
    }
  }
}

extension Disk.FileChange.What {
  func apply(to content: inout [UInt8]) {
    switch self {
    case .write(let offset, let bytes):
      let end = offset + bytes.count
      if content.count < end {
        content.append(contentsOf: repeatElement(0, count: end - content.count))
      }
      content.replaceSubrange(offset..<end, with: bytes)
    case .truncate(let size):
      if size < content.count {
        content.removeLast(content.count - size)
      } else {
        content.append(contentsOf: repeatElement(0, count: size - content.count))
      }
    }
  }
}
