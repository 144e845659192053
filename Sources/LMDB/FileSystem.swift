internal import CLMDB
internal import CMapFault
internal import Glibc

/// The questions and promises LMDB leaves to its caller: which file system, how full, whether a
/// new directory entry survives a power failure.
enum FileSystem {
  /// Identifies a directory however it is spelled.
  struct Identity: Hashable, Sendable {
    var device: UInt64
    var inode: UInt64
  }

  static func identity(of path: String) throws(LMDBError) -> Identity {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw LMDBError(code: errno, operation: "stat", path: path)
    }
    return Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Below this much free space a failed write is taken for a full disk.
  private static let nearlyFullBytes: UInt64 = 64 << 20

  static func isNearlyFull(_ path: String) -> Bool {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return false }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize) < nearlyFullBytes
  }

  static func refuseNetworkFileSystem(at path: String) throws(LMDBError) {
    var status = statfs()
    guard statfs(path, &status) == 0 else {
      throw LMDBError(code: errno, operation: "statfs", path: path)
    }
    // The field's width and sign differ between architectures; the magic numbers are 32 bits.
    guard !isNetwork(fileSystemType: UInt32(truncatingIfNeeded: status.f_type)) else {
      throw LMDBError(.networkFileSystem, operation: "open", path: path)
    }
  }

  /// Whether a `statfs` type is one on which maps or locks are not shared between machines or
  /// between host and guest. Numbers: `linux/magic.h` and statfs(2).
  static func isNetwork(fileSystemType type: UInt32) -> Bool {
    switch type {
    case 0x6969,  // NFS
      0x517B, 0xFF53_4D42, 0xFE53_4D42,  // SMB, CIFS, SMB2
      0x0102_1997,  // 9p
      0x6573_5546,  // FUSE: sshfs, virtiofs and the mounts of container desktops
      0x7375_7245, 0x5346_414F, 0x6B41_4653,  // Coda, AFS (OpenAFS and kAFS)
      0x00C3_6400, 0x0BD0_0BD0, 0x4750_4653,  // Ceph, Lustre, GPFS
      0x786F_4256, 0xBACB_ACBC:  // shared folders of VirtualBox and VMware
      true
    default: false
    }
  }

  /// Creates a directory and its missing parents, readable by the owner only, and makes each new
  /// entry durable.
  static func createDirectory(_ path: String) throws(LMDBError) {
    if mkdir(path, 0o700) == 0 { return try synchronizeDirectory(parent(of: path)) }
    switch errno {
    case EEXIST: return
    case ENOENT where parent(of: path) != path && !isLink(parent(of: path)):
      try createDirectory(parent(of: path))
      try createDirectory(path)
    case let code: throw LMDBError(code: code, operation: "mkdir", path: path)
    }
  }

  /// Whether a name is a symbolic link; one that leads nowhere exists and yet holds nothing.
  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Refuses what is no file in the place of one: to open a named pipe would be to wait for ever.
  static func refuseOtherThanFiles(in directory: String) throws(LMDBError) {
    for name in ["data.mdb", "lock.mdb"] {
      var status = stat()
      let path = "\(directory)/\(name)"
      // What is absent, or may not be looked at, is for the opening to say.
      guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { continue }
      throw LMDBError(.notAFile, operation: "open", path: path)
    }
  }

  /// Has the disk set room aside for the lock file, which LMDB only writes through a map: on a full
  /// disk that would end the process.
  static func reserveLockFile(
    in directory: String, _ options: Environment.Options
  ) throws(LMDBError) {
    switch options.access {
    case .readWrite: break
    case .readOnly: guard exists("\(directory)/data.mdb") else { return }
    case .readOnlyUnshared: return
    }
    let path = "\(directory)/lock.mdb"
    // 64 bytes for each reader, and for the rest less than a page (mdb.c).
    let byteCount = 4_096 + 64 * options.maxReaders
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    // Whatever it is, LMDB finds it too, and knows when it does no harm.
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let code = chartledger_set_room_aside(descriptor, byteCount)
    // Not every file system can.
    guard code == ENOSPC || code == EDQUOT || code == EIO else { return }
    throw LMDBError(code: code, operation: "lock", path: path)
  }

  /// A created file survives a power failure only once its directory is flushed.
  static func synchronizeDirectory(_ path: String) throws(LMDBError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw LMDBError(code: errno, operation: "open", path: path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw LMDBError(code: errno, operation: "fsync", path: path)
    }
  }

  /// The same for the names that lead to a directory, as far up as this process may: an earlier one
  /// may have made them and been killed.
  static func synchronizeAncestors(of path: String) {
    let parent = parent(of: path)
    guard parent != path else { return }
    try? synchronizeDirectory(parent)
    synchronizeAncestors(of: parent)
  }

  static func parent(of path: String) -> String {
    var end = path.endIndex
    while end > path.startIndex, path[path.index(before: end)] == "/" {
      end = path.index(before: end)
    }
    guard let slash = path[..<end].lastIndex(of: "/") else {
      return end > path.startIndex ? "." : "/"
    }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
