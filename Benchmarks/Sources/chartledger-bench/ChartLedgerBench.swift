import ArgumentParser
import Foundation

@main
struct ChartLedgerBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chartledger-bench",
    abstract:
      "Measure the log, the views and the reports on this machine, beside floors and peers.",
    discussion: """
      Writes into a scratch folder, about 2 GB for each million events, and removes it at the end. \
      Measures and says which goals are met; a missed goal is no failure.

      Examples:
        tools/bench --quick
        tools/bench --events 100k,1M,10M --json > figures.json
        tools/bench --no-peers --directory /mnt/disk
      """,
    subcommands: [
      ServeClinic.self, ServeNothing.self, AppendUntilKilled.self, Fill.self, Measure.self,
    ],
    defaultSubcommand: Measure.self)
}

struct Measure: AsyncParsableCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)

  @Flag(help: "Fewer events and repetitions: less than four minutes.") var quick = false
  @Flag(help: "Print JSON.") var json = false
  @Option(
    help: "Numbers of events, each measured from anew; 100k by default, 20k with --quick.",
    transform: EventCounts.init)
  var events: EventCounts?
  @Flag(inversion: .prefixedNo, help: "Measure other stores too, on the first number of events.")
  var peers = true
  @Option(
    help: "Parts to measure, such as import,clinic; all by default.", transform: PartNames.init)
  var only: PartNames?
  @Option(help: "Where the scratch folder is made: on the disk to be measured.")
  var directory = FileManager.default.temporaryDirectory.path

  func run() async throws {
    #if DEBUG
    Self.say("warning: a debug build; measure with tools/bench")
    #endif
    let machine = Machine(directory: directory)
    if machine.fileSystem == "tmpfs" {
      Self.say("warning: \(directory) is in memory, where a flush costs nothing: use --directory")
    }
    var report = BenchReport(machine)
    for count in events?.counts ?? [quick ? 20_000 : 100_000] {
      let scratch = URL(filePath: directory).appending(path: "chartledger-bench-\(UUID())")
      try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: scratch) }
      Self.say("simulating \(count) events")
      var bench = try Bench(
        sizes: quick ? .quick(events: count) : .full(events: count), scratch: scratch.path,
        say: Self.say)
      if peers, report.sections.isEmpty { report.peers = try measurePeers(bench) }
      let rows = try await bench.run(only?.parts ?? Set(Bench.Part.allCases))
      report.add(bench, rows)
    }
    print(json ? try report.json() : report.table())
  }

  /// The scripts need what `tools/bench` prepares.
  private func measurePeers(_ bench: Bench) throws -> [Peer] {
    let environment = ProcessInfo.processInfo.environment
    let embedded = try bench.sqlitePeers()
    guard let python = environment["BENCH_PYTHON"], let drivers = environment["BENCH_DRIVERS"]
    else {
      Self.say("no stores beside SQLite: start this with tools/bench")
      return embedded
    }
    return try embedded + bench.scriptedPeers(python: python, drivers: drivers)
  }

  /// Talk goes to standard error: standard output is data.
  private static func say(_ text: String) {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
  }
}

/// Numbers of events, such as `20k,1M`.
struct EventCounts {
  var counts: [Int]

  init(_ text: String) throws {
    counts = try text.split(separator: ",").map { part in
      let factor = part.hasSuffix("k") ? 1_000 : part.hasSuffix("M") ? 1_000_000 : 1
      guard let number = Int(factor == 1 ? part : part.dropLast()),
        case let count = number.multipliedReportingOverflow(by: factor), !count.overflow,
        (1_000...100_000_000).contains(count.partialValue)
      else {
        throw ValidationError(
          "\(part) is not a number of events from 1k to 100M, such as 20k or 1M.")
      }
      return count.partialValue
    }
    guard !counts.isEmpty else { throw ValidationError("Give at least one number of events.") }
  }
}

/// Parts of the measurement, such as `import,clinic`.
struct PartNames {
  var parts: Set<Bench.Part>

  init(_ text: String) throws {
    parts = try Set(
      text.split(separator: ",").map { name in
        guard let part = Bench.Part(rawValue: String(name)) else {
          let known = Bench.Part.allCases.map(\.rawValue).joined(separator: ", ")
          throw ValidationError("\(name) is no part of the measurement: \(known).")
        }
        return part
      })
  }
}
