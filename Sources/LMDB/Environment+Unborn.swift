internal import CLMDB
internal import Glibc

/// A power failure, or a kill, while an environment is made may leave a file that is none yet: empty,
/// or with a part of its two meta pages. No page of it could hold a row.
extension Environment {
  /// Whether the file in a directory is only the beginning of an environment.
  public static func isUnborn(at directory: String) -> Bool {
    let descriptor = Glibc.open("\(directory)/data.mdb", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    let pageBytes = sysconf(Int32(_SC_PAGESIZE))
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      Int(status.st_size) <= 2 * pageBytes
    else { return false }
    let pages = [0, 1].map { MetaPage(descriptor, at: $0 * pageBytes) }
    return pages.allSatisfy { $0 != .foreign } && pages.contains(.empty)
  }

  /// Empties such a file, which is how LMDB begins a new one. Does nothing while another process has
  /// the environment open: it may be making it.
  static func emptyIfUnborn(_ directory: String) throws(LMDBError) {
    guard isUnborn(at: directory) else { return }
    let path = "\(directory)/data.mdb"
    func failure(_ operation: String) -> LMDBError {
      LMDBError(code: errno, operation: operation, path: path)
    }
    let lock = Glibc.open("\(directory)/lock.mdb", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw failure("lock") }
    defer { close(lock) }
    // The byte that every process which has the environment open holds a lock on.
    var first = flock()
    (first.l_type, first.l_whence, first.l_start, first.l_len) = (
      Int16(F_WRLCK), Int16(SEEK_SET), 0, 1
    )
    guard fcntl(lock, F_SETLK, &first) == 0, isUnborn(at: directory) else { return }
    guard truncate(path, 0) == 0 else { throw failure("empty") }
  }

  /// What stands at the place of a meta page.
  private enum MetaPage {
    case whole, empty, foreign

    /// `MDB_META`'s magic number comes after the page's header of 16 bytes (mdb.c).
    init(_ descriptor: Int32, at offset: Int) {
      var bytes = [UInt8](repeating: 0, count: 20)
      let count = pread(descriptor, &bytes, bytes.count, off_t(offset))
      let magic = bytes[16...].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      if count >= 0, bytes.allSatisfy({ $0 == 0 }) {
        self = .empty
      } else {
        self = count == bytes.count && magic == 0xBEEF_C0DE ? .whole : .foreign
      }
    }
  }
}
