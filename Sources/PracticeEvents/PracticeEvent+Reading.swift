import Foundation
import SwiftProtobuf

extension PracticeEvent {
  /// The event as JSON in the protobuf mapping: names in camelCase, fields in the order of numbers.
  public var json: String {
    get throws(EventDecodingError) {
      do {
        return try jsonString()
      } catch {
        throw EventDecodingError(problem: String(describing: error))
      }
    }
  }
}

extension PracticeEvent.Kind: CustomStringConvertible {
  private static let names = Dictionary(
    uniqueKeysWithValues: catalogue.map { ($0.kind, $0.name) })

  /// The name of the event's message; its number when it is newer than this program.
  public var description: String { Self.names[self] ?? "kind \(rawValue)" }

  /// The kind with this name.
  public init?(name: String) {
    guard let found = Self.catalogue.first(where: { $0.name == name }) else { return nil }
    self = found.kind
  }
}
