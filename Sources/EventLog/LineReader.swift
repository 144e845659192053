import Foundation

/// The lines of a file, one at a time, without their newlines.
struct LineReader {
  /// Longer than the line of the largest blob.
  private static let maximumLineBytes = 2 * Proposal.maximumBytes
  private static let chunkBytes = 1 << 20

  private let file: FileHandle
  private var buffer = Data()
  private var isAtEnd = false
  /// Number of the line that `next` returned last, from 1.
  private(set) var number = 0

  init(_ url: URL) throws {
    file = try FileHandle(forReadingFrom: url)
  }

  /// Nil at the end of the file.
  mutating func next() throws -> Data? {
    var searched = 0
    number += 1
    while true {
      let rest = buffer.dropFirst(searched)
      if let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
        let line = buffer[buffer.startIndex..<newline]
        buffer = buffer[(newline + 1)...]
        return line
      }
      searched = buffer.count
      guard !isAtEnd else {
        defer { buffer = Data() }
        return buffer.isEmpty ? nil : buffer
      }
      guard buffer.count <= Self.maximumLineBytes else {
        throw EventLogError.malformedExport(
          line: number, reason: "it is longer than \(Self.maximumLineBytes) bytes")
      }
      if let chunk = try file.read(upToCount: Self.chunkBytes), !chunk.isEmpty {
        buffer = Data(buffer) + chunk
      } else {
        isAtEnd = true
      }
    }
  }
}
