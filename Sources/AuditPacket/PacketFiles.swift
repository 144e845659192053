import Foundation
import TransparencyLog

/// The files of a packet by path, with `/` between folders.
public struct PacketFiles: Hashable, Sendable {
  public private(set) var byPath: [String: [UInt8]]

  public init(_ files: [String: [UInt8]]) { byPath = files }

  public subscript(path: String) -> [UInt8]? {
    get { byPath[path] }
    set { byPath[path] = newValue }
  }

  public var paths: [String] { sorted.map(\.path) }

  /// In the order of the paths' bytes.
  public var sorted: [(path: String, bytes: [UInt8])] {
    byPath.map { (path: $0.key, bytes: $0.value) }
      .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// A relative path of plain names: it cannot lead out of the packet.
  static func isSafe(_ path: String) -> Bool {
    path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { name in
      !name.isEmpty && name != "." && name != ".."
        && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x5c }
    }
  }

  // MARK: SHA256SUMS

  static let sumsFile = "SHA256SUMS"

  /// As `sha256sum` writes it, of every other file.
  var sums: [UInt8] {
    sorted.filter { $0.path != Self.sumsFile }
      .flatMap { Array("\(PacketText.sha256($0.bytes))  \($0.path)\n".utf8) }
  }

  /// The same files with their `SHA256SUMS`.
  func withSums() -> PacketFiles {
    var files = self
    files[Self.sumsFile] = sums
    return files
  }

  /// What binds all of the packet's bytes: SHA-256 of its `SHA256SUMS`.
  public var digest: TreeHash { PacketText.sha256(self[Self.sumsFile] ?? []) }

  /// Throws the first file that differs from `SHA256SUMS`, is missing or is not listed.
  func checkSums() throws(PacketFault) {
    guard let listed = self[Self.sumsFile] else { throw PacketFault(Self.sumsFile, "is missing") }
    guard listed != sums else { return }
    guard let lines = PacketText.lines(listed) else {
      throw PacketFault(Self.sumsFile, "it is not a list of checksums")
    }
    var names: Set<String> = []
    for line in lines {
      guard line.utf8.count > 66, line.dropFirst(64).hasPrefix("  ") else {
        throw PacketFault(Self.sumsFile, "a line is malformed")
      }
      let name = String(line.dropFirst(66))
      names.insert(name)
      guard let bytes = self[name] else { throw PacketFault(name, "is missing") }
      guard PacketText.sha256(bytes).hex == line.prefix(64) else {
        throw PacketFault(name, "it differs from its checksum in SHA256SUMS")
      }
    }
    for path in paths where path != Self.sumsFile && !names.contains(path) {
      throw PacketFault(path, "it does not belong to the packet")
    }
    throw PacketFault(Self.sumsFile, "it is not written as `audit packet` writes it")
  }

  // MARK: On disk

  /// Reads a packet: a folder or a ZIP file.
  ///
  /// - Throws: `PacketFault`, or the file system's error for a path that cannot be read.
  public init(reading path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else {
      self = try ZipArchive.decode([UInt8](Data(contentsOf: URL(filePath: path))))
      return
    }
    let root = URL(filePath: path, directoryHint: .isDirectory).resolvingSymlinksInPath()
    self.init([:])
    for name in try FileManager.default.subpathsOfDirectory(atPath: root.path) {
      let file = root.appending(path: name)
      let values = try file.resourceValues(forKeys: [
        .isDirectoryKey, .isRegularFileKey, .isSymbolicLinkKey, .fileSizeKey,
      ])
      if values.isDirectory == true, values.isSymbolicLink != true { continue }
      guard values.isRegularFile == true, values.isSymbolicLink != true, Self.isSafe(name),
        (values.fileSize ?? 0) <= ZipArchive.maximumBytes
      else { throw PacketFault(PacketText.oneLine(name), "it is not a file of a packet") }
      self[name] = [UInt8](try Data(contentsOf: file))
    }
  }

  /// Whether a packet at this path is a ZIP file.
  public static func isArchive(_ path: String) -> Bool {
    URL(filePath: path).pathExtension.lowercased() == "zip"
  }

  /// Writes a ZIP file if the path ends in `.zip`, else a folder; nothing may be there yet.
  public func write(to path: String) throws {
    let url = URL(filePath: path)
    guard !Self.isArchive(path) else {
      try Data(try ZipArchive.encode(self)).write(to: url, options: [.withoutOverwriting])
      // It holds patient data.
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      return
    }
    let files = FileManager.default
    try files.createDirectory(
      at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    for (name, bytes) in sorted {
      let file = url.appending(path: name)
      try files.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file, options: [.withoutOverwriting])
    }
  }
}
