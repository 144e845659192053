import EventLog
import Foundation
import Projection

/// A directory of views that vanishes with this value.
final class TemporaryViews: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory
      .appending(path: "views-\(UUID().uuidString)").path(percentEncoded: false)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func open(
    _ log: any EventStore,
    _ projectors: [any Projector.Type] = [ConsentProjector.self, ActivityProjector.self]
  ) throws -> Views {
    try Self.open(path, log, projectors)
  }

  static func open(
    _ path: String, _ log: any EventStore,
    _ projectors: [any Projector.Type] = [ConsentProjector.self, ActivityProjector.self],
    batchSize: Int = 50
  ) throws -> Views {
    var options = Views.Options()
    options.mapBytes = 64 << 20
    options.batchSize = batchSize
    return try Views(at: path, store: log, projectors: projectors, options: options)
  }

  func write(_ text: String, to file: String) throws {
    try text.write(toFile: "\(path)/\(file)", atomically: false, encoding: .utf8)
  }

  func contents(of folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").sorted()
  }
}
