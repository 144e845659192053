import Testing
import TransparencyLog

@Suite("a witness")
struct WitnessTests {
  let tree = StoredTree(size: 30)
  let log: SigningKey
  let witness: SigningKey
  let trust: LogTrust

  init() throws {
    log = try SigningKey(
      name: KeyName("clinic.example/log/1"), kind: .log, seed: Array(repeating: 3, count: 32))
    witness = try SigningKey(
      name: KeyName("accountant.example/w1"), kind: .witness, seed: Array(repeating: 4, count: 32))
    trust = try LogTrust(origin: "clinic.example/log/1", logKeys: [log.verifierKey])
  }

  private func request(
    _ old: Int, _ new: Int, of tree: StoredTree, by key: SigningKey? = nil
  ) throws -> ConsistencyProofFile {
    let key = key ?? log
    let note = try Checkpoint(
      origin: key.verifierKey.name.description, size: UInt64(new), root: tree.root(size: new)
    ).signed(by: key)
    return try ConsistencyProofFile(
      proof: old == 0 ? nil : tree.consistency(old, new), checkpoint: note)
  }

  /// The state after these requests, one after the other.
  private func state(after sizes: [Int]) throws -> WitnessState {
    var state = try WitnessState(newWitness: witness.verifierKey)
    var last = 0
    for size in sizes {
      state = try state.admitting(request(last, size, of: tree), trust: trust)
      last = size
    }
    return state
  }

  @Test("cosigns a first checkpoint, its growth, and the same one again")
  func growth() throws {
    var state = try WitnessState(newWitness: witness.verifierKey)
    for (old, new) in [(0, 7), (7, 8), (8, 8), (8, 30)] {
      let request = try request(old, new, of: tree)
      let cosignature = try witness.answer(request, trust: trust, state: state, at: 5) {
        state = $0
      }
      let note = try request.checkpoint.adding(
        cosignatures: cosignature.line, by: witness.verifierKey)
      #expect(try note.verify(with: [witness.verifierKey]).map(\.time) == [5])
      #expect(try state.last(of: "clinic.example/log/1")?.size == UInt64(new))
      #expect(try WitnessState(parsing: state.encoded) == state)
    }
  }

  @Test("refuses a fork: another tree of the same size, or one that does not extend the first")
  func fork() throws {
    let state = try state(after: [9])
    var leaves = tree.leaves
    leaves[4] = .leaf(Array("a kinder version".utf8))
    let rewritten = StoredTree(leaves: leaves)
    #expect(throws: WitnessRefusal.fork(size: 9)) {
      try state.admitting(request(9, 9, of: rewritten), trust: trust)
    }
    #expect(throws: WitnessRefusal.fork(size: 9)) {
      try state.admitting(request(0, 9, of: rewritten), trust: trust)
    }
    #expect(throws: WitnessRefusal.notAnExtension(seen: 9, offered: 20)) {
      try state.admitting(request(9, 20, of: rewritten), trust: trust)
    }
  }

  @Test("refuses a rollback, and an old request sent again")
  func rollback() throws {
    let state = try state(after: [9, 20])
    #expect(throws: WitnessRefusal.rollback(seen: 20, offered: 9)) {
      try state.admitting(request(9, 9, of: tree), trust: trust)
    }
    #expect(throws: WitnessRefusal.rollback(seen: 20, offered: 9)) {
      try state.admitting(request(0, 9, of: tree), trust: trust)
    }
    #expect(throws: WitnessRefusal.otherStart(seen: 20, requested: 9)) {
      try state.admitting(request(9, 20, of: tree), trust: trust)
    }
    #expect(throws: WitnessRefusal.otherStart(seen: 20, requested: 0)) {
      try state.admitting(request(0, 30, of: tree), trust: trust)
    }
    let new = try WitnessState(newWitness: witness.verifierKey)
    #expect(throws: WitnessRefusal.otherStart(seen: 0, requested: 9)) {
      try new.admitting(request(9, 20, of: tree), trust: trust)
    }
  }

  @Test("refuses a wrong key, another log and a start after the end")
  func strangers() throws {
    let state = try state(after: [9])
    let name = log.verifierKey.name
    let impostor = try SigningKey.generate(name: name, kind: .log)
    #expect(throws: EvidenceError.unsigned(by: [name])) {
      try state.admitting(request(9, 20, of: tree, by: impostor), trust: trust)
    }
    let other = try SigningKey.generate(name: KeyName("clinic.example/log/2"), kind: .log)
    #expect(throws: EvidenceError.self) {
      try state.admitting(request(9, 20, of: tree, by: other), trust: trust)
    }
    let past = Array("old 10\n\n".utf8) + (try request(0, 9, of: tree)).checkpoint.encoded
    #expect(throws: EvidenceError.self) {
      try state.admitting(ConsistencyProofFile(parsing: past), trust: trust)
    }
    #expect(throws: EvidenceError.wrongKeyKind(name)) {
      try WitnessState(newWitness: log.verifierKey)
    }
  }

  @Test("keeps the logs of several clinics apart")
  func severalLogs() throws {
    let other = try SigningKey.generate(name: KeyName("clinic.example/log/0"), kind: .log)
    let otherTrust = try LogTrust(origin: "clinic.example/log/0", logKeys: [other.verifierKey])
    let state = try state(after: [9]).admitting(
      request(0, 4, of: tree, by: other), trust: otherTrust)
    #expect(try state.last(of: "clinic.example/log/0")?.size == 4)
    #expect(try state.last(of: "clinic.example/log/1")?.size == 9)
    #expect(try WitnessState(parsing: state.encoded) == state)
  }

  @Test("releases no cosignature when its state cannot be saved")
  func savesFirst() throws {
    struct DiskFull: Error {}
    let state = try state(after: [9])
    let request = try request(9, 20, of: tree)
    #expect(throws: DiskFull.self) {
      try witness.answer(request, trust: trust, state: state, at: 5) { _ in throw DiskFull() }
    }
    let stranger = try SigningKey.generate(name: KeyName("other.example"), kind: .witness)
    #expect(throws: WitnessRefusal.stateOfAnotherKey(stranger.verifierKey.name)) {
      try stranger.answer(request, trust: trust, state: state, at: 5) { _ in }
    }
  }

  @Test("does not believe a state with one bit changed, or cut short")
  func damagedState() throws {
    let bytes = try state(after: [9, 20]).encoded
    for index in bytes.indices {
      var altered = bytes
      altered[index] ^= 1 << UInt8(index % 8)
      #expect(throws: EvidenceError.self) { try WitnessState(parsing: altered) }
      #expect(throws: EvidenceError.self) { try WitnessState(parsing: bytes[..<index]) }
    }
    #expect(throws: EvidenceError.self) { try WitnessState(parsing: bytes + [0x0a]) }
  }

  @Test("a request with one bit changed gets no cosignature")
  func alteredRequest() throws {
    let state = try state(after: [9])
    let bytes = try request(9, 20, of: tree).encoded
    for index in bytes.indices {
      for bit in 0..<8 {
        var altered = bytes
        altered[index] ^= 1 << UInt8(bit)
        #expect(throws: (any Error).self, "at byte \(index)") {
          try state.admitting(ConsistencyProofFile(parsing: altered), trust: trust)
        }
      }
    }
  }

  @Test("an answer is taken only if it is of this checkpoint and by this witness")
  func answers() throws {
    let note = try request(0, 9, of: tree).checkpoint
    let checkpoint = try Checkpoint(parsing: note.text)
    let answer = try witness.cosign(checkpoint, at: 5).line
    let key = witness.verifierKey
    let once = try note.adding(cosignatures: answer, by: key)
    #expect(once.signatures.count == 2)
    #expect(try once.adding(cosignatures: answer, by: key) == once)
    #expect(try once.asReleased() == note)
    let other = try request(0, 8, of: tree).checkpoint
    #expect(throws: EvidenceError.invalidSignature(by: key.name)) {
      try other.adding(cosignatures: answer, by: key)
    }
    let stranger = try SigningKey.generate(name: key.name, kind: .witness)
    let forged = try stranger.cosign(checkpoint, at: 5).line
    #expect(throws: EvidenceError.unsigned(by: [key.name])) {
      try note.adding(cosignatures: forged, by: key)
    }
    // What else an answer brings along is left behind.
    #expect(try note.adding(cosignatures: forged + answer, by: key) == once)
    #expect(throws: EvidenceError.self) { try note.adding(cosignatures: [], by: key) }
  }
}
