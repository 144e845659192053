internal import Foundation
internal import Glibc

/// The files of one view: a folder for each generation, and `current`, which names the live one.
struct ViewDirectory: Sendable {
  let path: String

  init(root: String, view: String) { path = "\(root)/\(view)" }

  /// Numbered from 1; the folder's name has leading zeros, so that listings are in order.
  func path(ofGeneration number: UInt64) -> String {
    let digits = String(number)
    return "\(path)/\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits)"
  }

  /// The live generation; nil when there is none yet, or the file says none.
  ///
  /// - Throws: when the file cannot be read: the generation that it names is still the live one, and
  ///   must be neither deleted nor made anew under its name.
  func current() throws(ProjectionError) -> UInt64? {
    try openCurrent()?.number
  }

  /// The same from a file that stays open, to ask it again whether it still holds.
  func openCurrent() throws(ProjectionError) -> CurrentFile? { try CurrentFile("\(path)/current") }

  /// Makes a generation the live one: atomic, and durable when this returns.
  func setCurrent(_ number: UInt64) throws(ProjectionError) {
    let temporary = "\(path)/current.new"
    try Self.writeDurably("\(number)\n", to: temporary)
    guard rename(temporary, "\(path)/current") == 0 else {
      throw .files(operation: "rename", path: temporary, code: errno)
    }
    try Self.synchronizeDirectory(path)
  }

  /// Makes no generation the live one, if this one is.
  func forget(_ number: UInt64) {
    guard let current = try? current(), current == number else { return }
    unlink("\(path)/current")
    // Should the name come back after a power failure, so do the rows of its last whole commit.
    try? Self.synchronizeDirectory(path)
  }

  func generations() -> [UInt64] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.compactMap { UInt64($0) }.sorted()
  }

  /// Deletes every generation but the live one: those that it replaced, and those that were never
  /// finished. Whoever reads one still keeps its open files. Needs the `GenerationLock`.
  func removeStaleGenerations() {
    let current: UInt64?
    do {
      current = try self.current()
    } catch {
      // Which is the live one is not known: none is deleted.
      return
    }
    for number in generations() where number != current {
      // What cannot be deleted now is found again next time.
      try? FileManager.default.removeItem(atPath: path(ofGeneration: number))
    }
  }

  private static func writeDurably(_ text: String, to path: String) throws(ProjectionError) {
    // What an earlier attempt has left, or somebody has put there.
    unlink(path)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .files(operation: "open", path: path, code: errno) }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
      throw .files(operation: "write", path: path, code: errno)
    }
  }

  private static func synchronizeDirectory(_ path: String) throws(ProjectionError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .files(operation: "open", path: path, code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw .files(operation: "fsync", path: path, code: errno)
    }
  }
}

/// A file that names the live generation, as it was read. It is kept open, so that no other file can
/// get its inode number.
final class CurrentFile: Sendable {
  private struct Identity: Equatable {
    var device: UInt
    var inode: UInt
    var seconds: Int
    var nanoseconds: Int

    init(_ status: stat) {
      (device, inode) = (UInt(status.st_dev), UInt(status.st_ino))
      (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }
  }

  /// Nil when the file says none.
  let number: UInt64?
  private let path: String
  private let descriptor: Int32
  private let identity: Identity

  /// Nil when there is no such file.
  init?(_ path: String) throws(ProjectionError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .files(operation: "open", path: path, code: errno)
    }
    do throws(ProjectionError) {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else {
        throw .files(operation: "read", path: path, code: errno)
      }
      guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
      identity = Identity(status)
      number = try Self.number(in: descriptor, path)
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Whether the name still means this file, as it was: a switch puts another in its place.
  var isLive: Bool {
    var status = stat()
    return stat(path, &status) == 0 && Identity(status) == identity
  }

  private static func number(
    in descriptor: Int32, _ path: String
  ) throws(ProjectionError) -> UInt64? {
    // A number of 64 bits, and the newline.
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { throw .files(operation: "read", path: path, code: errno) }
    return UInt64(String(decoding: bytes.prefix(count).filter { $0 != 0x0A }, as: UTF8.self))
  }
}

/// Keeps a directory's inode number from being given to another directory, even when it is deleted.
///
/// The storage tells open environments apart by that number.
final class DirectoryPin: Sendable {
  private let descriptor: Int32

  init(_ path: String) throws(ProjectionError) {
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .files(operation: "open", path: path, code: errno) }
  }

  deinit { close(descriptor) }
}

/// Held by the one, of all threads and processes, that makes, switches or deletes generations. The
/// system releases it when the holder dies.
enum GenerationLock {
  /// Waits for the lock, and calls `body` under it.
  static func hold<Result>(at root: String, _ body: () throws -> Result) throws -> Result {
    let descriptor = try openFile(root)
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      let code = errno
      guard code == EINTR else {
        throw ProjectionError.files(operation: "lock", path: root, code: code)
      }
    }
    return try body()
  }

  /// Calls `body` under the lock, unless another holds it.
  static func holdIfFree(at root: String, _ body: () throws -> Void) throws {
    let descriptor = try openFile(root)
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return }
    try body()
  }

  private static func openFile(_ root: String) throws(ProjectionError) -> Int32 {
    let path = "\(root)/.lock"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .files(operation: "open", path: path, code: errno) }
    return descriptor
  }
}
