import Foundation
import Glibc

/// The reader of our output has gone; there is nothing left to do, and nothing is wrong.
struct OutputClosed: Error {}

/// The terminal: stdout is data, stderr is talk.
enum Console {
  /// Whether a person is reading stderr.
  static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  /// Columns for tables: of the terminal, else of `COLUMNS`, else 100.
  static var width: Int {
    var size = winsize()
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      return Int(size.ws_col)
    }
    return ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) } ?? 100
  }

  /// Writes data; text is written as it is.
  ///
  /// - Throws: `OutputClosed` when nobody reads any more (`| head`).
  static func write(_ text: String) throws { try write(Array(text.utf8)) }

  static func write(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        if errno == EPIPE { throw OutputClosed() }
        throw UsageError(
          "the output cannot be written: \(String(cString: strerror(errno)))",
          hint: "check where it goes")
      }
    }
  }

  /// Writes a line of talk; when nobody listens, it is lost.
  static func say(_ line: String) { talk(line + "\n") }

  /// Writes talk without ending the line.
  static func talk(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
