import EventLog
import Foundation
import Testing
import TransparencyLog

@testable import AuditPacket

@Suite("Forged packets are refused") struct ForgeryTests {
  @Test("any one bit of any file, with and without new checksums", arguments: [1, 2])
  func flippedBits(seed: UInt64) async throws {
    let workshop = try await PacketWorkshop.shared.value
    let files = try await workshop.packet(.payer, withNotes: true)
    let policy = try workshop.policy()
    #expect(files.fault(policy) == nil)
    var random = SeededBits(state: seed)
    let paths = files.paths
    for round in 0..<500 {
      // Every file gets its turn, then chance decides where.
      let path = paths[(round + Int(seed) * 500) % paths.count]
      let bytes = try #require(files[path])
      let offset = Int.random(in: bytes.indices, using: &random)
      let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
      var flipped = files
      flipped[path]?[offset] ^= bit
      #expect(flipped.fault(policy) != nil, "\(path) at \(offset), bit \(bit)")
      if path != PacketFiles.sumsFile {
        let forged = flipped.withSums()
        #expect(forged.fault(policy) != nil, "\(path) at \(offset), bit \(bit), new checksums")
      }
    }
  }

  @Test("any one bit of the ZIP file, and any cut", arguments: [3])
  func flippedArchive(seed: UInt64) async throws {
    let workshop = try await PacketWorkshop.shared.value
    let files = try await workshop.packet(.payer, from: "2026-06-01")
    let archive = try ZipArchive.encode(files)
    var random = SeededBits(state: seed)
    for round in 0..<60 {
      var flipped = archive
      // Half of the rounds in the directory at the end, where names and sizes stand.
      let from = round % 2 == 0 ? 0 : archive.count - 20_000
      flipped[Int.random(in: max(0, from)..<archive.count, using: &random)] ^= 1 << (round % 8)
      #expect(throws: PacketFault.self) { try ZipArchive.decode(flipped) }
      let cut = Array(archive.prefix(Int.random(in: 0..<archive.count, using: &random)))
      #expect(throws: PacketFault.self) { try ZipArchive.decode(cut) }
    }
    #expect(throws: PacketFault.self) { try ZipArchive.decode(archive + [0]) }
  }

  @Test(
    "a ZIP file whose members would leave the folder",
    arguments: ["../x", "/x", "a//b", "a/../b", "a\\b", ".", "", "a b", "ä"])
  func unsafeNames(name: String) throws {
    let archive = try ZipArchive.encode(PacketFiles([name: [1, 2, 3]]))
    #expect(throws: PacketFault.self) { try ZipArchive.decode(archive) }
  }

  @Test("a clinic cannot leave out the first, a middle or the last event", arguments: [0, 7, -1])
  func leftOut(index: Int) async throws {
    let workshop = try await PacketWorkshop.shared.value
    let asOf = try workshop.store.streamEnds().asOf
    let count = try workshop.evidence(of: workshop.patient, asOf: asOf).count
    let dropped = index < 0 ? count - 1 : index
    let fault = try await workshop.packet(.board, dropping: [dropped]).fault(workshop.policy())
    #expect(fault?.reason.contains(index < 0 ? "the last event" : "the event before it") == true)
  }

  @Test("files that are missing, too many, or in each other's place")
  func files() async throws {
    let workshop = try await PacketWorkshop.shared.value
    let files = try await workshop.packet(.board)
    let policy = try workshop.policy()
    let leaves = files.leafPaths
    let opening = try #require(files.openings.first)

    for path in files.paths where path != PacketFiles.sumsFile {
      if path.hasPrefix("events/") && path != opening && !leaves.prefix(2).contains(path) {
        continue
      }
      let fault = files.forged { $0[path] = nil }.fault(policy)
      #expect(fault == PacketFault(path, "is missing"))
    }
    let surplus = files.forged { $0["human/report.pdf"] = [1] }.fault(policy)
    #expect(surplus == PacketFault("human/report.pdf", "it does not belong to the packet"))
    for part in ["leaf", "tlog-proof", "opening", "json"] {
      let (one, two) = (
        leaves[1].replacing(".leaf", with: ".\(part)"),
        leaves[2].replacing(".leaf", with: ".\(part)")
      )
      let swapped = files.forged { ($0[one], $0[two]) = (files[two], files[one]) }.fault(policy)
      #expect(swapped?.file.hasPrefix(leaves[1].dropLast(5)) == true, "\(part)")
    }
  }

  @Test("leaf, proof and opening of another patient's event")
  func transplanted() async throws {
    let workshop = try await PacketWorkshop.shared.value
    let policy = try workshop.policy()
    let mine = try await workshop.packet(.board)
    let theirs = try await workshop.packet(.board, of: workshop.stranger)
    let (target, source) = (mine.leafPaths[3], theirs.leafPaths[3])
    let forged = mine.forged { files in
      for part in ["leaf", "tlog-proof", "opening", "json"] {
        files[target.replacing(".leaf", with: ".\(part)")] =
          theirs[source.replacing(".leaf", with: ".\(part)")]
      }
    }
    #expect(forged.fault(policy) != nil)
    // The end of the record from an older packet, whose seal knew less.
    let heads = mine.forged { files in
      for path in files.paths where path.hasPrefix("heads/") { files[path] = theirs[path] }
    }
    #expect(heads.fault(policy)?.file.hasPrefix("heads/") == true)
  }

  @Test("any file of another packet about the same patient, and all of its files of one kind")
  func mixed() async throws {
    let workshop = try await PacketWorkshop.shared.value
    let policy = try workshop.policy()
    let (older, newer) = (try await workshop.packet(.board), try await workshop.packet(.board))
    for (files, others) in [(older, newer), (newer, older)] {
      let paths = files.paths.filter { files[$0] != others[$0] && $0 != PacketFiles.sumsFile }
      // One proof or leaf is like another.
      for (index, path) in paths.enumerated() where index % 8 == 0 || !path.hasPrefix("events/") {
        #expect(files.forged { $0[path] = others[path] }.fault(policy) != nil, "\(path)")
      }
      for part in ["checkpoint", "contents", "events/", "heads/", "bracket/", "human/", "README"] {
        let mixed = files.forged { files in
          for path in files.paths where path.hasPrefix(part) { files[path] = others[path] }
        }
        // What is the same in both packets cannot tell them apart.
        if mixed != files { #expect(mixed.fault(policy) != nil, "\(part)") }
      }
    }
  }

  @Test(
    "names in a ZIP file that lead elsewhere, and names that come twice",
    arguments: ["../contents", "/etc/passwd", "a//b", "a/./b", "a\\b", "", "a b", "ü", "C:/x/.."])
  func zipNames(name: String) throws {
    // A drive's name alone is an ordinary folder here.
    let archive = try ZipArchive.encode(PacketFiles([name: [1, 2, 3]]))
    #expect(throws: PacketFault.self) { try ZipArchive.decode(archive) }
    let plain = try ZipArchive.encode(PacketFiles(["a": [1, 2, 3]]))
    let directory = try #require(
      plain.indices.first { plain[$0...].starts(with: [0x50, 0x4b, 1, 2]) })
    let twice = plain[..<directory] + plain
    #expect(try ZipArchive.decode(plain).paths == ["a"])
    #expect(throws: PacketFault.self) { try ZipArchive.decode(Array(twice)) }
  }

  @Test(
    "numbers that no log has",
    arguments: [
      "asof 18446744073709551615", "asof -1", "asof 0", "asof 01", "backdating -7",
      "backdating 9999999999999999999", "rendering 99999999999999999999",
    ])
  func numbers(line: String) async throws {
    let workshop = try await PacketWorkshop.shared.value
    let policy = try workshop.policy()
    let files = try await workshop.packet(.court)
    let key = line.prefix { $0 != " " } + " "
    let forged = files.forged { files in
      let text = String(decoding: files["contents"] ?? [], as: UTF8.self)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.hasPrefix(key) ? Substring(line) : $0 }
      files["contents"] = Array(lines.joined(separator: "\n").utf8)
    }
    #expect(forged.fault(policy) != nil)
    for (path, old) in [("heads/proof", "index "), ("heads/proof", "size ")] {
      for number in ["18446744073709551615", "18446744073709551616", "-1", "+1", "1e3", ""] {
        let forged = files.forged { files in
          let text = String(decoding: files[path] ?? [], as: UTF8.self)
          let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix(old) ? Substring(old + number) : $0 }
          files[path] = Array(lines.joined(separator: "\n").utf8)
        }
        #expect(forged.fault(policy) != nil)
      }
    }
  }

  @Test("a packet that is signed with another key of the same name")
  func anotherKey() async throws {
    let workshop = try await PacketWorkshop.shared.value
    let files = try await workshop.packet(.board)
    let impostor = try SigningKey.generate(
      name: KeyName("clinic.example/log"), kind: .log)
    let genuine = try SignedNote(parsing: files["checkpoint"] ?? [])
    let forgedNote = try Checkpoint(parsing: genuine.text).signed(by: impostor)
    let forged = try files.forged { files in
      files["checkpoint"] = forgedNote.encoded
      for path in files.paths where path.hasSuffix(".tlog-proof") {
        let text = String(decoding: files[path] ?? [], as: UTF8.self)
        files[path] = Array(
          text.replacing(
            String(decoding: genuine.encoded, as: UTF8.self),
            with: String(decoding: forgedNote.encoded, as: UTF8.self)
          ).utf8)
      }
      _ = try #require(files["checkpoint"])
    }
    #expect(forged.fault(try workshop.policy())?.file == "checkpoint")
    #expect(
      forged.fault(try TrustPolicy(log: impostor.verifierKey))?.file.hasPrefix("bracket/") == true)
  }

  @Test("what people read is compared with the evidence")
  func readableFiles() async throws {
    let workshop = try await PacketWorkshop.shared.value
    let files = try await workshop.packet(.board)
    let policy = try workshop.policy()
    let json = try #require(files.paths.first { $0.hasPrefix("events/") && $0.hasSuffix(".json") })
    for path in ["human/chronology.html", "README.txt", json] {
      let forged = files.forged { files in
        files[path] = (files[path] ?? []) + Array(" ".utf8)
      }
      #expect(forged.fault(policy) == PacketFault(path, "it does not say what the evidence says"))
    }
    let contents = try files.forged { files in
      var contents = try PacketContents(parsing: files["contents"] ?? [])
      contents.rendering += 1
      files["contents"] = contents.encoded
    }
    #expect(contents.fault(policy)?.file == "contents", "not even the rendering can be renumbered")
  }
}
