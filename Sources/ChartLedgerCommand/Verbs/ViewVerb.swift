import ArgumentParser
import Backend
import Foundation
import Glibc
import Practice
import Projection
import Reports

/// `chartledger view`: the read models.
struct ViewVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view", abstract: "List, rebuild or verify the read models.",
    subcommands: [ViewList.self, ViewRebuild.self, ViewVerify.self])
}

struct ViewList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "How far each view is, and how large.")

  @OptionGroup var data: DataOption
  @OptionGroup var output: FormatOption

  func run() async throws {
    try Console.write(ViewListing.render(data.open(), nil, output.format))
  }
}

/// The state of views as rows.
enum ViewListing {
  static func render(
    _ backend: Backend, _ names: [String]?, _ format: ReportFormat
  ) throws
    -> String
  {
    let status = try backend.views.status().filter { names?.contains($0.name) ?? true }
    return try Listing(
      title: "Views",
      columns: [
        Column("view", "View", .text), Column("version", "Version", .integer),
        Column("generation", "Generation", .integer), Column("position", "Position", .integer),
        Column("lag", "Behind", .integer, unit: "events"), Column("rows", "Rows", .integer),
        Column("bytes", "Bytes", .integer),
      ],
      rows: status.map { view in
        [
          .text(view.name), .integer(Int(view.version)),
          view.generation.map { .integer(Int($0)) } ?? .none,
          .integer(Int(view.position.rawValue)), .integer(Int(view.lag)), .integer(view.rows),
          .integer(view.bytes),
        ]
      }
    ).render(format)
  }
}

struct ViewRebuild: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild",
    abstract: "Make views anew from the log; readers keep the old ones until the switch.")

  @OptionGroup var data: DataOption
  @OptionGroup var output: FormatOption
  @Argument(help: "Names of views; none is all.") var names: [String] = []

  func run() async throws {
    let backend = try data.open()
    let bar = ProgressBar()
    Self.giveWay()
    try backend.views.rebuild(names.isEmpty ? nil : names) {
      bar.show($0.phase, done: $0.done, total: $0.total)
    }
    bar.finish()
    try Console.write(ViewListing.render(backend, names.isEmpty ? nil : names, output.format))
  }

  /// Lets those go first who serve and record meanwhile: a rebuild takes what they leave of the
  /// processors. The system keeps this by thread; those that are to come inherit it. Who gives way
  /// more already goes on doing so.
  private static func giveWay() {
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
    let kind = __priority_which_t(PRIO_PROCESS.rawValue)
    for thread in threads.compactMap({ id_t($0) }) where getpriority(kind, thread) < 10 {
      _ = setpriority(kind, thread, 10)
    }
  }
}

struct ViewVerify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compare the views with a fresh rebuild; exit code 6 and the first difference.")

  @OptionGroup var data: DataOption
  @OptionGroup var output: FormatOption
  @Argument(help: "Names of views; none is all.") var names: [String] = []

  func run() async throws {
    let backend = try data.open()
    let bar = ProgressBar()
    _ = try backend.views.catchUp { bar.show($0.phase, done: $0.done, total: $0.total) }
    let difference = try backend.views.verify(names.isEmpty ? nil : names) {
      bar.show($0.phase, done: $0.done, total: $0.total)
    }
    bar.finish()
    if let difference {
      throw Finding(text: "\(difference)", hint: "run `chartledger view rebuild`")
    }
    try Console.write(ViewListing.render(backend, names.isEmpty ? nil : names, output.format))
    Console.say("every row equals a fresh rebuild")
  }
}
