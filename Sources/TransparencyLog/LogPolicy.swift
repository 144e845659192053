/// Which logs a reader trusts and which witnesses must have cosigned, as a text file
/// (C2SP tlog-policy).
///
/// It must reach the reader by another way than the evidence that it judges.
public struct LogPolicy: Hashable, Sendable {
  public let logs: [VerifierKey]
  public let witnesses: [VerifierKey]
  private let quorum: Quorum

  /// What must have cosigned; a group holds when enough of its members do.
  private indirect enum Quorum: Hashable, Sendable {
    case witness(VerifierKey)
    case group(threshold: Int, [Quorum])

    func isMet(by cosigners: Set<[UInt8]>) -> Bool {
      switch self {
      case .witness(let key): cosigners.contains(key.publicKey)
      case .group(let threshold, let members):
        members.count { $0.isMet(by: cosigners) } >= threshold
      }
    }

    /// The fewest cosignatures that meet it.
    var fewest: Int {
      switch self {
      case .witness: 1
      case .group(let threshold, let members):
        members.map(\.fewest).sorted().prefix(threshold).reduce(0, +)
      }
    }
  }

  /// Larger files are refused unread.
  public static let maximumByteCount = 100_000

  /// Parses the exact bytes of a policy file; it must name at least one log.
  public init(parsing bytes: [UInt8]) throws(EvidenceError) {
    guard bytes.count <= Self.maximumByteCount,
      bytes.allSatisfy({ $0 == 0x09 || $0 == 0x0a || ($0 >= 0x20 && $0 != 0x7f) })
    else { throw Self.malformed("it is too large or has control characters") }
    guard bytes.isEmpty || bytes.last == StrictText.newline else {
      throw Self.malformed("its last line is unfinished")
    }
    var parser = Parser()
    for (index, line) in bytes.split(
      separator: StrictText.newline, omittingEmptySubsequences: false
    ).enumerated() {
      let words = line.split { $0 == 0x20 || $0 == 0x09 }.map(Array.init)
      guard let first = words.first, first.first != UInt8(ascii: "#") else { continue }
      guard try parser.take(words) else { throw Self.malformed("line \(index + 1) is wrong") }
    }
    guard let quorum = parser.quorum, !parser.logs.isEmpty else {
      throw Self.malformed("it needs a log and a quorum")
    }
    (logs, witnesses, self.quorum) = (parser.logs, parser.witnesses, quorum)
  }

  /// A policy that trusts a log's signature alone.
  public init(log: VerifierKey) throws(EvidenceError) {
    guard log.kind == .log else { throw .wrongKeyKind(log.name) }
    (logs, witnesses, quorum) = ([log], [], .group(threshold: 0, []))
  }

  private static func malformed(_ reason: String) -> EvidenceError {
    .malformed(.policy, reason: reason)
  }

  private struct Parser {
    var logs: [VerifierKey] = []
    var witnesses: [VerifierKey] = []
    var quorum: Quorum?
    private var named: [[UInt8]: Quorum] = [:]
    private var inGroup: Set<[UInt8]> = []
    private static let none = Array("none".utf8)

    /// False for a line that is none of the format's.
    mutating func take(_ words: [[UInt8]]) throws(EvidenceError) -> Bool {
      switch String(decoding: words[0], as: UTF8.self) {
      case "log":
        guard (2...3).contains(words.count) else { return false }
        let key = try Self.key(words[1], .log)
        guard !logs.contains(where: { $0.publicKey == key.publicKey }) else { return false }
        logs.append(key)
      case "witness":
        guard (3...4).contains(words.count), isNew(words[1]) else { return false }
        let key = try Self.key(words[2], .witness)
        guard !witnesses.contains(where: { $0.publicKey == key.publicKey }) else { return false }
        witnesses.append(key)
        named[words[1]] = .witness(key)
      case "group":
        guard words.count >= 4, isNew(words[1]) else { return false }
        var members: [Quorum] = []
        for name in words[3...] {
          guard let member = named[name], inGroup.insert(name).inserted else { return false }
          members.append(member)
        }
        let threshold: UInt64? =
          switch String(decoding: words[2], as: UTF8.self) {
          case "all": UInt64(members.count)
          case "any": 1
          default: StrictText.decimal(words[2])
          }
        guard let threshold, (1...UInt64(members.count)).contains(threshold) else { return false }
        named[words[1]] = .group(threshold: Int(threshold), members)
      case "quorum":
        guard words.count == 2, quorum == nil else { return false }
        quorum = words[1] == Self.none ? .group(threshold: 0, []) : named[words[1]]
        return quorum != nil
      default:
        return false
      }
      return true
    }

    private func isNew(_ name: [UInt8]) -> Bool { name != Self.none && named[name] == nil }

    private static func key(_ text: [UInt8], _ kind: KeyKind) throws(EvidenceError) -> VerifierKey {
      guard let text = StrictText.line(text) else {
        throw .malformed(.verifierKey, reason: "it is not UTF-8")
      }
      let key = try VerifierKey(text)
      guard key.kind == kind else { throw .wrongKeyKind(key.name) }
      return key
    }
  }

  /// Opens a checkpoint: throws unless one of the logs, whose name is the checkpoint's origin,
  /// signed it, the quorum cosigned it, and every signature of a known key is true.
  public func open(_ note: SignedNote) throws(EvidenceError) -> TrustedCheckpoint {
    let trusted = try openPast(note)
    let cosigners = Set(trusted.cosignatures.map(\.key.publicKey))
    guard quorum.isMet(by: cosigners) else {
      throw .tooFewWitnesses(found: cosigners.count, required: quorum.fewest)
    }
    return trusted
  }

  /// Opens a checkpoint that is going to be proved to lie in the past of one opened by ``open(_:)``,
  /// for which the quorum has spoken already.
  public func openPast(_ note: SignedNote) throws(EvidenceError) -> TrustedCheckpoint {
    let verified = try note.verify(with: logs + witnesses)
    let checkpoint = try Checkpoint(parsing: note.text)
    let signers = verified.filter { $0.key.kind == .log }
    guard !signers.isEmpty else { throw .unsigned(by: logs.map(\.name)) }
    guard signers.contains(where: { checkpoint.hasOrigin($0.key.name.description) }) else {
      throw .wrongOrigin
    }
    return TrustedCheckpoint(
      checkpoint: checkpoint, cosignatures: verified.filter { $0.key.kind == .witness })
  }
}
