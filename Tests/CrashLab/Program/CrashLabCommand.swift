import ArgumentParser
import CrashLaboratory
import Foundation

@main
struct CrashLabCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crashlab",
    abstract: "The crash lab; tools/crashlab builds and runs it.",
    subcommands: [Run.self, Child.self])
}

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Torture the log, the views and the keys until they hold.",
    usage: "tools/crashlab [--seed N] [--minutes M] [--only PART] [--case N]",
    discussion: """
      kills        a writing child is killed, at chosen calls and random moments;
                   or two that write at once; or one that makes, backs up,
                   restores, forks, rotates a key, rebuilds, imports
      images       the disks that a power failure may leave are built and opened:
                   any subset of what was not yet flushed, torn in sectors
      faults       one call fails, once or from then on: EIO, ENOSPC, short writes;
                   or reads fail, or pages of the memory maps cannot be had
      simulations  writer, queue, projectors, readers under a seeded scheduler
      planted      bugs are put in, and must be caught

      Every violation is printed with what repeats it. Exit status 0: none, and
      every planted bug was caught; 6: otherwise.

      Examples:
        tools/crashlab                                  about three minutes
        tools/crashlab --minutes 120 --seed 7           longer, other cases
        tools/crashlab --seed 7 --only images --case 12 one case again
      """)

  @Option(help: "Cases follow from it.") var seed: UInt64 = 1
  @Option(help: "How long, all parts together.") var minutes: Double = 3
  @Option(help: "Only this part: kills, images, faults, simulations or planted.")
  var only: Part?
  @Option(name: .customLong("case"), help: "Only this case of the part named by --only.")
  var number: Int?
  @Option(help: ArgumentHelp("The recorder, built.", visibility: .hidden)) var recorder: String
  @Option(help: "Where to work; in memory is fastest. Violations are kept there.")
  var scratch: String?

  func validate() throws {
    guard number == nil || only != nil else {
      throw ValidationError("--case needs --only, to tell the part")
    }
    guard minutes > 0 else { throw ValidationError("--minutes must be positive") }
  }

  func run() async throws {
    let scratch = try self.scratch ?? Self.newScratch()
    let laboratory = Laboratory(
      Laboratory.Options(
        seed: seed, minutes: minutes, parts: only.map { [$0] } ?? Part.allCases,
        firstCase: number ?? 0, cases: number == nil ? nil : 1, scratch: scratch,
        program: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
        recorder: recorder)
    ) { line in
      FileHandle.standardError.write(Data("\(line)\n".utf8))
    }
    let totals = try await laboratory.run()
    report(totals)
    if self.scratch == nil, totals.violations.isEmpty {
      try? FileManager.default.removeItem(atPath: scratch)
    }
    if !totals.isSound { throw ExitCode(6) }
  }

  private func report(_ totals: Totals) {
    for violation in totals.violations {
      print("violation: \(violation)")
      print("  again: tools/crashlab --seed \(seed) \(violation.again)")
    }
    let caught = totals.planted.count { $0.caught != nil }
    print(
      """
      kills         \(totals.kills)
      images        \(totals.images), of which \(totals.disks) differ and were opened
      faults        \(totals.faults)
      simulations   \(totals.simulations), with \(totals.steps) steps
      violations    \(totals.violations.count)
      planted bugs  \(caught) of \(totals.planted.count) caught
      seed          \(seed)
      """)
  }

  private static func newScratch() throws -> String {
    let memory = "/dev/shm"
    let isThere = FileManager.default.isWritableFile(atPath: memory)
    let base = isThere ? memory : FileManager.default.temporaryDirectory.path
    let path = "\(base)/crashlab-\(ProcessInfo.processInfo.processIdentifier)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return URL(filePath: path).resolvingSymlinksInPath().path
  }
}

extension Part: ExpressibleByArgument {}

/// What the laboratory's children run.
struct Child: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What the laboratory's children run.", shouldDisplay: false)

  @Argument var directory: String
  @Argument var marks: String
  @Argument var seed: UInt64
  @Argument var errand: [String]

  func run() async throws {
    guard let errand = Errand(errand) else { throw ValidationError("no such errand") }
    try await errand.run(in: directory, marks: marks, seed: seed)
  }
}
