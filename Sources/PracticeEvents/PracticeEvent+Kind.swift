import Foundation
import SwiftProtobuf

public typealias Fact = PracticeEvent.OneOf_Fact

extension PracticeEvent {
  /// The kind of an event: the field number of its fact in `event.proto`, which also stands in the
  /// header of its log record.
  public struct Kind: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
  }

  /// The kind of this event's fact; nil when the fact is missing or newer than this program.
  public var kind: Kind? { fact.map { Kind(rawValue: $0.fieldNumber) } }

  /// Decodes the payload of a log record.
  ///
  /// - Throws: `EventDecodingError` when the bytes are not a `PracticeEvent`.
  public init(payload: [UInt8]) throws(EventDecodingError) {
    do {
      try self.init(serializedBytes: payload)
    } catch {
      throw EventDecodingError(problem: String(describing: error))
    }
  }

  /// Encodes this event as the payload of a log record.
  public func payload() throws(EventDecodingError) -> [UInt8] {
    do {
      return try serializedBytes()
    } catch {
      throw EventDecodingError(problem: String(describing: error))
    }
  }
}

/// The bytes of a record are not a `PracticeEvent`, or an event cannot be encoded.
public struct EventDecodingError: Error, CustomStringConvertible {
  public let problem: String
  public init(problem: String) { self.problem = problem }
  public var description: String {
    "the event cannot be read (\(problem)); run `chartledger log verify`"
  }
}
