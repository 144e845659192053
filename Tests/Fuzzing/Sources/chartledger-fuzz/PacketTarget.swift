import Backend
import EventLog
import Formats
import Foundation
import Practice
import PracticeEvents

@testable import AuditPacket
@testable import TransparencyLog

/// An audit packet, of which nothing but the policy is trusted.
@Sendable func fuzzPacket(_ bytes: [UInt8]) {
  use(try? PacketContents(parsing: bytes))
  if let files = try? ZipArchive.decode(bytes) {
    require((try? ZipArchive.encode(files)) == bytes, "a packet has one encoding")
    use(try? PacketVerifier(files, policy: workshop.policy).verify())
  }
}

/// A true packet with one of its files replaced, and the checksums made anew, must be found out. A
/// target of its own: every input makes all of the packet's checks, which takes a tenth of a second.
@Sendable func fuzzForgery(_ bytes: [UInt8]) {
  guard let first = bytes.first else { return }
  let paths = workshop.packet.paths.filter { $0 != PacketFiles.sumsFile }
  let path = paths[Int(first) % paths.count]
  var forged = workshop.packet
  let replacement = Array(bytes.dropFirst())
  guard forged[path] != replacement else { return }
  forged[path] = replacement
  require(
    (try? PacketVerifier(forged.withSums(), policy: workshop.policy).verify()) == nil,
    "a packet with a changed file is refused")
}

/// A true packet of the clinic, and the policy that takes it.
private let workshop: (packet: PacketFiles, policy: TrustPolicy) = {
  var actor = EventActor()
  actor.user = "sam"
  actor.role = .supervisor
  let envelope = CommandEnvelope(id: CommandID(high: 1, low: 2), actor: actor)
  let request = PacketRequest(
    patient: "DEMO-ACUTE", profile: .payer, recipient: "Mutual Health",
    address: "1 Plaza, Newark NJ", purpose: "claim audit", basis: .treatmentPaymentOperations)
  do {
    let path = clinic.directory.path + ".zip"
    let issued = try waiting { try await clinic.issuePacket(request, envelope, to: path) }
    let key = try String(contentsOfFile: clinic.directory.keys + "/log.vkey", encoding: .utf8)
      .filter { !$0.isNewline }
    let policy = try TrustPolicy(parsing: Array("log \(key)\nquorum none\n".utf8))
    _ = try PacketVerifier(issued.files, policy: policy).verify()
    return (issued.files, policy)
  } catch {
    fatalError("no packet to forge: \(error)")
  }
}()
