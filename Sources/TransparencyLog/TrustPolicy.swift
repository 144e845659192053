/// Which logs a reader accepts and which witnesses must have cosigned (C2SP tlog-policy).
///
///     log <verifier key>
///     witness accountant <verifier key>
///     group both all accountant insurer
///     quorum both
///
/// The file must reach the reader by another way than the evidence: an engagement letter, the
/// first printed day-close sheet. A packet that brings its own keys proves nothing.
public struct TrustPolicy: Hashable, Sendable {
  public let logKeys: [VerifierKey]
  public let witnesses: [VerifierKey]
  private let quorum: Quorum

  /// Files with more lines are refused unread.
  public static let maximumLineCount = 10_000

  /// Parses the exact bytes of a policy file.
  public init(parsing bytes: some Collection<UInt8>) throws(EvidenceError) {
    var parser = PolicyParser()
    var reader = LineReader(bytes, format: .trustPolicy)
    var number = 0
    while !reader.isAtEnd {
      number += 1
      guard number <= Self.maximumLineCount else {
        throw .malformed(.trustPolicy, reason: "it has too many lines")
      }
      try parser.read(try reader.next("end"), number: number)
    }
    guard let quorum = parser.quorum else {
      throw .malformed(.trustPolicy, reason: "it has no line with the quorum")
    }
    logKeys = parser.logKeys
    witnesses = parser.witnesses
    self.quorum = quorum
  }

  /// Trusts one log's signature alone.
  public init(log: VerifierKey) throws(EvidenceError) {
    guard log.kind == .log else { throw .wrongKeyKind(log.name) }
    (logKeys, witnesses, quorum) = ([log], [], .none)
  }

  /// The same witnesses and quorum, with other keys of the log: where one is known to have handed
  /// over to another.
  ///
  /// - Parameter logKeys: of the kind `.log`.
  public func trusting(logKeys: [VerifierKey]) -> TrustPolicy {
    TrustPolicy(logKeys: logKeys, witnesses: witnesses, quorum: quorum)
  }

  private init(logKeys: [VerifierKey], witnesses: [VerifierKey], quorum: Quorum) {
    (self.logKeys, self.witnesses, self.quorum) = (logKeys, witnesses, quorum)
  }

  /// Opens a checkpoint that is going to be proved to lie in the past of one opened by ``open(_:)``,
  /// for which the quorum has spoken already.
  public func openPast(_ note: SignedNote) throws(EvidenceError) -> TrustedCheckpoint {
    try trust(in: note).open(note)
  }

  /// Opens a checkpoint: throws unless a listed log signed it under its own name and the quorum of
  /// witnesses cosigned it.
  public func open(_ note: SignedNote) throws(EvidenceError) -> TrustedCheckpoint {
    let trusted = try openPast(note)
    let cosigners = Set(trusted.cosignatures.map(\.key))
    guard quorum.isReached(by: cosigners) else { throw .quorumMissed(cosigned: cosigners.count) }
    return trusted
  }

  /// Throws unless an accepted log contains `leaf` at the place that the file states.
  @discardableResult
  public func check(
    _ file: InclusionProofFile, leaf: TreeHash
  ) throws(EvidenceError) -> TrustedCheckpoint {
    let trusted = try open(file.checkpoint)
    try file.verify(leaf: leaf, trust: trust(in: file.checkpoint))
    return trusted
  }

  /// Throws unless the file's checkpoint extends `old`, both being of one accepted log.
  @discardableResult
  public func check(
    _ file: ConsistencyProofFile, old: SignedNote
  ) throws(EvidenceError) -> (old: TrustedCheckpoint, new: TrustedCheckpoint) {
    let trusted = (old: try open(old), new: try open(file.checkpoint))
    guard trusted.old.checkpoint.hasOrigin(trusted.new.checkpoint.origin) else {
      throw .wrongOrigin
    }
    guard trusted.old.checkpoint.size == file.oldSize else {
      throw .malformed(
        .consistencyProof, reason: "it begins at another tree size than the old checkpoint has")
    }
    try file.verify(oldRoot: trusted.old.checkpoint.root, trust: trust(in: file.checkpoint))
    return trusted
  }

  /// Trust in the one log that the note claims to be of; a log's key name is its origin.
  private func trust(in note: SignedNote) throws(EvidenceError) -> LogTrust {
    let checkpoint = try Checkpoint(parsing: note.text)
    let keys = logKeys.filter { checkpoint.hasOrigin($0.name.description) }
    guard !keys.isEmpty else { throw .wrongOrigin }
    return try LogTrust(origin: checkpoint.origin, logKeys: keys, witnesses: witnesses)
  }
}

/// The rule that says which sets of cosigners suffice.
private indirect enum Quorum: Hashable, Sendable {
  case none
  case witness(VerifierKey)
  case group(required: Int, members: [Quorum])

  func isReached(by cosigners: Set<VerifierKey>) -> Bool {
    switch self {
    case .none: true
    case .witness(let key): cosigners.contains(key)
    case .group(let required, let members):
      members.count { $0.isReached(by: cosigners) } >= required
    }
  }
}

/// Collects the lines of a policy; each may refer only to those before it.
private struct PolicyParser {
  var logKeys: [VerifierKey] = []
  var witnesses: [VerifierKey] = []
  var quorum: Quorum?
  /// By name; names are bytes, not text.
  private var defined: [[UInt8]: Quorum] = [:]
  private var grouped: Set<[UInt8]> = []

  mutating func read(_ line: ArraySlice<UInt8>, number: Int) throws(EvidenceError) {
    func refused(_ reason: String) -> EvidenceError {
      .malformed(.trustPolicy, reason: "line \(number) \(reason)")
    }
    guard line.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7f) }) else {
      throw refused("has control characters")
    }
    let words = line.split { $0 == 0x20 || $0 == 0x09 }.map(Array.init)
    guard let keyword = words.first, keyword.first != UInt8(ascii: "#") else { return }
    switch (String(validating: keyword, as: UTF8.self), words.count) {
    case ("log", 2...3):
      let key = try key(words[1], kind: .log, notIn: logKeys, refused)
      logKeys.append(key)
    case ("witness", 3...4):
      let key = try key(words[2], kind: .witness, notIn: witnesses, refused)
      try define(words[1], .witness(key), refused)
      witnesses.append(key)
    case ("group", 4...):
      let names = words[3...]
      var members: [Quorum] = []
      for name in names {
        guard let member = defined[name] else { throw refused("names an unknown member") }
        guard grouped.insert(name).inserted else { throw refused("uses a member twice") }
        members.append(member)
      }
      let required: Int? =
        switch String(validating: words[2], as: UTF8.self) {
        case "any": 1
        case "all": members.count
        default: StrictText.decimal(words[2]).flatMap { Int(exactly: $0) }
        }
      guard let required, (1...members.count).contains(required) else {
        throw refused("asks for an impossible number of members")
      }
      try define(words[1], .group(required: required, members: members), refused)
    case ("quorum", 2):
      guard quorum == nil else { throw refused("states a second quorum") }
      let rule = words[1].elementsEqual("none".utf8) ? Quorum.none : defined[words[1]]
      guard let rule else { throw refused("names an unknown quorum") }
      quorum = rule
    default: throw refused("is no log, witness, group or quorum")
    }
  }

  private mutating func define(
    _ name: [UInt8], _ rule: Quorum, _ refused: (String) -> EvidenceError
  ) throws(EvidenceError) {
    guard !name.elementsEqual("none".utf8), defined.updateValue(rule, forKey: name) == nil else {
      throw refused("defines a name that is taken")
    }
  }

  private func key(
    _ word: [UInt8], kind: KeyKind, notIn known: [VerifierKey],
    _ refused: (String) -> EvidenceError
  ) throws(EvidenceError) -> VerifierKey {
    guard let text = String(validating: word, as: UTF8.self) else {
      throw refused("has a key that is not text")
    }
    let key = try VerifierKey(text)
    guard key.kind == kind else { throw .wrongKeyKind(key.name) }
    // By the key itself: one signer under two names is one signer.
    guard !known.contains(where: { $0.publicKey == key.publicKey }) else {
      throw refused("repeats a key")
    }
    return key
  }
}
