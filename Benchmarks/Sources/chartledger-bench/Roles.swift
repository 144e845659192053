import ArgumentParser
import Backend
import EventLog
import Foundation
import Hummingbird
import ReportServer

/// Serves a clinic; prints where, then serves until it is stopped.
struct ServeClinic: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve-clinic", shouldDisplay: false)
  @Argument var directory: String
  /// Megabytes of answers that are kept; nil is what a server keeps unless told otherwise.
  @Option var keptAnswers: Int?

  func run() async throws {
    let backend = try Backend(DataDirectory(directory))
    try backend.views.catchUp()
    let server = ReportServer(
      backend: backend,
      keptAnswerBytes: keptAnswers.map { $0 << 20 } ?? ReportServer.keptAnswerBytes)
    try await server.run(host: "127.0.0.1", port: 0) { address in
      print(address)
      fflush(nil)
    }
  }
}

/// The floor of a served report: the same HTTP server, with as many threads, and nothing behind it.
struct ServeNothing: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve-nothing", shouldDisplay: false)

  func run() async throws {
    let router = Router()
    router.get("/") { _, _ in "{}" }
    // As long an answer as a report's, to tell what sending it costs.
    router.get("bytes/:count") { _, context in
      let count = context.parameters.get("count", as: Int.self) ?? 0
      return ByteBuffer(repeating: UInt8(ascii: " "), count: min(max(count, 0), 1 << 20))
    }
    let application = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in
        print("http://127.0.0.1:\(channel.localAddress?.port ?? 0)")
        fflush(nil)
      })
    try await application.runService()
  }
}

/// Appends to a log for ever.
struct AppendUntilKilled: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "append-until-killed", shouldDisplay: false)
  @Argument var directory: String

  func run() async throws {
    let log = try LMDBEventLog(directory: directory, create: false)
    var generator = SystemRandomNumberGenerator()
    print("appending")
    fflush(nil)
    while true {
      let event = NewEvent(
        id: .uuidV7(milliseconds: UInt64(LogTime.now.rawValue / 1_000), using: &generator),
        stream: StreamID(high: 1, low: 1), kind: EventKind(rawValue: 60_000), tags: [],
        payload: [UInt8](repeating: 1, count: 200))
      _ = try await log.append(command: .random(using: &generator)) { _, _ in
        Proposal(events: [event])
      }
    }
  }
}

/// Makes a log with a history of so many events, for the hot paths and for a server to be measured.
struct Fill: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "fill", shouldDisplay: false)
  @Argument var directory: String
  @Option var events = 2_000

  private static let batch = 1_000

  func run() async throws {
    let log = try LMDBEventLog(directory: directory, create: true)
    try await Corpus.forEachPart(of: events) { part in
      let made = part.events
      var batchImport = BatchImport(into: log)
      for start in stride(from: 0, to: made.count, by: Self.batch) {
        try await batchImport.add(Array(made[start..<min(start + Self.batch, made.count)]))
      }
      try await batchImport.finish()
    }
  }
}
