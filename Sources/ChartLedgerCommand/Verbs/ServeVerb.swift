import ArgumentParser
import Backend
import Foundation
import ReportServer

/// `chartledger serve`: the reports over HTTP, read only.
struct ServeVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve the reports over HTTP, read only, until interrupted.",
    discussion: """
      Example:
        chartledger serve --data clinic --port 8080
        curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8080/v1/reports/ar.aging
      """)

  @OptionGroup var data: DataOption
  @Option(help: "The address to bind; only this machine unless you say otherwise.")
  var host = "127.0.0.1"
  @Option(help: "The TCP port; 0 takes a free one.") var port = 8080
  @Flag(help: "Allow an address that other machines can reach, without TLS.")
  var insecurePublic = false

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port is 0 to 65535") }
    guard ["127.0.0.1", "::1", "localhost"].contains(host) || insecurePublic else {
      throw ValidationError(
        "\(host) is reachable from other machines and there is no TLS: put a TLS proxy in front, "
          + "or say --insecure-public")
    }
  }

  func run() async throws {
    let backend = try data.open()
    let bar = ProgressBar()
    _ = try backend.views.catchUp { bar.show($0.phase, done: $0.done, total: $0.total) }
    bar.finish()
    let signing = Task { await Signing.everyMinute(backend) }
    defer {
      signing.cancel()
      Signing.sign(backend)
    }
    try await ReportServer(backend: backend).run(host: host, port: port) { address in
      Console.say("serving \(backend.directory.path) on http://\(address)/v1/reports")
    }
  }
}
