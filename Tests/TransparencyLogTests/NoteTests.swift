import Foundation
import TestSupport
import Testing
import TransparencyLog

@Suite("signed notes")
struct NoteTests {
  let log: SigningKey
  let witness: SigningKey
  let checkpoint: Checkpoint

  init() throws {
    log = try SigningKey(
      name: KeyName("clinic.example/log/1"), kind: .log, seed: Array(repeating: 1, count: 32))
    witness = try SigningKey(
      name: KeyName("witness.example"), kind: .witness, seed: Array(repeating: 2, count: 32))
    checkpoint = try Checkpoint(
      origin: "clinic.example/log/1", size: 7, root: StoredTree(size: 7).frontier.root)
  }

  @Test(
    "the example of the specification verifies",
    .enabled(if: Fixtures.directory != nil, "skipped: ../shared/fixtures is not on this machine"))
  func specificationExample() throws {
    struct Example: Decodable { let vkey, note: String }
    let url = try #require(Fixtures.url("tlog/signed-note-example.json"))
    let example = try JSONDecoder().decode(Example.self, from: Data(contentsOf: url))
    let key = try VerifierKey(example.vkey)
    #expect(key.description == example.vkey)
    let note = try SignedNote(parsing: Array(example.note.utf8))
    #expect(note.text == Array("This is an example message.\n".utf8))
    #expect(note.encoded == Array(example.note.utf8))
    #expect(try note.verify(with: [key]).map(\.key) == [key])
  }

  @Test(
    "text that is not a note is refused",
    arguments: [
      "", "\n", "\n\n", "text\n", "text\n\n", "text\n\n\n", "\n\n\n",
      "text\n\n— name AAAAAAA=", "text\n— name AAAAAAA=\n", "text\n\n- name AAAAAAA=\n",
      "text\n\n—name AAAAAAA=\n", "text\n\n—  AAAAAAA=\n", "text\n\n— na me AAAAAAA=\n",
      "text\n\n— na+me AAAAAAA=\n", "text\n\n— na\u{2003}me AAAAAAA=\n", "text\n\n— name AAAAAAA\n",
      "text\n\n— name AAAAAAB=\n", "text\n\n— name AAAA\n", "text\n\n— name AAAAAAA= \n",
      "text\n\n— name  AAAAAAA=\n", "text\n\n— name AAAAAAA=\r\n", "te\rxt\n\n— name AAAAAAA=\n",
      "te\txt\n\n— name AAAAAAA=\n", "text\n\n— name AAAAAAA=\n\n", "text\n\n— name AAAAAAA=\nx",
      "text\n\nx\n— name AAAAAAA=\n", "te\0xt\n\n— name AAAAAAA=\n",
    ])
  func malformed(text: String) {
    #expect(throws: EvidenceError.self) { try SignedNote(parsing: Array(text.utf8)) }
  }

  @Test("a note may contain empty lines; the last one ends the text")
  func emptyLines() throws {
    let bytes = Array("a\n\nb\n\n\n— name AAAAAAA=\n".utf8)
    let note = try SignedNote(parsing: bytes)
    #expect(note.text == Array("a\n\nb\n\n".utf8))
    #expect(note.encoded == bytes)
  }

  @Test(
    "a text that would read back as another one is not made into a note",
    arguments: ["", "text", "text\n\n— name AAAAAAA=", "te\rxt\n"])
  func unreadableText(text: String) throws {
    let signature = try log.sign(text: Array(text.utf8))
    #expect(throws: EvidenceError.self) {
      try SignedNote(text: Array(text.utf8), signatures: [signature])
    }
    #expect(throws: EvidenceError.self) {
      try SignedNote(text: Array("text\n".utf8), signatures: [])
    }
  }

  @Test("broken UTF-8, too many signatures and too many bytes are refused")
  func limits() throws {
    let line = Array("— name AAAAAAA=\n".utf8)
    func note(signatures: Int, text: [UInt8] = Array("text\n".utf8)) -> [UInt8] {
      text + [0x0a] + Array(repeatElement(line, count: signatures).joined())
    }
    #expect(try SignedNote(parsing: note(signatures: 16)).signatures.count == 16)
    #expect(throws: EvidenceError.self) { try SignedNote(parsing: note(signatures: 101)) }
    #expect(throws: EvidenceError.self) {
      try SignedNote(parsing: note(signatures: 1, text: [0xc3, 0x28, 0x0a]))
    }
    let large = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000) + [0x0a]
    #expect(throws: EvidenceError.self) {
      try SignedNote(parsing: note(signatures: 1, text: large))
    }
  }

  @Test("unknown signatures are ignored, a false one of a known key is not")
  func knownAndUnknown() throws {
    let stranger = try SigningKey.generate(name: KeyName("stranger.example"), kind: .log)
    let signed = try checkpoint.signed(by: log)
    let both = try signed.adding(stranger.sign(text: signed.text))
    #expect(try both.verify(with: [log.verifierKey]).map(\.key) == [log.verifierKey])
    #expect(throws: EvidenceError.unsigned(by: [witness.verifierKey.name])) {
      try both.verify(with: [witness.verifierKey])
    }
    #expect(throws: EvidenceError.unsigned(by: [])) { try both.verify(with: []) }

    let elsewhere = try stranger.sign(text: Array("another text\n".utf8))
    let forged = try signed.adding(elsewhere)
    _ = try forged.verify(with: [log.verifierKey])
    #expect(throws: EvidenceError.invalidSignature(by: stranger.verifierKey.name)) {
      try forged.verify(with: [log.verifierKey, stranger.verifierKey])
    }
  }

  @Test("a witness signs exactly the message of the specification")
  func cosignatureMessage() throws {
    let cosignature = try witness.cosign(checkpoint, at: 1_679_315_147)
    #expect(cosignature.bytes.count == 72)
    #expect(Array(cosignature.bytes.prefix(8)) == [0, 0, 0, 0, 0x64, 0x18, 0x50, 0xcb])
    let message = Array("cosignature/v1\ntime 1679315147\n".utf8) + checkpoint.text
    // The same key pair in the role of a log: what it verifies is the message itself.
    let plain = try VerifierKey(
      name: witness.verifierKey.name, kind: .log, publicKey: witness.verifierKey.publicKey)
    let signature = NoteSignature(
      name: plain.name, keyID: plain.id, bytes: Array(cosignature.bytes.dropFirst(8)))
    _ = try SignedNote(text: message, signatures: [signature]).verify(with: [plain])

    let note = try checkpoint.signed(by: log).adding(cosignature)
    let verified = try note.verify(with: [log.verifierKey, witness.verifierKey])
    #expect(verified.map(\.time) == [nil, 1_679_315_147])
  }

  @Test("a key signs only what its kind allows")
  func kinds() throws {
    #expect(throws: EvidenceError.wrongKeyKind(witness.verifierKey.name)) {
      try witness.sign(text: checkpoint.text)
    }
    #expect(throws: EvidenceError.wrongKeyKind(log.verifierKey.name)) {
      try log.cosign(checkpoint, at: 0)
    }
    #expect(throws: EvidenceError.self) { try witness.cosign(checkpoint, at: 1 << 63) }
  }

  @Test("trust asks for the log, its origin and enough different witnesses")
  func trust() throws {
    let note = try checkpoint.signed(by: log)
    let cosigned = try note.adding(witness.cosign(checkpoint, at: 5))
      .adding(witness.cosign(checkpoint, at: 6))
    func trust(origin: String = "clinic.example/log/1", required: Int) throws -> LogTrust {
      try LogTrust(
        origin: origin, logKeys: [log.verifierKey], witnesses: [witness.verifierKey],
        requiredWitnesses: required)
    }
    #expect(try trust(required: 0).open(note).checkpoint == checkpoint)
    #expect(try trust(required: 1).open(cosigned).cosignatures.map(\.time) == [5, 6])
    #expect(throws: EvidenceError.tooFewWitnesses(found: 0, required: 1)) {
      try trust(required: 1).open(note)
    }
    #expect(throws: EvidenceError.tooFewWitnesses(found: 1, required: 2)) {
      try trust(required: 2).open(cosigned)
    }
    #expect(throws: EvidenceError.wrongOrigin) {
      try trust(origin: "clinic.example/log/2", required: 0).open(note)
    }
    let witnessOnly = try SignedNote(
      text: checkpoint.text, signatures: [witness.cosign(checkpoint, at: 5)])
    #expect(throws: EvidenceError.unsigned(by: [log.verifierKey.name])) {
      try trust(required: 1).open(witnessOnly)
    }
    #expect(throws: EvidenceError.wrongKeyKind(witness.verifierKey.name)) {
      try LogTrust(origin: "x", logKeys: [witness.verifierKey])
    }
  }
}

@Suite("keys")
struct KeyTests {
  static let encoded =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"

  @Test("no part of a verifier key and no key with one byte changed is accepted")
  func manglings() throws {
    let bytes = Array(Self.encoded.utf8)
    _ = try VerifierKey(Self.encoded)
    for start in bytes.indices {
      for end in start...bytes.count where end - start < bytes.count {
        let part = String(decoding: bytes[start..<end], as: UTF8.self)
        #expect(throws: EvidenceError.self) { try VerifierKey(part) }
      }
      for bit in 0..<7 {
        var changed = bytes
        changed[start] ^= 1 << UInt8(bit)
        let text = String(decoding: changed, as: UTF8.self)
        #expect(throws: EvidenceError.self) { try VerifierKey(text) }
      }
    }
  }

  @Test("a generated key survives being written and read", arguments: [KeyKind.log, .witness])
  func roundTrip(kind: KeyKind) throws {
    let key = try SigningKey.generate(name: KeyName("clinic.example/log/1"), kind: kind)
    let read = try SigningKey(key.encodedSecret)
    #expect(read.verifierKey == key.verifierKey)
    #expect(try VerifierKey(key.verifierKey.description) == key.verifierKey)
    #expect(throws: EvidenceError.self) { try SigningKey(key.verifierKey.description) }
  }

  @Test("printing a signing key does not show its secret")
  func printing() throws {
    let key = try SigningKey.generate(name: KeyName("clinic.example/log/1"), kind: .log)
    let secret = try #require(key.encodedSecret.split(separator: "+", maxSplits: 4).last)
    var dumped = ""
    dump(key, to: &dumped)
    for shown in ["\(key)", String(reflecting: key), dumped] {
      #expect(!shown.contains(secret))
    }
  }

  @Test(
    "names that only look the same are different",
    arguments: ["", "a b", "a+b", "a\nb", "a\u{a0}b"])
  func names(invalid: String) throws {
    #expect(throws: EvidenceError.self) { try KeyName(invalid) }
    #expect(try KeyName("caf\u{e9}") != KeyName("cafe\u{301}"))
    #expect("caf\u{e9}" == "cafe\u{301}")
  }
}

@Suite("checkpoints")
struct CheckpointTests {
  static let root = "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs="

  @Test(
    "text that is not a checkpoint is refused",
    arguments: [
      "", "\n", "log\n15\n", "log\n15\n\(root)", "\n15\n\(root)\n", "log\n015\n\(root)\n",
      "log\n+15\n\(root)\n", "log\n-1\n\(root)\n", "log\n\n\(root)\n", "log\n1 5\n\(root)\n",
      "log\n18446744073709551616\n\(root)\n", "log\n99999999999999999999\n\(root)\n",
      "log\n15\nAAAA\n", "log\n15\n\(root)=\n", "log\n15\n\(root)\n\n", "log\n15\n\(root)\nx\n\n",
      "lo\tg\n15\n\(root)\n", "log\r\n15\r\n\(root)\r\n", "log\n١٥\n\(root)\n",
    ])
  func malformed(text: String) {
    #expect(throws: EvidenceError.self) { try Checkpoint(parsing: Array(text.utf8)) }
  }

  @Test(
    "a checkpoint is written exactly as it was read",
    arguments: [
      "log\n0\n\(root)\n", "a log with spaces\n18446744073709551615\n\(root)\n",
      "log\n15\n\(root)\nan extension\nanother\n",
    ])
  func roundTrip(text: String) throws {
    #expect(try Checkpoint(parsing: Array(text.utf8)).text == Array(text.utf8))
  }

  @Test("an origin of several lines, or of none, is refused", arguments: ["", "a\nb", "a\u{0}"])
  func origin(invalid: String) {
    #expect(throws: EvidenceError.self) {
      try Checkpoint(origin: invalid, size: 0, root: .emptyTree)
    }
    #expect(throws: EvidenceError.self) {
      try Checkpoint(origin: "log", size: 0, root: .emptyTree, extensionLines: [invalid])
    }
  }

  @Test("origins are compared byte by byte")
  func originBytes() throws {
    let checkpoint = try Checkpoint(origin: "caf\u{e9}", size: 0, root: .emptyTree)
    #expect(checkpoint.hasOrigin("caf\u{e9}"))
    #expect(!checkpoint.hasOrigin("cafe\u{301}"))
  }
}
