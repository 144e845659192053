import Foundation
import Glibc

/// Another program that the benchmark runs.
enum Child {
  /// What it printed, and what went wrong, if anything.
  struct Output {
    var text: String
    var problem: String?
  }

  /// Runs a program to its end, or for so many seconds at most.
  static func output(
    of program: String, _ arguments: [String], within seconds: Int
  ) throws -> Output {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let pid = process.processIdentifier
    let deadline = Task.detached {
      try await Task.sleep(for: .seconds(seconds))
      kill(pid, SIGTERM)
    }
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    deadline.cancel()
    var problem: String?
    if process.terminationReason == .uncaughtSignal {
      problem = "stopped after \(seconds) s"
    } else if process.terminationStatus != 0 {
      let lines = String(decoding: complaint, as: UTF8.self).split(separator: "\n")
      problem = lines.last.map(String.init) ?? "exit code \(process.terminationStatus)"
    }
    return Output(text: String(decoding: text, as: UTF8.self), problem: problem)
  }

  /// Starts this program in another role and waits for its first line.
  static func start(_ arguments: [String]) throws -> (process: Process, line: String) {
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    var line = Data()
    while let byte = try output.fileHandleForReading.read(upToCount: 1), byte.first != 10 {
      if byte.isEmpty { break }
      line += byte
    }
    return (process, String(decoding: line, as: UTF8.self))
  }

  /// The path of a program of the system; nil when it is not installed.
  static func find(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
