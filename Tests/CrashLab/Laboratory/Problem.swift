/// Something that must never be found, and was.
public struct Problem: Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Sendable, CaseIterable {
    case cannotOpen = "cannot open"
    case lost = "acknowledged and lost"
    case halfVisible = "half visible"
    case duplicate
    case disorder = "out of order"
    case tree = "tree or index broken"
    case lock = "checkpoint without its events"
    case views = "views differ"
    case acceptedAfterStop = "accepted after the writer stopped"
    case message = "message of no use"
    /// On a disk that did not fail.
    case failed = "failed without a reason"
    case crashed
    case hung
    case notReproduced = "not reproduced from its seed"
    case recorder = "the recorder missed something"
  }

  public var kind: Kind
  public var detail: String

  public init(_ kind: Kind, _ detail: String) { (self.kind, self.detail) = (kind, detail) }
  public var description: String { "\(kind.rawValue): \(detail)" }

  /// Reads a description again.
  init(_ text: String) {
    let kind = Kind.allCases.first { text.hasPrefix("\($0.rawValue): ") }
    self.init(
      kind ?? .failed, kind.map { String(text.dropFirst($0.rawValue.count + 2)) } ?? text)
  }
}
