import Foundation

/// A program of the machine that a test can use if it is there.
public struct Program: Sendable {
  public struct Result: Sendable {
    public var exitCode: Int32
    public var output: String
  }

  private let executable: URL

  /// Nil when no folder of `PATH` has it. Guard tests with `.enabled(if: Program("…") != nil, "…")`.
  public init?(_ name: String) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let candidates = folders.map { URL(filePath: String($0)).appending(path: name) }
    let found = candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }
    guard let found else { return nil }
    executable = found
  }

  /// Runs it in a folder and waits for its end.
  @discardableResult
  public func run(_ arguments: [String], in folder: URL) throws -> Result {
    let output = folder.appending(path: "\(UUID().uuidString).out")
    try Data().write(to: output)
    defer { try? FileManager.default.removeItem(at: output) }
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Result(
      exitCode: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self))
  }
}
