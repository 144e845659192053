import Foundation

/// The lines of an export: a header, the blobs in the order of their ids, then the events. Each is
/// one JSON object with its keys in alphabetical order, so that the same log gives the same bytes.
enum ExportFormat {
  static let name = "chartledger-export/v1"

  struct Header: Codable, Equatable {
    var format: String
    var log: String
    var events: UInt64
    var blobs: UInt64
  }

  struct BlobLine: Codable, Equatable {
    var blob: String
    var bytes: Data
  }

  struct EventLine: Codable, Equatable {
    var position: UInt64
    var recordedAt: String
    var id: String
    var stream: String
    var streamSequence: UInt64
    var kind: UInt16
    var tags: [String]
    var command: String
    var salt: Data
    var payload: Data
  }

  /// Encodes lines; keep one for many, since making it is the slow part.
  struct Encoder {
    private let json: JSONEncoder

    init() {
      json = JSONEncoder()
      json.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    /// - Parameter event: JSON text to be added under the key `event`, which imports ignore.
    func append(
      _ line: some Encodable, event: String? = nil, to buffer: inout [UInt8]
    ) throws {
      buffer.append(contentsOf: try json.encode(line))
      if let event {
        buffer.removeLast()
        buffer.append(contentsOf: ",\"event\":".utf8)
        // A newline in JSON text can only stand between its parts.
        buffer.append(contentsOf: event.utf8.lazy.filter { $0 != UInt8(ascii: "\n") })
        buffer.append(UInt8(ascii: "}"))
      }
      buffer.append(UInt8(ascii: "\n"))
    }
  }
}

extension ExportFormat.EventLine {
  init(_ record: RecordView) {
    position = record.position.rawValue
    recordedAt = record.recordedAt.description
    id = record.id.description
    stream = record.stream.description
    streamSequence = record.streamSequence
    kind = record.kind.rawValue
    tags = record.tags.map(\.text)
    command = record.command.description
    salt = Data(record.salt)
    payload = record.payload.withUnsafeBytes { Data($0) }
  }

  /// The event, or what is wrong with a field.
  func imported() throws(ExportFormat.Problem) -> ImportedEvent {
    guard let time = LogTime(recordedAt) else {
      throw .init(
        "recordedAt: not a time in UTC with microseconds, such as 2026-01-31T09:15:00.000250Z")
    }
    guard salt.count == RecordFormat.saltBytes else {
      throw .init("salt: \(salt.count) bytes instead of \(RecordFormat.saltBytes)")
    }
    let event = NewEvent(
      id: try ExportFormat.parse(id, "id"), stream: try ExportFormat.parse(stream, "stream"),
      kind: EventKind(rawValue: kind), tags: tags.map { Tag($0) }, payload: Array(payload))
    do {
      try event.validate()
    } catch .payloadTooLarge(let bytes) {
      throw .init("payload: \(bytes) bytes, more than \(NewEvent.maximumPayloadBytes)")
    } catch .invalidTag(let reason) {
      throw .init("tags: one \(reason)")
    } catch {
      throw .init("tags: \(tags.count), more than \(NewEvent.maximumTags)")
    }
    return ImportedEvent(
      event: event, recordedAt: time, command: try ExportFormat.parse(command, "command"),
      salt: Array(salt))
  }
}

extension ExportFormat {
  /// What is wrong with a line; names the field, never quotes its value.
  struct Problem: Error {
    var reason: String
    init(_ reason: String) { self.reason = reason }
  }

  /// An id in its canonical spelling, so that an export of the import has the same bytes.
  static func parse<ID: SixteenByteID>(_ text: String, _ field: String) throws(Problem) -> ID {
    guard let id = ID(text), id.description == text else {
      throw Problem("\(field): not an id in the form of a lowercase UUID")
    }
    return id
  }

  static func decode<Line: Decodable>(
    _ type: Line.Type, _ line: Data, _ decoder: JSONDecoder
  ) throws(Problem) -> Line {
    func name(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "the line" : path.map(\.stringValue).joined(separator: ".")
    }
    do {
      return try decoder.decode(type, from: line)
    } catch DecodingError.keyNotFound(let key, let context) {
      throw Problem("\(name(context.codingPath + [key])): missing")
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context)
    {
      throw Problem("\(name(context.codingPath)): a value of another type is expected")
    } catch DecodingError.dataCorrupted(let context) {
      throw Problem(
        context.codingPath.isEmpty
          ? "it is not a JSON object, or a number in it is out of range"
          : "\(name(context.codingPath)): not a valid value")
    } catch {
      throw Problem("it cannot be read as JSON")
    }
  }
}
