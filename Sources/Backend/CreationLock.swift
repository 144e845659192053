import Foundation

/// Held by the one, of all processes, that makes or restores a clinic in a directory: what another has
/// begun there would be taken for its own, and deleted when it fails. The system releases it when the
/// holder dies.
final class CreationLock: Sendable {
  private let descriptor: Int32

  /// Makes the directory if it is missing, and locks it.
  ///
  /// - Throws: `DataDirectoryError.beingMade`, `.unreachable`.
  init(_ path: String) throws(DataDirectoryError) {
    while true {
      do {
        try DurableFile.createDirectory(path)
      } catch {
        var status = stat()
        let leadsNowhere = lstat(path, &status) == 0 && stat(path, &status) != 0
        let reason = (error as? CocoaError)?.plainReason ?? "\(error)"
        throw .unreachable(path, reason: leadsNowhere ? "a link that leads nowhere" : reason)
      }
      let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard descriptor >= 0 else {
        throw .unreachable(path, reason: String(cString: strerror(errno)))
      }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        close(descriptor)
        throw .beingMade(path)
      }
      // Whoever held it before may have deleted the directory.
      if Self.isAt(path, descriptor) {
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
  }

  deinit { close(descriptor) }

  private static func isAt(_ path: String, _ descriptor: Int32) -> Bool {
    var (named, held) = (stat(), stat())
    return stat(path, &named) == 0 && fstat(descriptor, &held) == 0
      && named.st_ino == held.st_ino && named.st_dev == held.st_dev
  }
}
