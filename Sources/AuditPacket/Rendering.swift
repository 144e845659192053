import EventLog
import Foundation
import PracticeEvents
import TransparencyLog

/// What a packet holds for people besides the evidence. All of it follows from the evidence, so that
/// a verifier can write it again and compare.
struct Rendering {
  /// To be raised when the same evidence is written differently; a verifier of another version
  /// compares these files with `SHA256SUMS` only, and says so.
  static let version: UInt64 = 3

  let contents: PacketContents
  let checkpoint: Checkpoint
  /// Every event of the stream; nil where none is shown.
  let events: [(leaf: Leaf, opened: OpenedEvent?)]
  let seal: OpenedEvent
  /// The events by which the log went over to other keys.
  let rotations: [OpenedEvent]
  /// Whom the shown events name by an id.
  let references: [Reference]
  let brackets: Brackets

  /// The files by path.
  func files() throws(PacketFault) -> [String: [UInt8]] {
    var files = [
      "README.txt": Array(ReadmeText(rendering: self).text.utf8),
      "human/chronology.html": Array(ChronologyHTML(rendering: self).text.utf8),
      "heads/seal.json": try Self.json(seal, file: "heads/seal.json"),
    ]
    for rotation in rotations {
      let path = PacketPaths.rotation(rotation.leaf.position, "json")
      files[path] = try Self.json(rotation, file: path)
    }
    for reference in references {
      let path = PacketPaths.reference(reference.opened.leaf.position, "json")
      files[path] = try Self.json(reference.opened, file: path)
    }
    for case (_, let opened?) in events {
      let path = PacketPaths.event(opened.leaf.position, "json")
      files[path] = try Self.json(opened, file: path)
    }
    return files
  }

  private static func json(_ event: OpenedEvent, file: String) throws(PacketFault) -> [UInt8] {
    let fields: [(String, String)] = [
      ("position", event.leaf.position.description), ("stream", quoted("\(event.leaf.stream)")),
      ("sequence", "\(event.leaf.sequence)"), ("recordedAt", quoted("\(event.recordedAt)")),
      ("id", quoted("\(event.id)")), ("command", quoted("\(event.command)")),
      ("kind", "\(event.kind.rawValue)"), ("kindName", quoted(event.kindName)),
      ("tags", "[" + event.tags.map(quoted).joined(separator: ", ") + "]"),
      ("event", try text(of: event, file: file)),
    ]
    let lines = fields.map { "  \"\($0)\": \($1)" }.joined(separator: ",\n")
    return Array("{\n\(lines)\n}\n".utf8)
  }

  private static func text(of event: OpenedEvent, file: String) throws(PacketFault) -> String {
    do { return try event.event.json } catch { throw PacketFault(file, "it cannot be written") }
  }

  /// A JSON text.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

/// Where things lie in a packet.
enum PacketPaths {
  static let checkpoint = "checkpoint"
  static let headLine = "heads/line"
  static let headProof = "heads/proof"

  /// - Parameter part: `leaf`, `tlog-proof`, `opening` or `json`.
  static func event(_ position: Position, _ part: String) -> String {
    "events/\(PacketText.padded(position)).\(part)"
  }
  static func seal(_ part: String) -> String { "heads/seal.\(part)" }
  static func rotation(_ position: Position, _ part: String) -> String {
    "keys/\(PacketText.padded(position)).\(part)"
  }
  static func reference(_ position: Position, _ part: String) -> String {
    "references/\(PacketText.padded(position)).\(part)"
  }
  static func stamp(_ size: UInt64, _ sha256: TreeHash) -> String {
    "bracket/\(size)-\(sha256.hex.prefix(16)).tsr"
  }
  static func bracket(_ size: UInt64, _ part: String) -> String { "bracket/\(size).\(part)" }
}
