import Glibc
public import TransparencyLog

/// Why a witness's folder cannot be used.
public enum WitnessFolderError: Error, Hashable, Sendable, CustomStringConvertible {
  case occupied(String)
  case noKey(String)
  /// The key is there, what it has cosigned is not known.
  case stateLost(String, reason: String)
  case inUse(String)
  case storage(String, code: Int32)
  /// A named pipe, a device or a folder is in a file's place.
  case notAFile(String)

  public var description: String {
    switch self {
    case .occupied(let path):
      "There is something in \(path) already. Choose a new folder for a new witness."
    case .noKey(let path):
      "There is no witness's key in \(path). Name the folder that `log witness init` made."
    case .stateLost(let path, let reason):
      """
      The witness in \(path) no longer knows what it has cosigned (\(reason)) and signs nothing. \
      Never begin again with the same key: retire it, make a new witness under another name, and \
      tell everybody who relies on the old one.
      """
    case .inUse(let path): "Another process is cosigning with \(path). Try again when it is done."
    case .storage(let path, let code): "\(path) cannot be used: \(String(cString: strerror(code)))."
    case .notAFile(let path):
      "\(path) is no file, but a named pipe, a device or a folder: move it away, and put back what was "
        + "there."
    }
  }
}

/// A witness on disk: `key` (secret), `witness.vkey` (to be given away) and `state`.
///
/// The state is written whole, to a new file that takes the old one's place, and flushed with its
/// folder before anything is signed. A key without its state is refused for ever: it could be made
/// to cosign a fork.
public struct WitnessFolder: Sendable {
  public let path: String

  public init(_ path: String) { self.path = path }

  private var key: String { path + "/key" }
  private var state: String { path + "/state" }
  private var lock: String { path + "/lock" }

  /// Makes a new witness in a folder that does not exist yet.
  ///
  /// - Returns: the key to give to the clinics.
  public func create(name: KeyName) throws -> VerifierKey {
    guard mkdir(path, 0o700) == 0 else {
      throw errno == EEXIST
        ? WitnessFolderError.occupied(path) : .storage(path, code: errno)
    }
    let secret = try SigningKey.generate(name: name, kind: .witness)
    let initial = try WitnessState(newWitness: secret.verifierKey)
    // The key last: a folder with a key has a state, unless somebody took it away.
    try DurableFile.write(initial.encoded, to: state, mode: 0o600)
    try DurableFile.write(
      Array("\(secret.verifierKey)\n".utf8), to: path + "/witness.vkey", mode: 0o644)
    try DurableFile.write(Array((secret.encodedSecret + "\n").utf8), to: key, mode: 0o600)
    return secret.verifierKey
  }

  /// Cosigns the checkpoint of a request, unless that would contradict an earlier cosignature.
  ///
  /// - Parameter time: seconds since 1970 UTC.
  /// - Throws: `WitnessFolderError`, `WitnessRefusal` or `EvidenceError`; then nothing was signed.
  public func cosign(
    _ request: ConsistencyProofFile, trust: LogTrust, at time: UInt64
  ) throws -> NoteSignature {
    let secret = try secret()
    // Reading, checking and writing are one step: two at once could cosign two forks.
    return try locked {
      try secret.answer(request, trust: trust, state: try storedState(), at: time) {
        try DurableFile.write($0.encoded, to: state, mode: 0o600)
      }
    }
  }

  /// What the witness has cosigned.
  public func storedState() throws -> WitnessState {
    let bytes: [UInt8]
    do {
      bytes = try DurableFile.read(state)
    } catch WitnessFolderError.storage(_, ENOENT) {
      throw WitnessFolderError.stateLost(path, reason: "the file state is gone")
    }
    do {
      return try WitnessState(parsing: bytes)
    } catch {
      throw WitnessFolderError.stateLost(path, reason: "the file state is damaged")
    }
  }

  private func secret() throws -> SigningKey {
    let bytes: [UInt8]
    do {
      bytes = try DurableFile.read(key)
    } catch WitnessFolderError.storage(_, ENOENT) {
      throw WitnessFolderError.noKey(path)
    }
    return try SigningKey(
      String(decoding: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes, as: UTF8.self))
  }

  private func locked<Result>(_ body: () throws -> Result) throws -> Result {
    let descriptor = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw WitnessFolderError.storage(lock, code: errno) }
    // Closing gives the lock back.
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw WitnessFolderError.inUse(path) }
    return try body()
  }
}

/// Small files that are there whole, and stay after a power failure, or are not there at all.
enum DurableFile {
  static func read(_ path: String) throws(WitnessFolderError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw .storage(path, code: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .storage(path, code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count == 0 { return bytes }
      if count > 0 {
        bytes += chunk[..<count]
      } else if errno != EINTR {
        throw .storage(path, code: errno)
      }
    }
  }

  static func write(
    _ bytes: [UInt8], to path: String, mode: mode_t
  ) throws(WitnessFolderError) {
    let temporary = path + ".new"
    // What an earlier attempt has left, or somebody has put there.
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw .storage(temporary, code: errno) }
    do {
      defer { close(descriptor) }
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count > 0 {
          rest = rest.dropFirst(count)
        } else if errno != EINTR {
          throw WitnessFolderError.storage(temporary, code: errno)
        }
      }
      guard fsync(descriptor) == 0 else {
        throw WitnessFolderError.storage(temporary, code: errno)
      }
    }
    guard rename(temporary, path) == 0 else { throw .storage(path, code: errno) }
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw .storage(folder, code: errno) }
    defer { close(directory) }
    guard fsync(directory) == 0 else { throw .storage(folder, code: errno) }
  }
}
