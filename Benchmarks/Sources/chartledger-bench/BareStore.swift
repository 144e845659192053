import BareLMDB
import Foundation

/// An error of the storage library in the floor.
struct BareError: Error, CustomStringConvertible {
  var description: String

  static func check(_ code: Int32, _ operation: String) throws {
    guard code == 0 else {
      throw BareError(description: "floor: \(operation): \(String(cString: bare_error(code)))")
    }
  }
}

/// The floor's store: the storage library from C, with the flags of a log and nothing above it.
final class BareStore {
  /// As a log has by default; costs address space only.
  static let mapBytes = 256 << 30

  private let pointer: OpaquePointer

  /// Opens the directory, creating it when missing.
  ///
  /// - Parameter isFlushed: whether each commit is; without, only the puts are measured.
  init(directory: String, isFlushed: Bool = true) throws {
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    var opened: OpaquePointer?
    try BareError.check(bare_open(directory, Self.mapBytes, isFlushed ? 1 : 0, &opened), "open")
    guard let opened else { throw BareError(description: "floor: open gave no store") }
    pointer = opened
  }

  deinit { bare_close(pointer) }

  /// One transaction, one flush.
  func commit(_ puts: PutPlan) throws {
    try puts.bytes.withUnsafeBufferPointer {
      try BareError.check(bare_put(pointer, $0.baseAddress, $0.count), "put")
    }
  }

  /// Walks all records.
  func scan() throws -> UInt64 {
    var sum: UInt64 = 0
    try BareError.check(bare_scan(pointer, &sum), "scan")
    return sum
  }

  /// Gets the records at these positions.
  func get(_ positions: [UInt64]) throws -> UInt64 {
    var sum: UInt64 = 0
    try BareError.check(bare_get(pointer, positions, positions.count, &sum), "get")
    return sum
  }

  /// Copies all into an empty folder, while the store is open.
  func copy(to directory: String) throws {
    try BareError.check(bare_copy(pointer, directory), "copy")
  }

  static var libraryVersion: String { String(cString: bare_version()) }
}
