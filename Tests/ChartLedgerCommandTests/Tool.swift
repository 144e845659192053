import Foundation

/// Runs the built `chartledger` as a user would.
struct Tool {
  struct Result {
    var exitCode: Int32
    var output: String
    var errors: String
    var lines: [String] { output.split(whereSeparator: \.isNewline).map(String.init) }
  }

  /// The folder that the tests and the tool were built into.
  static let buildFolder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
  static let executable = buildFolder.appending(path: "chartledger")

  let folder: URL
  var data: URL { folder.appending(path: "clinic") }

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "chartledger-tool-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// Removes what the test wrote.
  func cleanUp() { try? FileManager.default.removeItem(at: folder) }

  @discardableResult
  func run(
    _ arguments: String..., by: String = "dana:supervisor", input: String? = nil, data: URL? = nil
  ) throws -> Result {
    try Self.run(
      Self.executable, arguments, in: folder, input: input,
      environment: ["CHARTLEDGER_DATA": (data ?? self.data).path, "CHARTLEDGER_BY": by])
  }

  static func run(
    _ executable: URL, _ arguments: [String], in folder: URL, input: String? = nil,
    environment: [String: String] = [:]
  ) throws -> Result {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let names = ["out", "err", "in"].map { folder.appending(path: "\(UUID().uuidString).\($0)") }
    defer { names.forEach { try? FileManager.default.removeItem(at: $0) } }
    for name in names { try Data().write(to: name) }
    try Data((input ?? "").utf8).write(to: names[2])
    let out = try FileHandle(forWritingTo: names[0])
    let err = try FileHandle(forWritingTo: names[1])
    process.standardOutput = out
    process.standardError = err
    process.standardInput = try FileHandle(forReadingFrom: names[2])
    try process.run()
    process.waitUntilExit()
    return Result(
      exitCode: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: names[0]), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: names[1]), as: UTF8.self))
  }

  func establish() throws {
    let result = try run(
      "init", "--clinic", "Test Clinic", "--time-zone", "America/New_York")
    guard result.exitCode == 0 else { throw ToolFailure(result.errors) }
  }

  /// How many events the log holds.
  func eventCount() throws -> Int {
    try run("log", "show", "--format", "ndjson").lines.count
  }
}

struct ToolFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
