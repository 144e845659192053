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

  /// Where it is neither late in the evening nor early in the morning now: what a test does one after
  /// the other is all of one day, on which no clock is changed.
  static let timeZone: String = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: "America/New_York") ?? .gmt
    let hour = calendar.component(.hour, from: Date())
    return (4..<22).contains(hour) ? "America/New_York" : "Asia/Tokyo"
  }()

  private let remains = Remains()
  var folder: URL { remains.folder }
  var data: URL { folder.appending(path: "clinic") }

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// Removes what the test wrote.
  func cleanUp() { remains.remove() }

  /// Removes it also when a test fails before it could ask for that.
  private final class Remains: Sendable {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "chartledger-tool-\(UUID().uuidString)")
    func remove() { try? FileManager.default.removeItem(at: folder) }
    deinit { remove() }
  }

  /// What the tool inherits: not the clinic and keys of whoever runs the tests, nor their terminal.
  static let inherited = ProcessInfo.processInfo.environment
    .filter { !$0.key.hasPrefix("CHARTLEDGER_") && $0.key != "COLUMNS" }

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
    process.environment = inherited.merging(environment) { $1 }
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
    let result = try run("init", "--clinic", "Test Clinic", "--time-zone", Self.timeZone)
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
