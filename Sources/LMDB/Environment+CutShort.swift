internal import CLMDB
internal import CMapFault
internal import Glibc

/// A file that was cut short, by a copy that ended too early for instance, must not be written to: what
/// is missing would become a hole of zeros in the middle of the tree.
extension Environment {
  /// Throws when pages that hold something lie beyond the file's end.
  ///
  /// The file may end before its last page by right: one that is free again was perhaps never written.
  ///
  /// - Throws: `.cutShort`.
  static func refuseCutShort(_ pointer: OpaquePointer, _ directory: String) throws(LMDBError) {
    var information = MDB_envinfo()
    var tree = MDB_stat()
    mdb_env_info(pointer, &information)
    mdb_env_stat(pointer, &tree)
    let path = "\(directory)/data.mdb"
    var status = stat()
    // Looked at last: meanwhile it only grows.
    guard stat(path, &status) == 0 else {
      throw LMDBError(code: errno, operation: "stat", path: path)
    }
    let present = Int(status.st_size) / Int(tree.ms_psize)
    let named = Int(information.me_last_pgno) + 1
    // The first two pages are LMDB's own: whoever was killed while it made them has lost nothing.
    guard present < named, named > 2 else { return }
    // A list of free pages that lies beyond the end is missed as well.
    var free = 0
    let code = chartledger_count_free_pages(pointer, present, &free)
    guard code == MDB_SUCCESS || code == EIO else {
      throw LMDBError(code: code, operation: "open", path: directory)
    }
    guard code == MDB_SUCCESS, free >= named - present else {
      throw LMDBError(.cutShort, operation: "open", path: path)
    }
  }
}
