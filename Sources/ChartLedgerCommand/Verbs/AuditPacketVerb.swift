import ArgumentParser
import AuditPacket
import Backend
import EventLog
import Foundation
import Practice
import Reports
import TransparencyLog

extension PacketProfile: ExpressibleByArgument {}

struct AuditPacketVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "packet",
    abstract: "A patient's record with its proofs, for a payer, the patient, the board or a court.",
    discussion: """
      The recipient checks it with `chartledger audit verify` or tools/verify-packet.py, without this \
      clinic. Issuing it records the disclosure (45 CFR 164.528).

      Example:
        chartledger audit packet --data clinic --by dana:biller --patient P-0001 \\
          --profile payer --recipient "Mutual Health" --address "1 Plaza, Newark NJ" \\
          --purpose "claim audit" --basis treatmentPaymentOperations --out packet.zip
      """)

  @OptionGroup var data: DataOption
  @OptionGroup var actor: ActorOption
  @OptionGroup var output: FormatOption
  @Option(help: "MRN or id.") var patient: String
  @Option(help: "First day whose events are shown; the others are proved to exist.")
  var from: String?
  @Option(help: "Last day whose events are shown.") var to: String?
  @Option(help: "Who may see what: payer, patient, board or court.") var profile: PacketProfile
  @Flag(help: "Show a payer the notes of the treatment too.") var withNotes = false
  @Option(help: "Who receives it.") var recipient: String
  @Option(help: "The recipient's address.") var address: String
  @Option(help: "What for.") var purpose: String
  @Option(
    help: ArgumentHelp(
      "Why the law allows it: "
        + DisclosureBasisChoice.allCases.map(\.rawValue).joined(separator: ", ") + "."))
  var basis: String
  @Option(help: "A new folder, or a file ending in .zip.", completion: .file()) var out: String

  func run() async throws {
    guard let basis = DisclosureBasisChoice.allCases.first(where: { $0.rawValue == basis }) else {
      throw UsageError(
        "--basis \(basis) is none of its words",
        hint: DisclosureBasisChoice.allCases.map(\.rawValue).joined(separator: ", "))
    }
    let days = (from: try from.map { try CivilDate($0) }, to: try to.map { try CivilDate($0) })
    if let first = days.from, let last = days.to, last < first {
      throw UsageError("--to \(last) is before --from \(first)", hint: "name the days in order")
    }
    let backend = try data.open()
    let person = try actor.actor(in: backend)
    try await backend.recordAccess(
      to: "audit.packet", [.required("patient", .patient, "")], ["patient": patient],
      by: Reader(person, channel: .cli), format: profile.rawValue,
      asOf: try backend.store.read { $0.head })
    var generator = SystemRandomNumberGenerator()
    let envelope = CommandEnvelope(
      id: CommandID.uuidV7(
        milliseconds: UInt64(Date().timeIntervalSince1970 * 1000), using: &generator),
      actor: person)
    let issued = try await backend.issuePacket(
      PacketRequest(
        patient: patient, profile: profile, withNotes: withNotes,
        from: days.from, to: days.to,
        recipient: recipient, address: address, purpose: purpose, basis: basis),
      envelope, to: out)
    Console.say("issued \(out); the disclosure is recorded")
    // Issuing has signed the clinic's log.
    if let warning = Signing.signAccess(backend) { Console.say(warning) }
    let keys = try backend.logKeys()
    Console.say(
      "the recipient needs a policy from you by another way, with this log:"
        + (keys.count > 1 ? " its key in force is the last one" : ""))
    for key in keys { Console.say("  log \(key)") }
    try Console.write(PacketListing.render(issued.verified, output.format))
  }
}

struct AuditVerifyVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check an audit packet, without a clinic; exit code 6 names the first fault.",
    discussion: """
      The policy (c2sp.org/tlog-policy) says which log and which witnesses you trust. Take it from \
      anywhere but the packet:

        log NAME+ID+KEY
        witness accountant NAME+ID+KEY
        quorum accountant                    (or: quorum none)

      No witness can have seen the checkpoint of a packet when it is issued. If the policy asks for \
      some, get from the clinic a proof that a checkpoint which they have cosigned since extends it \
      (log prove --from-size SIZE), and name it with --later.

      Examples:
        chartledger audit verify packet.zip --policy clinic.policy
        chartledger audit verify packet.zip --policy clinic.policy --later growth.proof
      """)

  @Argument(help: "A packet: folder or ZIP file.", completion: .file()) var packet: String
  @Option(help: "Whom you trust.", completion: .file()) var policy: String
  @Option(
    help: "A proof that a later checkpoint, cosigned by the policy's quorum, extends the packet's.",
    completion: .file())
  var later: String?
  @OptionGroup var output: FormatOption

  func run() async throws {
    guard let bytes = FileManager.default.contents(atPath: policy) else {
      throw UsageError("\(policy) cannot be read", hint: "check the path")
    }
    let trusted: TrustPolicy
    do { trusted = try TrustPolicy(parsing: [UInt8](bytes)) } catch {
      throw UsageError("\(error)", hint: "see `chartledger audit verify --help` for the form")
    }
    let proof = try later.map { try ConsistencyProofFile(parsing: EvidenceFiles.read($0)) }
    let verified: VerifiedPacket
    do {
      verified = try PacketVerifier(PacketFiles(reading: packet), policy: trusted, later: proof)
        .verify()
    } catch let fault as PacketFault {
      throw Finding(
        text: fault.description,
        hint: "do not rely on this packet; ask the clinic for a new one, or, if only witnesses are "
          + "missing, for the proof that --later takes")
    }
    try Console.write(PacketListing.render(verified, output.format))
  }
}

/// What a packet proves, as rows.
private enum PacketListing {
  static func render(_ packet: VerifiedPacket, _ format: ReportFormat) throws -> String {
    let contents = packet.contents
    var rows: [(String, String)] = [
      ("log", packet.origin), ("profile", contents.profile.rawValue),
      ("record", "\(contents.stream)"), ("complete up to position", "\(contents.asOf)"),
      ("events", "\(packet.events)"), ("shown", "\(packet.shown)"),
      ("withheld", "\(packet.events - packet.shown)"),
      ("flagged for their times", "\(packet.flagged)"),
      (
        "seal",
        "position \(packet.seal), recorded \(packet.sealedAt), over \(packet.streams) records"
      ),
    ]
    // Whoever seals an old state leaves out what came later.
    let between = packet.seal.rawValue &- contents.asOf.rawValue &- 1
    if between > 0 {
      rows.append(
        (
          "not covered",
          "\(between) events, of whomever, that were recorded after position \(contents.asOf) and "
            + "before the seal"
        ))
    }
    if packet.rotations > 0 {
      rows.append(
        (
          "keys",
          "\(packet.rotations) hand-over\(packet.rotations == 1 ? "" : "s"), signed by the old and "
            + "the new key"
        ))
    }
    for bracket in packet.brackets {
      rows.append(("bracket \(bracket.size)", cosigned(bracket)))
      rows += bracket.stamps.map { ("time stamp \(bracket.size)", text(of: $0)) }
    }
    rows.append(("checkpoint \(packet.checkpoint.size)", cosigned(packet.checkpoint)))
    if let later = packet.later {
      rows.append(("extended by \(later.size)", cosigned(later)))
    }
    rows += [
      ("profile \(contents.profile.rawValue)", text(of: packet.profileCheck)),
      (
        "files for people",
        packet.isRenderingCompared
          ? "written again from the evidence, equal"
          : "of another version of the program; compared with SHA256SUMS only"
      ),
      ("SHA-256 of SHA256SUMS", packet.digest.hex), ("result", "every file agrees"),
    ]
    return try Listing(
      title: "Packet",
      columns: [Column("what", "What", .text), Column("value", "Value", .text)],
      rows: rows.map { [.text($0.0), .text($0.1)] }
    ).render(format)
  }

  private static func cosigned(_ bracket: VerifiedPacket.Bracket) -> String {
    let times = bracket.cosigned.map { "\(LogAnchor.time($0.time)) by \($0.witness)" }
    let trusted =
      times.isEmpty ? "signed by the log; no trusted witness" : times.joined(separator: ", ")
    guard !bracket.unknown.isEmpty else { return trusted }
    return trusted + "; not checked, because the policy does not list them: "
      + bracket.unknown.joined(separator: ", ")
  }

  private static func text(of stamp: VerifiedPacket.Bracket.Stamp) -> String {
    "\(stamp.time) by \(stamp.authority), as the stamp says itself; it is over this checkpoint. Not "
      + "checked: who signed it. OpenSSL does, with the authority's certificate: openssl ts -verify "
      + "-digest \(stamp.digest) -in \(stamp.file) -CAfile CA.pem"
  }

  private static func text(of check: VerifiedPacket.ProfileCheck) -> String {
    switch check {
    case .fits: "every shown event is one that it may show"
    case .otherVersion(let unfit) where unfit.isEmpty:
      "made by another version of the program; by the rules of this one every shown event is one "
        + "that it may show"
    case .otherVersion(let unfit):
      "made by another version of the program; by the rules of this one it would not show the events "
        + "at \(unfit.map(\.description).joined(separator: ", "))"
    }
  }
}
