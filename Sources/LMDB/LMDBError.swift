internal import CLMDB
internal import Glibc

/// What a storage operation failed of, where, and what to do about it.
///
/// The message holds no keys and no values: they may identify a patient.
public struct LMDBError: Error, Equatable, Sendable {
  public enum Kind: Equatable, Sendable, CaseIterable {
    /// This process has the environment open already.
    case alreadyOpen
    /// The directory is on a network or FUSE file system, where shared memory maps are not safe.
    case networkFileSystem
    /// The file would outgrow `Environment.Options.mapBytes`.
    case mapFull
    /// Another process, with a larger map, has grown the file past ours.
    case mapResized
    /// The device (or quota) has no space left.
    case diskFull
    /// All `Environment.Options.maxReaders` slots hold live readers.
    case readersFull
    /// The device failed to read or write.
    case inputOutput
    /// An earlier operation of the transaction failed; it can only be aborted.
    case badTransaction
    /// A meta page could not be written; the environment refuses everything until reopened.
    case panic
    /// A page is not what the structure says it should be.
    case corrupted
    /// The file ends before pages that it should hold.
    case cutShort
    /// A named pipe, a device or a folder is in a file's place.
    case notAFile
    /// The file is not an LMDB file.
    case invalid
    /// The file was written by an incompatible version of LMDB.
    case versionMismatch
    /// `append` was given a key that is not greater than the last one.
    case keyExists
    /// A key is empty or longer than 511 bytes, or a value is longer than 4 GiB.
    case badSize
    /// A table, file or directory does not exist.
    case notFound
    /// The process may not do this: file permissions, or a write to a read-only environment.
    case permission
    /// The file system is mounted to be read only.
    case readOnlyFileSystem
    /// The process may not map so large a file.
    case addressSpace
    /// Anything else; `code` tells.
    case other
  }

  public var kind: Kind
  /// The code of LMDB (negative) or of the operating system (`errno`); 0 when neither failed.
  public var code: Int32
  /// What was attempted, such as `commit`.
  public var operation: String
  /// The directory of the environment, or the file concerned.
  public var path: String

  init(_ kind: Kind, code: Int32 = 0, operation: String, path: String) {
    self.kind = kind
    self.code = code
    self.operation = operation
    self.path = path
  }

  init(code: Int32, operation: String, path: String) {
    var kind = Kind(code: code)
    // LMDB reports a short write, the usual face of a full disk, as EIO.
    if kind == .inputOutput, FileSystem.isNearlyFull(path) { kind = .diskFull }
    self.init(kind, code: code, operation: operation, path: path)
  }
}

extension LMDBError.Kind {
  init(code: Int32) {
    self =
      switch code {
      case MDB_MAP_FULL: .mapFull
      case MDB_MAP_RESIZED: .mapResized
      case ENOSPC, EDQUOT: .diskFull
      case MDB_READERS_FULL: .readersFull
      case EIO: .inputOutput
      case MDB_BAD_TXN: .badTransaction
      case MDB_PANIC: .panic
      case MDB_CORRUPTED, MDB_PAGE_NOTFOUND: .corrupted
      case MDB_INVALID: .invalid
      case MDB_VERSION_MISMATCH: .versionMismatch
      case MDB_KEYEXIST: .keyExists
      case MDB_BAD_VALSIZE: .badSize
      case MDB_NOTFOUND, ENOENT: .notFound
      case EACCES, EPERM: .permission
      case EROFS: .readOnlyFileSystem
      case ENOMEM: .addressSpace
      default: .other
      }
  }

  /// What whoever runs the program can do about it.
  var remedy: String {
    switch self {
    case .alreadyOpen: "it is already open in this process: share that Environment"
    case .networkFileSystem: "it is on a network or FUSE file system: move it to a local disk"
    case .mapFull:
      "the file has the largest size it may have (Options.mapBytes): nothing of this transaction was "
        + "kept; what can be rebuilt becomes smaller by that"
    case .mapResized:
      "another program has let it grow further than this one may (Options.mapBytes): use the same "
        + "version everywhere"
    case .diskFull: "the disk is full: free space and retry; nothing of this transaction was kept"
    case .readersFull:
      "as many read it at once as may (Options.maxReaders): try again, and look for stopped processes "
        + "that hold it open"
    case .inputOutput: "the device failed: stop, check the disk, and verify before continuing"
    case .badTransaction: "an earlier operation failed: leave the transaction by throwing"
    case .panic: "a meta page could not be written: end the process, reopen and verify"
    case .corrupted: "the file is damaged: restore it from a backup or rebuild it"
    case .cutShort:
      "the file is shorter than what it holds, as after a copy that was interrupted: restore it from a "
        + "backup or rebuild it; nothing was written to it"
    case .notAFile:
      "it is no file, but a named pipe, a device or a folder: move it away, and put back what was there"
    case .invalid: "this is not an LMDB file: check the path"
    case .versionMismatch: "another LMDB version wrote it: use that version to copy it"
    case .keyExists: "an appended key must be greater than the last key of its table"
    case .badSize: "a key must have 1 to 511 bytes"
    case .notFound: "it does not exist: check the path, or open it for writing to create it"
    case .permission: "not permitted: check who owns the files and folders, and their modes"
    case .readOnlyFileSystem:
      "the file system is read-only: mount it for writing, or copy the directory to another disk"
    case .addressSpace:
      "the process may not have so much address space: raise its limit (ulimit -v unlimited)"
    case .other: "see the code"
    }
  }
}

extension LMDBError: CustomStringConvertible {
  public var description: String {
    let reason = code == 0 ? "" : " [\(String(cString: mdb_strerror(code))), \(code)]"
    return "\(operation) failed at \(path): \(kind.remedy)\(reason)"
  }
}
