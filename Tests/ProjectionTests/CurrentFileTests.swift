import EventLog
import Foundation
import Testing

@testable import Projection

@Suite("The file that names a view's live generation")
struct CurrentFileTests {
  let directory: TemporaryViews
  init() throws { directory = try TemporaryViews() }

  private var path: String { "\(directory.path)/current" }

  @Test(
    "is read as its number, or as none",
    arguments: [("12\n", 12), ("7", 7), ("", nil), ("x\n", nil)] as [(String, UInt64?)])
  func number(text: String, number: UInt64?) throws {
    try directory.write(text, to: "current")
    #expect(try #require(try CurrentFile(path)).number == number)
  }

  @Test("that is not there is none")
  func absent() throws { #expect(try CurrentFile(path) == nil) }

  enum Change: CaseIterable {
    case replaced, rewritten, removed, hidden

    func make(in directory: TemporaryViews) throws {
      let path = "\(directory.path)/current"
      switch self {
      case .replaced:
        try directory.write("1\n", to: "current.new")
        #expect(rename("\(directory.path)/current.new", path) == 0)
      case .rewritten:
        try directory.write("2\n", to: "current")
        // Within a tick of the clock the time would be the same.
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSince1970: 1_000_000)], ofItemAtPath: path)
      case .removed: try FileManager.default.removeItem(atPath: path)
      case .hidden:
        try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
        try FileManager.default.createDirectory(
          atPath: path, withIntermediateDirectories: false)
      }
    }
  }

  @Test("is live until anything is changed about it", arguments: Change.allCases)
  func live(_ change: Change) throws {
    try directory.write("1\n", to: "current")
    let file = try #require(try CurrentFile(path))
    for _ in 0..<3 { #expect(file.isLive) }
    try change.make(in: directory)
    #expect(!file.isLive)
  }

  @Test("is read anew when another process has switched")
  func switched() async throws {
    let views = try directory.open(await ConsentHistory.log(20))
    try views.catchUp()
    for generation in UInt64(1)...3 {
      for _ in 0..<2 { #expect(try views.read { $0.position } == Position(20)) }
      #expect(try views.status().allSatisfy { $0.generation == generation })
      await #expect(processExitsWith: .success) { [path = directory.path as String] in
        try TemporaryViews.open(path, await ConsentHistory.log(20)).rebuild()
      }
    }
  }
}
