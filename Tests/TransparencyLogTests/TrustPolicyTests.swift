import Testing
import TransparencyLog

@Suite("trust policies")
struct TrustPolicyTests {
  let log: SigningKey
  let witnesses: [SigningKey]
  let tree = StoredTree(size: 9)
  let note: SignedNote

  init() throws {
    log = try SigningKey(
      name: KeyName("clinic.example/log/1"), kind: .log, seed: Array(repeating: 9, count: 32))
    witnesses = try (1...4).map { number in
      try SigningKey(
        name: KeyName("w\(number).example"), kind: .witness,
        seed: Array(repeating: UInt8(number), count: 32))
    }
    note = try Checkpoint(
      origin: "clinic.example/log/1", size: 9, root: tree.frontier.root
    ).signed(by: log)
  }

  private func policy(_ rules: String) throws -> TrustPolicy {
    let names = witnesses.indices.map { "witness w\($0 + 1) \(witnesses[$0].verifierKey)\n" }
    return try TrustPolicy(
      parsing: Array("log \(log.verifierKey)\n\(names.joined())\(rules)".utf8))
  }

  private func cosigned(by numbers: [Int]) throws -> SignedNote {
    try numbers.reduce(note) { note, number in
      try note.adding(witnesses[number - 1].cosign(Checkpoint(parsing: note.text), at: 7))
    }
  }

  @Test(
    "a quorum is reached by exactly the sets of witnesses that it describes",
    arguments: [
      ("quorum none\n", [[], [1]], []),
      ("quorum w2\n", [[2], [1, 2]], [[], [1], [1, 3, 4]]),
      ("group g any w1 w2\nquorum g\n", [[1], [2], [3, 1]], [[], [3, 4]]),
      ("group g all w1 w2\nquorum g\n", [[1, 2]], [[1], [2, 3]]),
      (
        " group\tg 2  w1 w2 w3 \n# two of three\n\nquorum g\n", [[1, 3], [2, 3]], [[1], [1, 4]]
      ),
      (
        "group a any w1 w2\ngroup b any w3 w4\ngroup g all a b\nquorum g\n",
        [[1, 3], [2, 4]], [[1, 2], [3, 4]]
      ),
    ] as [(String, [[Int]], [[Int]])])
  func quorums(rules: String, enough: [[Int]], tooFew: [[Int]]) throws {
    let policy = try policy(rules)
    for numbers in enough { _ = try policy.open(cosigned(by: numbers)) }
    for numbers in tooFew {
      let note = try cosigned(by: numbers)
      #expect(throws: EvidenceError.quorumMissed(cosigned: numbers.count)) {
        try policy.open(note)
      }
    }
  }

  @Test(
    "a policy that is not one is refused",
    arguments: [
      "", "quorum w9\n", "quorum none\nquorum none\n", "quorum none", "quorum\n",
      "group g 0 w1\nquorum g\n", "group g 2 w1\nquorum g\n", "group g any\nquorum g\n",
      "group g any w1 w1\nquorum g\n", "group w1 any w2\nquorum w1\n",
      "group none any w2\nquorum none\n", "group g any h\nquorum g\n", "group g 01 w1\nquorum g\n",
      "group g any w1\ngroup h all w1 w2\nquorum h\n", "quorum g\ngroup g any w1\n",
      "group g any none\nquorum g\n", "Quorum none\n", "quorum none\r\n", "quorum\u{0b}none\n",
      "witness w5 nonsense\nquorum none\n", "log nonsense\nquorum none\n",
    ])
  func malformed(rules: String) {
    #expect(throws: EvidenceError.self) { try policy(rules) }
  }

  @Test("keys of the wrong kind, or listed twice, are refused")
  func keys() {
    let (log, witness) = (log.verifierKey, witnesses[0].verifierKey)
    for rules in [
      "log \(witness)\nquorum none\n", "witness x \(log)\nquorum none\n",
      "log \(log)\nquorum none\n", "witness x \(witness)\nquorum none\n",
    ] {
      #expect(throws: EvidenceError.self) { try policy(rules) }
    }
  }

  @Test("proofs are checked under the log's own name, and no proof survives a flipped bit")
  func proofs() throws {
    let policy = try policy("quorum w1\n")
    let cosigned = try cosigned(by: [1])
    let inclusion = try InclusionProofFile(proof: tree.inclusion(6, in: 9), checkpoint: cosigned)
    try policy.check(inclusion, leaf: tree.leaves[6])
    let consistency = try ConsistencyProofFile(proof: tree.consistency(5, 9), checkpoint: cosigned)
    let old = try Checkpoint(
      origin: "clinic.example/log/1", size: 5, root: tree.root(size: 5)
    ).signed(by: log)
    let oldCosigned = try old.adding(witnesses[0].cosign(Checkpoint(parsing: old.text), at: 3))
    try policy.check(consistency, old: oldCosigned)
    #expect(throws: EvidenceError.quorumMissed(cosigned: 0)) {
      try policy.check(consistency, old: old)
    }
    #expect(throws: EvidenceError.self) { try policy.check(consistency, old: cosigned) }
    #expect(throws: EvidenceError.rootMismatch(treeSize: 9)) {
      try policy.check(inclusion, leaf: tree.leaves[5])
    }
    try expectFlipsRefused(inclusion.encoded) {
      try policy.check(InclusionProofFile(parsing: $0), leaf: tree.leaves[6])
    }
    try expectFlipsRefused(consistency.encoded) {
      try policy.check(ConsistencyProofFile(parsing: $0), old: oldCosigned)
    }
    try expectFlipsRefused(oldCosigned.encoded) {
      try policy.check(consistency, old: SignedNote(parsing: $0))
    }
  }

  @Test("another log's key does not speak for this log")
  func otherLog() throws {
    let other = try SigningKey.generate(name: KeyName("clinic.example/log/2"), kind: .log)
    let forged = try Checkpoint(
      origin: "clinic.example/log/1", size: 9, root: tree.frontier.root
    ).signed(by: other)
    let both = try TrustPolicy(
      parsing: Array("log \(log.verifierKey)\nlog \(other.verifierKey)\nquorum none\n".utf8))
    #expect(throws: EvidenceError.unsigned(by: [log.verifierKey.name])) { try both.open(forged) }
    let onlyOther = try TrustPolicy(
      parsing: Array("log \(other.verifierKey)\nquorum none\n".utf8))
    #expect(throws: EvidenceError.wrongOrigin) { try onlyOther.open(note) }
  }

  private func expectFlipsRefused<Trusted>(
    _ bytes: [UInt8], _ check: ([UInt8]) throws -> Trusted
  ) throws {
    for index in bytes.indices {
      for bit in 0..<8 {
        var altered = bytes
        altered[index] ^= 1 << UInt8(bit)
        #expect(throws: EvidenceError.self, "bit \(bit) of byte \(index)") { try check(altered) }
      }
    }
  }
}
