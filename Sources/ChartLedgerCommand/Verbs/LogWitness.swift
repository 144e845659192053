import Anchoring
import ArgumentParser
import Backend
import Foundation
import Reports
import TransparencyLog

/// `chartledger log witness`: a second pair of eyes on another machine.
struct LogWitness: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "witness",
    abstract: "Have checkpoints cosigned by somebody outside, through files.",
    discussion: """
      A witness cosigns a checkpoint only when it extends the one it cosigned before: the log can \
      then neither be rewritten nor show different people different histories.

      On the witness's machine (an accountant's, say), once:
        chartledger log witness init --name accountant.example/w1 --out witness
      The clinic:      log witness request --for VKEY --out request
      The witness:     log witness sign --state witness --request request --log-vkey VKEY > answer
      The clinic:      log witness attach answer --witness VKEY
      """,
    subcommands: [
      WitnessInit.self, WitnessSign.self, WitnessRequest.self, WitnessAttach.self,
      WitnessVerify.self,
    ])
}

/// Reads a verifier key of the right kind from the command line.
private func verifierKey(_ text: String, _ kind: KeyKind) throws -> VerifierKey {
  let key = try VerifierKey(text)
  guard key.kind == kind else { throw EvidenceError.wrongKeyKind(key.name) }
  return key
}

struct WitnessInit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make a new witness: its key and its memory.",
    discussion: """
      Prints the key that the clinics configure. Keep the folder: a witness that has lost its \
      memory must never sign again, and `sign` refuses it.
      """)

  @Option(help: "The witness's name, such as accountant.example/w1; never used before.")
  var name: String
  @Option(help: "The folder to make.") var out: String

  func run() async throws {
    let key = try WitnessFolder(out).create(name: KeyName(name))
    try Console.write("\(key)\n")
    Console.say("give this key to the clinics, and keep \(out) to yourself")
  }
}

struct WitnessSign: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign",
    abstract: "Cosign the checkpoint of a request; exit code 6 for a rollback or a fork.",
    discussion: """
      Take the log's key from elsewhere than the request, once, and keep it. The answer, a line, \
      goes to stdout or --out: send it back to the clinic.
      """)

  @Option(help: "The witness's folder, from `log witness init`.") var state: String
  @Option(help: "The clinic's request.", completion: .file()) var request: String
  @Option(help: "The log's verifier key; repeatable while keys are being replaced.")
  var logVkey: [String]
  @Option(help: "The file to write the answer to.") var out: String?

  func run() async throws {
    let keys = try logVkey.map { try verifierKey($0, .log) }
    guard let name = keys.first?.name, keys.allSatisfy({ $0.name == name }) else {
      throw UsageError("give the keys of one log", hint: "repeat --log-vkey for one name only")
    }
    let request = try ConsistencyProofFile(parsing: EvidenceFiles.read(request))
    let trust = try LogTrust(origin: name.description, logKeys: keys)
    let cosignature = try WitnessFolder(state).cosign(
      request, trust: trust, at: UInt64(max(0, Date().timeIntervalSince1970)))
    try EvidenceFiles.write(cosignature.line, to: out)
  }
}

struct WitnessRequest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "request",
    abstract: "Write the request with which a witness cosigns the newest checkpoint.")

  @Option(
    name: [.customLong("for"), .customLong("witness")],
    help: "The witness's key: the request begins where it signed last.")
  var witness: String?
  @Option(help: "Or the size to begin at, which a witness names when it refuses; 0 is nothing.")
  var oldSize: UInt64?
  @Option(help: "The file to write; by default stdout.") var out: String?
  @OptionGroup var data: DataOption

  func validate() throws {
    guard (witness == nil) != (oldSize == nil) else {
      throw ValidationError("give either --for or --old-size")
    }
  }

  func run() async throws {
    let backend = try data.open()
    let note = try backend.newestCheckpoint().note
    let start = try oldSize ?? lastSize(of: verifierKey(witness ?? "", .witness), backend)
    try EvidenceFiles.write(backend.consistencyProof(from: start, to: note).encoded, to: out)
  }

  /// The size of the largest checkpoint that the witness has cosigned; 0 for none.
  private func lastSize(of witness: VerifierKey, _ backend: Backend) throws -> UInt64 {
    let cosigned = try backend.checkpoints().last { note in
      do {
        return !(try note.verify(with: [witness])).isEmpty
      } catch EvidenceError.unsigned { return false }
    }
    return try cosigned.map { try Checkpoint(parsing: $0.text).size } ?? 0
  }
}

/// A witness's answer and the key it must be signed with.
struct AnswerArguments: ParsableArguments {
  @Argument(help: "The witness's answer.", completion: .file()) var file: String
  @Option(
    name: [.customLong("witness"), .customLong("for")],
    help: "The witness's key, as it was given to you.")
  var witness: String

  /// The released checkpoint that was cosigned, with the cosignature.
  func match(among notes: [SignedNote]) throws -> (note: SignedNote, isNew: Bool) {
    let key = try verifierKey(witness, .witness)
    let answer = try EvidenceFiles.read(file)
    for note in notes.reversed() {
      do {
        let cosigned = try note.adding(cosignatures: answer, by: key)
        return (cosigned, cosigned != note)
      } catch EvidenceError.invalidSignature { continue }
    }
    throw Finding(
      text: "this is no cosignature by \(key.name) of a checkpoint that was released here",
      hint: "send the witness a new request and attach its answer")
  }

  func say(_ note: SignedNote) throws {
    let key = try verifierKey(witness, .witness)
    let checkpoint = try Checkpoint(parsing: note.text)
    for signature in try note.verify(with: [key]) {
      Console.say(
        "\(key.name) cosigned \(checkpoint.size) entries at \(LogAnchor.time(signature.time))")
    }
  }
}

struct WitnessAttach: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach", abstract: "Check a witness's answer and keep it with its checkpoint.")

  @OptionGroup var answer: AnswerArguments
  @OptionGroup var data: DataOption

  func run() async throws {
    let backend = try data.open()
    let found = try answer.match(among: backend.checkpoints())
    if found.isNew { try backend.attachCosignature(found.note) }
    try answer.say(found.note)
    if !found.isNew { Console.say("it was attached before; nothing changed") }
  }
}

struct WitnessVerify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check a witness's answer against the clinic's checkpoints, or against one file.",
    discussion: "Prints the cosigned checkpoint. Exit code 6 if the cosignature is not of it.")

  @OptionGroup var answer: AnswerArguments
  @Option(help: "A checkpoint to check against, without the clinic's data.", completion: .file())
  var checkpoint: String?
  @OptionGroup var data: DataOption

  func run() async throws {
    let notes =
      if let checkpoint {
        [try SignedNote(parsing: EvidenceFiles.read(checkpoint))]
      } else {
        try data.open().checkpoints()
      }
    let found = try answer.match(among: notes)
    try Console.write(found.note.encoded)
    try answer.say(found.note)
  }
}
