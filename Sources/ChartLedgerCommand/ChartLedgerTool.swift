import ArgumentParser
import Backend
import Foundation

/// The command line tool.
public struct ChartLedgerTool: AsyncParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "chartledger",
    abstract: "The system of record of a medical-massage clinic.",
    discussion: """
      Every action is appended to an event log; nothing is ever edited. Data goes to stdout, talk \
      to stderr. Exit codes: 0 ok, 1 unexpected, 2 stopped, 3 not found, 4 not allowed, 5 conflict, \
      6 a check found a difference, 64 usage, 65 refused or bad data, 66 no clinic there, 73 cannot \
      create, 74 I/O, 75 try again.
      """,
    subcommands: [
      InitVerb.self, DemoVerb.self, RecordVerb.self, ReportVerb.self, DocumentVerb.self,
      ExplainVerb.self,
      AuditVerb.self, ImportVerb.self, ExportVerb.self, LogVerb.self, ViewVerb.self,
      AccessVerb.self, ServeVerb.self, DoctorVerb.self, BackupVerb.self, RestoreVerb.self,
    ])

  /// Not the argument parser's `version`, which would claim the flag of every subcommand.
  static let version = "0.1.0"

  public init() {}

  /// Runs the tool and gives the exit code of the process.
  public static func run(_ arguments: [String]) async -> Int32 {
    // A reader that goes away (`| head`) ends the output, not the program with a signal.
    signal(SIGPIPE, SIG_IGN)
    Backend.endProcessOnMapFault()
    if arguments == ["--version"] {
      try? Console.write("chartledger \(version)\n")
      return 0
    }
    do {
      var command = try parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      return 0
    } catch {
      if error is OutputClosed { return 0 }
      let code = exitCode(for: error).rawValue
      if error is ExitCode { return code }
      if isOwnError(error) {
        let failure = Failure(error)
        failure.say(asJSON: wantsJSON(arguments))
        return failure.exitCode
      }
      let message = fullMessage(for: error)
      guard code != 0 else {
        try? Console.write(message + "\n")
        return 0
      }
      Failure(usage: message).say(asJSON: wantsJSON(arguments))
      return code
    }
  }

  /// Whether the error is not the argument parser's, which has its own way of saying it.
  private static func isOwnError(_ error: any Error) -> Bool {
    let module = String(reflecting: type(of: error)).split(separator: ".").first
    return module != "ArgumentParser"
  }

  private static func wantsJSON(_ arguments: [String]) -> Bool {
    arguments.contains("--format=json") || arguments.contains("--format=ndjson")
      || zip(arguments, arguments.dropFirst()).contains {
        $0 == "--format" && ($1 == "json" || $1 == "ndjson")
      }
  }
}
