import ArgumentParser
import Foundation

@main
struct ChartLedgerBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chartledger-bench",
    abstract: "Measure the log, the views and the reports on this machine, each beside its floor.",
    discussion: """
      Writes some hundred megabytes into a scratch folder and removes it at the end. Measures only \
      and judges nothing: a slow machine is no failure.
      """)

  @Flag(help: "Fewer events and repetitions: less than a minute.") var quick = false
  @Flag(help: "Print JSON.") var json = false
  @Option(help: "Number of events; 100000 by default, 20000 with --quick.") var events: Int?
  @Option(help: "Where the scratch folder is made: on the disk to be measured.")
  var directory = FileManager.default.temporaryDirectory.path

  func validate() throws {
    guard (1_000...2_000_000).contains(events ?? 1_000) else {
      throw ValidationError("--events is from 1000 to 2000000.")
    }
  }

  func run() async throws {
    #if DEBUG
    Self.say("warning: a debug build; measure with tools/bench")
    #endif
    let machine = Machine(directory: directory)
    if machine.fileSystem == "tmpfs" {
      Self.say("warning: \(directory) is in memory, where a flush costs nothing: use --directory")
    }
    let scratch = URL(filePath: directory).appending(path: "chartledger-bench-\(UUID())")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }

    let wanted = events ?? (quick ? 20_000 : 100_000)
    Self.say("simulating \(wanted) events")
    let bench = Bench(
      sizes: quick ? .quick(events: wanted) : .full(events: wanted),
      corpus: try Corpus(events: wanted), scratch: scratch.path, say: Self.say)
    let report = BenchReport(bench, machine, try await bench.run())
    print(json ? try report.json() : report.table())
  }

  /// Talk goes to standard error: standard output is data.
  private static func say(_ text: String) {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
  }
}
