import Anchoring
import ArgumentParser
import Backend
import Foundation
import Practice
import Reports
import TransparencyLog

/// `chartledger log anchor`: ties checkpoints to times and places that the clinic cannot change.
struct LogAnchor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "anchor",
    abstract: "Time-stamp checkpoints (RFC 3161) and print day-close sheets.",
    subcommands: [
      AnchorRequest.self, AnchorAttach.self, AnchorList.self, AnchorExport.self, AnchorSheet.self,
    ])

  /// Seconds since 1970 UTC in words.
  static func time(_ seconds: UInt64?) -> String {
    let microseconds = seconds.flatMap { Int64(exactly: $0) }?
      .multipliedReportingOverflow(by: 1_000_000)
    guard let microseconds, !microseconds.overflow else { return "a time that no clock shows" }
    return "\(Instant(microseconds: microseconds.partialValue))"
  }
}

/// A checkpoint with a time stamp over it.
private struct Stamp {
  var checkpoint: Checkpoint
  var released: SignedNote
  var token: TimestampToken
  var bytes: [UInt8]

  static func all(_ backend: Backend) throws -> [Stamp] {
    try backend.checkpoints().flatMap { note in
      let checkpoint = try Checkpoint(parsing: note.text)
      return try backend.anchors(size: checkpoint.size)
        .filter { $0.kind.hasPrefix(Backend.stampKind) }
        .map {
          Stamp(
            checkpoint: checkpoint, released: try note.asReleased(),
            token: try TimestampToken(parsingResponse: $0.bytes), bytes: $0.bytes)
        }
    }
  }
}

struct AnchorRequest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "request",
    abstract:
      "Write the request with which a time-stamping authority stamps the newest checkpoint.",
    discussion: """
      The request holds a hash and a random number; no patient data leaves the clinic. Send it:
        curl -H 'Content-Type: application/timestamp-query' --data-binary @day.tsq URL -o day.tsr
      """)

  @Option(help: "The file to write, such as day.tsq.") var out: String
  @OptionGroup var data: DataOption

  func run() async throws {
    let note = try data.open().newestCheckpoint().note.asReleased()
    let request = TimestampRequest(over: note.encoded, nonce: .random(in: 1 ... .max))
    try EvidenceFiles.write(request.encoded, to: out)
  }
}

struct AnchorAttach: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach", abstract: "Check an authority's answer and keep it with its checkpoint.",
    discussion: """
      Checks what the stamp says: granted, over a released checkpoint, and with --request that it \
      answers this request. Who signed it is checked with the commands of `log anchor export`.
      """)

  @Argument(help: "The authority's answer, such as day.tsr.", completion: .file()) var file: String
  @Option(help: "The request that it must answer.", completion: .file()) var request: String?
  @OptionGroup var data: DataOption

  func run() async throws {
    let bytes = try EvidenceFiles.read(file)
    let token = try TimestampToken(parsingResponse: bytes)
    let request = try request.map { try TimestampRequest(parsing: EvidenceFiles.read($0)) }
    let backend = try data.open()
    let stamped = try backend.checkpoints().last { note in
      do {
        try token.check(stamps: note.asReleased().encoded, request: request)
        return true
      } catch TimestampError.otherImprint { return false }
    }
    guard let stamped else { throw TimestampError.otherImprint }
    let size = try Checkpoint(parsing: stamped.text).size
    if try backend.anchors(size: size).contains(where: { $0.bytes == bytes }) {
      Console.say("it was attached before; nothing changed")
    } else {
      let name = Backend.stampKind + "-" + TreeHash.leaf(bytes).hex.prefix(8)
      try backend.attachAnchor(bytes, kind: name, size: size)
    }
    Console.say("\(size) entries existed at \(token.time), says the authority")
  }
}

struct AnchorList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Every time stamp that is kept.")

  @OptionGroup var data: DataOption
  @OptionGroup var output: FormatOption

  func run() async throws {
    let stamps = try Stamp.all(data.open())
    try Console.write(
      Listing(
        title: "Time stamps",
        columns: [
          Column("size", "Entries", .text), Column("time", "Time", .text),
          Column("policy", "Policy", .text), Column("serial", "Serial", .text),
        ],
        rows: stamps.map {
          [
            .text(String($0.checkpoint.size)), .text($0.token.time), .text($0.token.policy),
            .text($0.token.serial),
          ]
        }
      ).render(output.format))
  }
}

struct AnchorExport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write every stamped checkpoint with its stamps, and print how to check who stamped.",
    discussion: """
      Get the authority's CA file (ca.pem) from the authority itself. The printed commands need \
      nothing but OpenSSL.
      """)

  @Option(help: "The folder to write to.") var out: String
  @OptionGroup var data: DataOption

  func run() async throws {
    let stamps = try Stamp.all(data.open())
    try FileManager.default.createDirectory(
      atPath: out, withIntermediateDirectories: true)
    for stamp in stamps {
      let checkpoint = "\(out)/\(stamp.checkpoint.size).checkpoint"
      let response = "\(out)/\(stamp.checkpoint.size)-\(stamp.token.serial).tsr"
      try EvidenceFiles.write(stamp.released.encoded, to: checkpoint)
      try EvidenceFiles.write(stamp.bytes, to: response)
      try Console.write(
        "openssl ts -verify -data \(quoted(checkpoint)) -in \(quoted(response)) -CAfile ca.pem\n")
    }
  }

  private func quoted(_ path: String) -> String {
    "'" + path.replacing("'", with: "'\\''") + "'"
  }
}

struct AnchorSheet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sheet",
    abstract: "A day-close sheet to print, sign by hand and bind: no patient data.",
    discussion: """
      For today it shows the newest checkpoint, for an earlier day the last one that holds nothing \
      recorded after that day.

      Example: chartledger log anchor sheet --data clinic --out sheet.html
      """)

  @Option(help: "The day, e.g. 2026-03-03; by default today.") var date: String?
  @Flag(help: "Plain text instead of HTML; without the QR code.") var text = false
  @Option(help: "The file to write; by default stdout.") var out: String?
  @OptionGroup var data: DataOption

  func run() async throws {
    let backend = try data.open()
    let clinic = try backend.clinic().profile
    let today = try backend.zone().date(of: backend.now)
    let day = try date.map { try CivilDate($0) } ?? today
    let newest = try backend.newestCheckpoint().note
    let end = try backend.resolve(.day(day)).rawValue
    let note =
      day == today
      ? newest
      : try backend.checkpoints().last { try Checkpoint(parsing: $0.text).size <= end }
    guard let note else {
      throw UsageError(
        "no checkpoint was released by the end of \(day)", hint: "name a later day")
    }
    let size = try Checkpoint(parsing: note.text).size
    // The key of then, should it be another now; the present one, where both have signed.
    let keys = try [backend.verifierKey()] + backend.keeper.signers().keys
    let signer = keys.first { (try? note.verify(with: [$0])) != nil }
    let sheet = try DayCloseSheet(
      clinic: clinic.name, date: "\(day)", note: note, logKey: signer ?? keys[0],
      eventsAfter: end - min(end, size))
    try EvidenceFiles.write(Array((text ? sheet.text : try sheet.html()).utf8), to: out)
  }
}
