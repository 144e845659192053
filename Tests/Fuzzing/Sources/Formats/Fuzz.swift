import Foundation

/// Formats that come from outside, by name. Whatever the bytes are, a target ends with a value or a
/// thrown error: a trap is what the fuzzer looks for. A new one is listed here, or in `Everything.swift`
/// if it needs a clinic, and gets a folder of small inputs under `Corpus`.
package let formats: [String: @Sendable ([UInt8]) -> Void] = [
  "record": fuzzRecord,
  "event": fuzzEvent,
  "note": fuzzNote,
  "proof": fuzzProof,
  "remittance": fuzzRemittance,
  "eligibility": fuzzEligibility,
  "acknowledgement": fuzzAcknowledgement,
  "export": fuzzExport,
  "table": fuzzTable,
  "value": fuzzValue,
  "parameters": fuzzParameters,
]

/// The target that the variable `FUZZ_TARGET` names.
package func chosen(
  of targets: [String: @Sendable ([UInt8]) -> Void]
) -> @Sendable ([UInt8]) -> Void {
  let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
  guard let target = targets[name] else {
    let names = targets.keys.sorted().joined(separator: ", ")
    FileHandle.standardError.write(Data("set FUZZ_TARGET to one of \(names)\n".utf8))
    exit(64)
  }
  return target
}

/// Keeps a result from being optimized away.
@inline(never) package func use<Value>(_ value: Value) { withUnsafePointer(to: value) { _ in } }

/// A promise of the program that an input breaks.
package func require(_ holds: Bool, _ promise: StaticString) {
  if !holds { fatalError("broken promise: \(promise)") }
}

/// Takes an input apart into numbers and texts; of a spent one there are zeros.
package struct Pieces {
  private var rest: ArraySlice<UInt8>
  package init(_ bytes: [UInt8]) { rest = bytes[...] }

  package var isSpent: Bool { rest.isEmpty }

  package mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

  package mutating func number() -> UInt64 {
    (0..<8).reduce(0) { number, _ in number << 8 | UInt64(byte()) }
  }

  /// So many bytes at most.
  package mutating func bytes(_ count: Int) -> [UInt8] {
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  /// Up to a newline.
  package mutating func line() -> String {
    let line = rest.prefix { $0 != UInt8(ascii: "\n") }
    rest = rest.dropFirst(line.count + 1)
    return String(decoding: line, as: UTF8.self)
  }

  package var remaining: [UInt8] { Array(rest) }
}
