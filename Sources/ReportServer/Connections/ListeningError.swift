import Glibc
import NIOCore

/// Why no connections can be accepted at an address.
public struct ListeningError: Error, CustomStringConvertible {
  public let description: String

  /// Runs `body`, with the system's refusal of the address in plain words.
  static func explaining(
    _ host: String, _ port: Int, _ body: () async throws -> Void
  ) async throws {
    do {
      try await body()
    } catch let error as IOError
      where [EADDRINUSE, EACCES, EADDRNOTAVAIL].contains(error.errnoCode)
    {
      let reason =
        switch error.errnoCode {
        case EADDRINUSE:
          "another program uses port \(port) of \(host), perhaps a `serve` that still runs: end it, "
            + "or give another --port"
        case EACCES: "port \(port) may not be used by this user: give a --port above 1023"
        default: "this machine does not have the address \(host): give another --host"
        }
      throw ListeningError(description: reason)
    }
  }
}
