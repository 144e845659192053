import Testing
import TransparencyLog

@Suite("Trust policies (C2SP tlog-policy)") struct PolicyTests {
  private let log: SigningKey
  private let witnesses: [SigningKey]
  private let checkpoint: Checkpoint

  init() throws {
    log = try SigningKey(name: KeyName("l"), kind: .log, seed: [UInt8](repeating: 1, count: 32))
    witnesses = try (0..<4).map {
      try SigningKey(
        name: KeyName("w\($0)"), kind: .witness, seed: [UInt8](repeating: UInt8($0 + 2), count: 32))
    }
    checkpoint = try Checkpoint(origin: "l", size: 3, root: .emptyTree)
  }

  private func policy(_ lines: String...) throws -> LogPolicy {
    let keys =
      ["log \(log.verifierKey)"] + witnesses.enumerated().map { "witness \($0) \($1.verifierKey)" }
    return try LogPolicy(parsing: Array(((keys + lines).joined(separator: "\n") + "\n").utf8))
  }

  private func note(by cosigners: [Int]) throws -> SignedNote {
    try cosigners.reduce(try checkpoint.signed(by: log)) {
      try $0.adding(witnesses[$1].cosign(checkpoint, at: 1_700_000_000))
    }
  }

  @Test(
    "a quorum is met by enough of each group's members",
    arguments: [
      ([], false), ([0, 1], false), ([2], false), ([0, 2], false), ([0, 1, 2], true),
      ([0, 1, 3], true), ([2, 3], false), ([0, 1, 2, 3], true),
    ])
  func quorum(cosigners: [Int], isEnough: Bool) throws {
    let policy = try policy("group a all 0 1", "group\tb any  2 3", " group c 2 a b", "quorum c")
    let note = try note(by: cosigners)
    if isEnough {
      #expect(try policy.open(note).cosignatures.count == cosigners.count)
    } else {
      #expect(throws: EvidenceError.tooFewWitnesses(found: cosigners.count, required: 3)) {
        try policy.open(note)
      }
    }
    #expect(try policy.openPast(note).checkpoint == checkpoint)
  }

  @Test("without witnesses the log's signature is enough, and is needed")
  func quorumNone() throws {
    let policy = try policy("# a comment", "", "quorum none")
    #expect(try policy.open(note(by: [])).checkpoint == checkpoint)
    let byWitness = try SignedNote(
      text: checkpoint.text, signatures: [witnesses[0].cosign(checkpoint, at: 5)])
    #expect(throws: EvidenceError.unsigned(by: [log.verifierKey.name])) {
      try policy.open(byWitness)
    }
  }

  @Test("a log signs for its own origin only")
  func origin() throws {
    let note = try Checkpoint(origin: "other", size: 3, root: .emptyTree).signed(by: log)
    #expect(throws: EvidenceError.wrongOrigin) { try policy("quorum none").open(note) }
  }

  @Test(
    "a policy that is not well-formed is refused",
    arguments: [
      "", "quorum", "quorum x", "quorum none\nquorum none", "quorum none\nfoo",
      "group g 0 0\nquorum g",
      "group g 2 0\nquorum g", "group g any\nquorum g", "group none any 0\nquorum none",
      "group g any 0 0\nquorum g", "group g any 0\ngroup h any 0\nquorum h",
      "group 0 any 1\nquorum 0",
      "quorum g\ngroup g any 0", "group g 01 0\nquorum g", "quorum\u{b}none", "quorum none\r",
      "group g +1 0\nquorum g", "quorum none none",
    ])
  func malformed(lines: String) {
    #expect(throws: EvidenceError.self) { try policy(lines) }
  }

  @Test("keys stand where they belong, once, and lines are finished")
  func keys() throws {
    let key = log.verifierKey
    let witness = witnesses[0].verifierKey
    for text in [
      "log \(witness)\nquorum none\n", "witness w \(key)\nlog \(key)\nquorum none\n",
      "log \(key)\nlog \(key)\nquorum none\n", "quorum none\n", "log \(key)\nquorum none",
      "log \(key)\nwitness none \(witness)\nquorum none\n",
    ] {
      #expect(throws: EvidenceError.self, "\(text)") { try LogPolicy(parsing: Array(text.utf8)) }
    }
  }
}
