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
        chartledger serve --data clinic --host 0.0.0.0 --port 8443 \
          --tls-certificate clinic.pem --tls-key clinic.key

      Open the address in a browser for pages: sign in with a token of `chartledger access grant`.
      A new certificate is taken up with a new start. /healthz tells whether reports can be given;
      /metrics (Prometheus) needs a token unless only this machine can reach the server.
      """)

  @OptionGroup var data: DataOption
  @Option(help: "The address to bind; only this machine unless you say otherwise.")
  var host = "127.0.0.1"
  @Option(help: "The TCP port; 0 takes a free one.") var port = 8080
  @Option(
    help: "The server's certificate and those that vouch for it, in PEM.", completion: .file())
  var tlsCertificate: String?
  @Option(help: "The private key of the certificate, in PEM.", completion: .file())
  var tlsKey: String?
  @Option(
    help: """
      Megabytes of answers to keep in case the same is asked again before anything is recorded; \
      who reads is checked and recorded each time. 0 keeps none.
      """)
  var keptAnswers = ReportServer.keptAnswerBytes >> 20
  @Flag(help: "Allow an address that other machines can reach, without TLS.")
  var insecurePublic = false

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port is 0 to 65535") }
    guard (0...65_536).contains(keptAnswers) else {
      throw ValidationError("--kept-answers is 0 to 65536 megabytes")
    }
    guard (tlsCertificate == nil) == (tlsKey == nil) else {
      throw ValidationError("--tls-certificate and --tls-key belong together")
    }
    guard isLocal || tlsKey != nil || insecurePublic else {
      throw ValidationError(
        "\(host) is reachable from other machines: give --tls-certificate and --tls-key, put a TLS "
          + "proxy in front, or say --insecure-public")
    }
  }

  private var isLocal: Bool { ["127.0.0.1", "::1", "localhost"].contains(host) }

  func run() async throws {
    let security = try tlsCertificate.flatMap { certificate in
      try tlsKey.map { try TransportSecurity(certificate: certificate, key: $0) }
    }
    let backend = try data.open()
    let bar = ProgressBar()
    _ = try backend.views.catchUp { bar.show($0.phase, done: $0.done, total: $0.total) }
    bar.finish()
    let signing = Task { await Signing.everyMinute(backend) }
    defer {
      signing.cancel()
      Signing.sign(backend)
    }
    let server = ReportServer(
      backend: backend, security: security, isLocal: isLocal, keptAnswerBytes: keptAnswers << 20)
    try await server.run(host: host, port: port) { address in
      Console.say("serving \(backend.directory.path) on \(address)/v1/reports")
    }
  }
}
