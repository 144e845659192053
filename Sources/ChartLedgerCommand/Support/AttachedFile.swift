import Backend
import Foundation
import Practice

/// A file that comes with a command and is stored beside its event.
enum AttachedFile {
  static let help =
    "  --file  the pages, to be stored: PDF, TIFF, PNG or JPEG of at most "
    + "\(Backend.largestDocument >> 20) MiB; - is stdin; none when kept on paper"

  static func isTaken(by command: any Command.Type) -> Bool { command == ReceiveDocument.self }

  /// Takes `--file PATH` out of the words of a command.
  static func split(_ words: [String]) throws -> (path: String?, rest: [String]) {
    var rest: [String] = []
    var path: String?
    var remaining = words[...]
    while let word = remaining.popFirst() {
      guard word == "--file" || word.hasPrefix("--file=") else {
        rest.append(word)
        continue
      }
      guard path == nil else { throw UsageError("--file is given twice", hint: "give it once") }
      path = word == "--file" ? remaining.popFirst() : String(word.dropFirst("--file=".count))
      guard path?.isEmpty == false else {
        throw UsageError("--file needs a value", hint: "name the file, or - for stdin")
      }
    }
    return (path, rest)
  }

  /// - Throws: `Refusal` for one that is empty or too large, before all of it is read.
  static func read(_ path: String) throws -> [UInt8] {
    guard path != "-" else {
      let bytes = try FileHandle.standardInput.read(upToCount: Backend.largestDocument + 1)
      try Backend.requireDocumentSize(bytes?.count ?? 0)
      return Array(bytes ?? Data())
    }
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard let size = attributes?[.size] as? Int,
      attributes?[.type] as? FileAttributeType == .typeRegular
    else { throw UsageError("\(path) cannot be read", hint: "check the path") }
    try Backend.requireDocumentSize(size)
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw UsageError("\(path) cannot be read", hint: "check who may read it")
    }
    return Array(bytes)
  }
}
