import Foundation
import Testing

@testable import AuditPacket

/// Python 3 on this machine, if any.
private let python: URL? = ["/usr/bin/python3", "/usr/local/bin/python3"]
  .map { URL(filePath: $0) }
  .first { FileManager.default.isExecutableFile(atPath: $0.path) }

@Suite(
  "The independent verifier", .enabled(if: python != nil, "there is no python3 on this machine"))
struct PythonVerifierTests {
  private static let script = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "tools/verify-packet.py")

  /// Runs `driver`, which has the script as module `verifier`.
  ///
  /// - Returns: exit code, standard output.
  private func run(_ driver: String, _ arguments: [String]) throws -> (Int32, String) {
    let process = Process()
    process.executableURL = python
    let load = """
      import importlib.util, sys, random, os, io, contextlib
      sys.dont_write_bytecode = True
      spec = importlib.util.spec_from_file_location("verifier", sys.argv[1])
      verifier = importlib.util.module_from_spec(spec)
      spec.loader.exec_module(verifier)

      """
    process.arguments = ["-c", load + driver, Self.script.path] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  private func onDisk<Result>(
    _ files: PacketFiles, _ workshop: PacketWorkshop, _ name: String,
    _ body: (_ packet: String, _ policy: String) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "chartledger-python-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let policy = folder.appending(path: "policy")
    try Data(workshop.policyText().utf8).write(to: policy)
    let packet = folder.appending(path: name).path
    try files.write(to: packet)
    return try body(packet, policy.path)
  }

  private static let verify = "sys.exit(verifier.main(sys.argv[2:]))"

  @Test(
    "agrees with the program about a good packet, as folder and as ZIP file",
    arguments: PacketProfile.allCases, ["packet", "packet.zip"])
  func good(profile: PacketProfile, name: String) async throws {
    let workshop = try await PacketWorkshop.shared.value
    try onDisk(await workshop.packet(profile), workshop, name) { packet, policy in
      #expect(try PacketFiles(reading: packet).fault(workshop.policy()) == nil)
      let (code, output) = try run(Self.verify, [packet, policy])
      #expect(code == 0, "\(output)")
      #expect(output.contains("every file agrees"))
    }
  }

  @Test("names the fault and ends with 6")
  func bad() async throws {
    let workshop = try await PacketWorkshop.shared.value
    let files = try await workshop.packet(.board, dropping: [4])
    try onDisk(files, workshop, "packet") { packet, policy in
      let (code, output) = try run(Self.verify, [packet, policy])
      #expect(code == 6)
      #expect(output.contains("the event before it in the record is missing"), "\(output)")
    }
  }

  @Test("refuses any flipped bit of the evidence, also with new checksums")
  func flippedBits() async throws {
    let workshop = try await PacketWorkshop.shared.value
    let files = try await workshop.packet(.payer, from: "2026-03-01")
    let driver = """
      files = verifier.read(sys.argv[2])
      policy = verifier.Policy(open(sys.argv[3], "rb").read())
      def accepts(files):
          try:
              with contextlib.redirect_stdout(io.StringIO()):
                  verifier.Packet(files, policy).verify()
              return True
          except (verifier.Fault, UnicodeDecodeError):
              return False
      assert accepts(files)
      chance = random.Random(5)
      paths = sorted(files)
      rendered = ("README.txt", "human/chronology.html")
      for round in range(400):
          path = paths[round % len(paths)]
          flipped = dict(files)
          body = bytearray(files[path])
          at = chance.randrange(len(body))
          body[at] ^= 1 << chance.randrange(8)
          flipped[path] = bytes(body)
          if accepts(flipped):
              sys.exit(f"accepted {path} {at}")
          if path == "SHA256SUMS" or path in rendered or path.endswith(".json"):
              continue
          flipped["SHA256SUMS"] = "".join(
              f"{verifier.sha256(flipped[p]).hex()}  {p}\\n" for p in paths if p != "SHA256SUMS").encode()
          if accepts(flipped):
              sys.exit(f"accepted {path} {at} with new checksums")
      print("all refused")
      """
    try onDisk(files, workshop, "packet") { packet, policy in
      let (code, output) = try run(driver, [packet, policy])
      #expect(code == 0, "\(output)")
      #expect(output.hasSuffix("all refused\n"))
    }
  }

  @Test("refuses another value in a JSON file, also with new checksums")
  func changedValues() async throws {
    let workshop = try await PacketWorkshop.shared.value
    let files = try await workshop.packet(.board, from: "2026-03-01")
    let driver = """
      import re
      files = verifier.read(sys.argv[2])
      policy = verifier.Policy(open(sys.argv[3], "rb").read())
      chance, tried = random.Random(6), 0
      for path in sorted(p for p in files if p.endswith(".json")):
          text = files[path].decode()
          start = text.index('"event"')
          # A digit or letter of a value: words of enumerations are not in the opening.
          places = [m.start(1) + chance.randrange(len(m[1])) for m in re.finditer(
              r'": ?"?([0-9]+|[a-z][0-9a-z]*)[",}]', text[start:]) if m[1] not in ("true",)]
          if not places:
              continue
          at = start + chance.choice(places)
          other = "3" if text[at] != "3" else "4"
          changed = dict(files)
          changed[path] = (text[:at] + other + text[at + 1:]).encode()
          changed["SHA256SUMS"] = "".join(
              f"{verifier.sha256(changed[p]).hex()}  {p}\\n" for p in sorted(files) if p != "SHA256SUMS").encode()
          tried += 1
          try:
              with contextlib.redirect_stdout(io.StringIO()):
                  verifier.Packet(changed, policy).verify()
              sys.exit(f"accepted {path} at {at}")
          except verifier.Fault as fault:
              assert path in str(fault), fault
          if tried == 40:
              break
      assert tried > 20, tried
      print("all refused")
      """
    try onDisk(files, workshop, "packet") { packet, policy in
      let (code, output) = try run(driver, [packet, policy])
      #expect(code == 0, "\(output)")
    }
  }

  @Test("asks a quorum that cannot have seen the packet's checkpoint of a later one")
  func later() async throws {
    let workshop = try await PacketWorkshop.shared.value
    let files = try await workshop.packet(.payer, from: "2026-03-01")
    let proofs = try await workshop.laterProofs(than: files)
    try onDisk(files, workshop, "packet") { packet, policy in
      try Data(workshop.policyText(witnessed: true).utf8).write(to: URL(filePath: policy))
      func code(_ proof: [UInt8]?) throws -> Int32 {
        guard let proof else { return try run(Self.verify, [packet, policy]).0 }
        try Data(proof).write(to: URL(filePath: policy + ".later"))
        return try run(Self.verify, [packet, policy, "--later", policy + ".later"]).0
      }
      #expect(try code(nil) == 6)
      #expect(try code(proofs.good.encoded) == 0)
      #expect(try code(proofs.uncosigned.encoded) == 6)
      #expect(try code(proofs.ofAnotherSize.encoded) == 6)
    }
  }

  /// RFC 8032, section 7.1, test 2, and the same signature with s + L.
  @Test("checks Ed25519 signatures, and refuses one whose s is not reduced")
  func signatures() throws {
    let driver = """
      key = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
      good = bytes.fromhex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                           "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
      assert verifier.signed(key, b"\\x72", good)
      assert not verifier.signed(key, b"\\x73", good)
      large = int.from_bytes(good[32:], "little") + verifier.L
      assert not verifier.signed(key, b"\\x72", good[:32] + large.to_bytes(32, "little"))
      """
    let (code, output) = try run(driver, [])
    #expect(code == 0, "\(output)")
  }
}
