import Foundation

/// A file or directory in a trace; unlike the system's inode numbers never used twice.
public typealias NodeID = Int

/// One thing that happened to a disk, or a mark of the program that changed it.
public enum Step: Hashable, Sendable {
  case createFile(path: String, NodeID)
  case makeDirectory(path: String, NodeID)
  case rename(from: String, to: String)
  case link(from: String, to: String)
  case remove(path: String)
  case write(NodeID, offset: Int, bytes: [UInt8], id: Int)
  case truncate(NodeID, size: Int)
  /// A barrier begins; it makes durable what of its file or directory happened before.
  case barrierBegins(NodeID, id: Int)
  case barrierEnds(id: Int)
  /// What the barrier was to make durable may be lost, whatever barriers come later.
  case barrierFailed(id: Int)
  /// A synchronous write has become durable by itself.
  case writeIsDurable(id: Int)
  /// One that returned an error: its bytes are in the cache, and may never become durable.
  case writeFailed(id: Int)
  /// What the program told somebody, such as an acknowledgement.
  case mark(String)
}

/// What a recorded program did, in order, relative to the root that was recorded.
public struct Trace: Sendable {
  public var steps: [Step]

  public init(_ steps: [Step]) { self.steps = steps }

  /// - Parameters:
  ///   - root: the recorded directory; paths become relative to it.
  ///   - beginning: what was there before; its steps come first.
  public init(file: String, root: String, after beginning: Beginning = Beginning()) throws {
    var reader = TraceReader(
      bytes: [UInt8](try Data(contentsOf: URL(filePath: file))), root, beginning)
    self.init(beginning.steps + (try reader.steps()))
  }

  /// What lay in a directory, all of it durable, before it was recorded.
  public struct Beginning: Sendable {
    public private(set) var steps: [Step] = []
    /// By the system's number.
    fileprivate var nodes: [UInt64: NodeID] = [:]

    public init() {}

    public init(of root: String) throws {
      let files = FileManager.default
      // A folder comes before what is in it.
      for path in try files.subpathsOfDirectory(atPath: root).sorted() {
        let attributes = try files.attributesOfItem(atPath: "\(root)/\(path)")
        guard let inode = (attributes[.systemFileNumber] as? NSNumber)?.uint64Value else {
          throw UnreadableTrace(reason: "\(path) has no number")
        }
        let node = Disk.root + 1 + nodes.count
        nodes[inode] = node
        if attributes[.type] as? FileAttributeType == .typeDirectory {
          steps.append(.makeDirectory(path: path, node))
        } else {
          let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(root)/\(path)")))
          steps.append(.createFile(path: path, node))
          if !bytes.isEmpty { steps.append(.write(node, offset: 0, bytes: bytes, id: -node)) }
        }
      }
      for node in [Disk.root] + nodes.values.sorted() {
        steps += [.barrierBegins(node, id: -node - 1), .barrierEnds(id: -node - 1)]
      }
    }
  }
}

struct UnreadableTrace: Error, CustomStringConvertible {
  var reason: String
  var description: String { "the trace cannot be read: \(reason)" }
}

/// Reads the recorder's records (`recorder.c`, `struct record`).
private struct TraceReader {
  private let bytes: [UInt8]
  private let root: String
  private var nodes: [UInt64: NodeID] = [:]
  private var lastNode = Disk.root
  /// Ids begin anew in each recorded process.
  private var idBase = 0
  private var lastID = 0

  init(bytes: [UInt8], _ root: String, _ beginning: Trace.Beginning) {
    self.bytes = bytes
    self.root = root
    nodes = beginning.nodes
    lastNode = Disk.root + nodes.count
  }

  private static let headerBytes = 32

  mutating func steps() throws -> [Step] {
    var steps: [Step] = []
    var at = 0
    while at < bytes.count {
      guard at + Self.headerBytes <= bytes.count else { break }  // Killed while recording.
      let first = Int(number(at + 24, UInt32.self)), second = Int(number(at + 28, UInt32.self))
      let end = at + Self.headerBytes + first + second
      guard end <= bytes.count else { break }
      let text = String(decoding: bytes[(at + Self.headerBytes)...].prefix(first), as: UTF8.self)
      let data = bytes[(at + Self.headerBytes + first)..<end]
      if let step = try step(at, text, data) { steps.append(step) }
      at = end
    }
    return steps
  }

  private mutating func step(
    _ at: Int, _ text: String, _ data: ArraySlice<UInt8>
  ) throws -> Step? {
    let kind = number(at, UInt32.self), inode = number(at + 8, UInt64.self)
    let offset = Int(number(at + 16, UInt64.self))
    let id = idBase + Int(number(at + 4, UInt32.self))
    lastID = max(lastID, id)
    switch kind {
    case 1: return .createFile(path: try relative(text), newNode(inode))
    case 2: return .makeDirectory(path: try relative(text), newNode(inode))
    case 3: return .rename(from: try relative(text), to: try relative(data))
    case 4: return .remove(path: try relative(text))
    case 5: return .link(from: try relative(text), to: try relative(data))
    case 6: return .write(try node(inode), offset: offset, bytes: Array(data), id: id)
    case 7: return .truncate(try node(inode), size: offset)
    case 8: return .barrierBegins(try node(inode), id: id)
    case 9: return offset == 1 ? .writeIsDurable(id: id) : .barrierEnds(id: id)
    case 10: return offset == 1 ? .writeFailed(id: id) : .barrierFailed(id: id)
    case 11: return .mark(String(decoding: data, as: UTF8.self))
    case 12:
      idBase = lastID
      return nil
    default: throw UnreadableTrace(reason: "a record of kind \(kind)")
    }
  }

  private func number<Number: FixedWidthInteger>(_ at: Int, _: Number.Type) -> Number {
    bytes.withUnsafeBytes {
      Number(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: Number.self))
    }
  }

  private mutating func newNode(_ inode: UInt64) -> NodeID {
    lastNode += 1
    nodes[inode] = lastNode
    return lastNode
  }

  /// Of what is older than the trace only the root has no number.
  private func node(_ inode: UInt64) throws -> NodeID { nodes[inode] ?? Disk.root }

  private func relative(_ path: some Collection<UInt8>) throws -> String {
    try relative(String(decoding: path, as: UTF8.self))
  }

  private func relative(_ path: String) throws -> String {
    guard path.hasPrefix(root + "/") else {
      throw UnreadableTrace(reason: "\(path) does not lie in \(root)")
    }
    return String(path.dropFirst(root.count + 1))
  }
}
