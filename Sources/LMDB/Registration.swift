internal import Synchronization

/// The claim of one `Environment` on a directory of this process.
///
/// Closing one of two openings would drop the file locks of both, hence there is never a second.
final class Registration: Sendable {
  /// Different for every opening in this process; tells tables of different environments apart.
  let serial: UInt64
  private let identity: FileSystem.Identity

  private struct Open {
    var directories: Set<FileSystem.Identity> = []
    var lastSerial: UInt64 = 0
  }

  private static let open = Mutex(Open())

  init(_ directory: String) throws(LMDBError) {
    let identity = try FileSystem.identity(of: directory)
    let serial: UInt64? = Self.open.withLock { open in
      guard open.directories.insert(identity).inserted else { return nil }
      open.lastSerial += 1
      return open.lastSerial
    }
    guard let serial else {
      throw LMDBError(.alreadyOpen, operation: "open", path: directory)
    }
    self.identity = identity
    self.serial = serial
  }

  deinit {
    Self.open.withLock { open in _ = open.directories.remove(identity) }
  }
}
