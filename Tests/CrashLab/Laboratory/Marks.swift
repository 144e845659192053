import EventLog
import Foundation
import TransparencyLog

/// What a program has told others, one line each, written before it went on.
struct Marks: Sendable {
  /// The positions of each client's acknowledged requests, by number.
  var acknowledged: [UInt64: [Range<UInt64>]] = [:]
  /// Checkpoints that were handed out.
  var signed: [TreeHead] = []
  /// Errors that requests ended with.
  var failures: [String] = []
  /// What the program itself found wrong.
  var problems: [Problem] = []
  /// Any other words, such as `established`.
  var words: Set<String> = []

  init(_ lines: some Sequence<String>) {
    for line in lines { add(line) }
  }

  init(file: String) {
    let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    self.init(text.split(separator: "\n").map(String.init))
  }

  private mutating func add(_ line: String) {
    let words = line.split(whereSeparator: { $0 == " " || $0 == "\n" })
    let numbers = words.compactMap { UInt64($0) }
    switch words.first {
    case "acknowledged" where numbers.count == 4:
      var known = acknowledged[numbers[0], default: []]
      // A retry of the last one in a later life of the program.
      if numbers[1] == UInt64(known.count) {
        known.append(numbers[2]..<numbers[2] + numbers[3])
        acknowledged[numbers[0]] = known
      }
    case "signed" where numbers.count == 1 && words.count == 3:
      if let root = TreeHash(base64: String(words[2])) {
        signed.append(TreeHead(size: numbers[0], root: root))
      }
    case "failed": failures.append(String(line.dropFirst(7)))
    case "problem": problems.append(Problem(String(line.dropFirst(8))))
    default: self.words.insert(line.trimmingCharacters(in: .newlines))
    }
  }
}

/// Writes marks. Each is one write, which the recorder puts into the trace.
final class MarkFile: Sendable {
  private let file: Int32

  init(_ path: String) throws {
    file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  deinit { close(file) }

  func acknowledge(_ client: UInt64, _ number: UInt64, _ positions: Range<UInt64>) {
    line("acknowledged \(client) \(number) \(positions.lowerBound) \(positions.count)")
  }

  func signed(_ checkpoint: Checkpoint) {
    line("signed \(checkpoint.size) \(checkpoint.root.base64)")
  }

  func failed(_ error: any Error) {
    line("failed \("\(error)".replacing("\n", with: " "))")
  }

  func problem(_ kind: Problem.Kind, _ detail: String) {
    line("problem \(Problem(kind, detail))".replacing("\n", with: " "))
  }

  func line(_ text: String) {
    let bytes = Array("\(text)\n".utf8)
    _ = write(file, bytes, bytes.count)
  }
}
