import Foundation
import Testing

private let packageRoot = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

private func ownSources() -> [(path: String, lines: [Substring])] {
  ["Sources", "Tests"].flatMap { folder -> [(path: String, lines: [Substring])] in
    let root = packageRoot.appending(path: folder)
    let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    return (files?.compactMap { $0 as? URL } ?? [])
      .filter { $0.pathExtension == "swift" && !$0.path.contains("/Generated/") }
      .compactMap { file in
        (try? String(contentsOf: file, encoding: .utf8)).map {
          (
            String(file.path.dropFirst(packageRoot.path.count)),
            $0.split(separator: "\n", omittingEmptySubsequences: false)
          )
        }
      }
  }
}

@Suite("House rules")
struct TidyTests {
  @Test("a way around the compiler's checks, or a trap, has its proof beside it")
  func escapesAreProved() {
    for (path, lines) in ownSources() where path.hasPrefix("/Sources/") {
      for (index, line) in lines.enumerated() {
        let code = line.prefix(upTo: line.range(of: "//")?.lowerBound ?? line.endIndex)
        guard
          code.contains("@unchecked Sendable") || code.contains("nonisolated(unsafe)")
            || code.contains("fatal" + "Error(")
        else {
          continue
        }
        let above = index > 0 ? lines[index - 1] : ""
        #expect(
          line.contains("//") || above.contains("//"), "\(path):\(index + 1) needs its proof")
      }
    }
  }

  @Test("nothing is left for later")
  func nothingIsLeftForLater() {
    let words = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "tr" + "y!", " a" + "s! "]
    for (path, lines) in ownSources() where path.hasPrefix("/Sources/") {
      for (index, line) in lines.enumerated() {
        #expect(!words.contains { line.contains($0) }, "\(path):\(index + 1)")
      }
    }
  }

  @Test("a file fits in the head")
  func filesAreShort() {
    for (path, lines) in ownSources() { #expect(lines.count <= 600, "\(path): \(lines.count)") }
  }
}
