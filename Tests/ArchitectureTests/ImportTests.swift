import Foundation
import Testing

/// The route of the data, left to right; each target may import only what stands here.
private let allowedImports: [String: Set<String>] = [
  "LMDB": ["CLMDB", "CMapFault"],
  "TransparencyLog": ["Crypto"],
  "Anchoring": ["Crypto", "SwiftASN1", "TransparencyLog"],
  "EventLog": ["LMDB", "TransparencyLog"],
  "PracticeEvents": ["SwiftProtobuf"],
  "Practice": ["PracticeEvents", "SwiftProtobuf"],
  "Interchange": ["Practice", "PracticeEvents"],
  "Projection": ["EventLog", "LMDB", "PracticeEvents", "SwiftProtobuf"],
  "ReadModels": ["Practice", "PracticeEvents", "Projection", "SwiftProtobuf"],
  "Reports": ["Practice", "PracticeEvents", "Projection", "ReadModels"],
  "AuditPacket": [
    "Anchoring", "EventLog", "Practice", "PracticeEvents", "Reports", "TransparencyLog",
  ],
  "PracticeSimulator": ["Practice", "PracticeEvents"],
  "Backend": [
    "AuditPacket", "EventLog", "Interchange", "Practice", "PracticeEvents", "Projection",
    "ReadModels", "Reports", "TransparencyLog",
  ],
  "ReportServer": [
    "Backend", "Crypto", "EventLog", "HTTPTypes", "Hummingbird", "HummingbirdCore",
    "HummingbirdTLS", "Logging", "NIOCore", "NIOHTTPTypes", "Practice", "PracticeEvents",
    "Projection", "Reports",
  ],
  "ChartLedgerCommand": [
    "Anchoring", "ArgumentParser", "AuditPacket", "Backend", "EventLog", "Interchange", "Practice",
    "PracticeEvents", "PracticeSimulator", "Projection", "ReadModels", "ReportServer", "Reports",
    "TransparencyLog",
  ],
  "chartledger": ["ChartLedgerCommand"],
  "TestSupport": ["EventLog", "Practice", "PracticeEvents"],
]

/// The system's own modules, open to every target.
private let systemModules: Set<String> = [
  "Foundation", "FoundationEssentials", "Glibc", "Darwin", "Synchronization", "Dispatch",
]

private let packageRoot = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

private func swiftFiles(in folder: String) -> [URL] {
  let root = packageRoot.appending(path: folder)
  let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
  return (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
}

private func targets() throws -> [String] {
  try FileManager.default.contentsOfDirectory(
    atPath: packageRoot.appending(path: "Sources").path
  ).filter { !["CLMDB", "CMapFault"].contains($0) }.sorted()
}

/// The modules that the text imports.
func imports(in text: String) -> Set<String> {
  let words = text.split(separator: "\n").compactMap { line -> Substring? in
    let parts = line.split(separator: " ")
    guard let index = parts.firstIndex(of: "import"), index + 1 < parts.count,
      parts[..<index].allSatisfy({
        $0.hasPrefix("@")
          || ["public", "package", "internal", "private", "fileprivate"].contains($0)
      })
    else { return nil }
    let named = ["struct", "class", "enum", "func", "typealias", "protocol", "let", "var"]
    let module = named.contains(String(parts[index + 1])) ? parts.last : parts[index + 1]
    return module?.split(separator: ".").first
  }
  return Set(words.map(String.init))
}

@Suite("The layout shows the architecture")
struct ImportTests {
  @Test("every target imports only what lies to its left", arguments: try targets())
  func importsPointLeft(target: String) throws {
    let allowed = try #require(
      allowedImports[target], "\(target) is not in the table of allowed imports")
    let files = swiftFiles(in: "Sources/\(target)")
    #expect(!files.isEmpty, "\(target) has no source")
    for file in files {
      let found = imports(in: try String(contentsOf: file, encoding: .utf8))
      let forbidden = found.subtracting(allowed).subtracting(systemModules)
      #expect(forbidden.isEmpty, "\(file.lastPathComponent) imports \(forbidden.sorted())")
    }
  }

  @Test("an import is found in every form it is written in")
  func importForms() {
    let text = """
      import Foundation
      @testable import EventLog
      internal import CLMDB
      public import struct Practice.Money
      // import Comment
      let x = "import String"
      """
    #expect(imports(in: text) == ["Foundation", "EventLog", "CLMDB", "Practice"])
  }

  @Test("the log's public surface is free of LMDB's types")
  func eventLogHidesItsEngine() throws {
    for file in swiftFiles(in: "Sources/EventLog") {
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let isPublic = line.contains("public ")
        let names = ["LMDBError", "ReadTransaction", "WriteTransaction", "Cursor<", "Table<"]
        #expect(
          !(isPublic && names.contains { line.contains($0) }), "\(file.lastPathComponent): \(line)")
      }
    }
  }
}
