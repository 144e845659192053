import Foundation

/// Everything that reads bytes from outside, by name. Whatever the bytes are, a target ends with a
/// value or a thrown error: a trap is what the fuzzer looks for. A new one is listed here and gets a
/// folder of small inputs under `Corpus`.
let targets: [String: @Sendable ([UInt8]) -> Void] = [
  "record": fuzzRecord,
  "event": fuzzEvent,
  "note": fuzzNote,
  "proof": fuzzProof,
  "packet": fuzzPacket,
  "remittance": fuzzRemittance,
  "eligibility": fuzzEligibility,
  "export": fuzzExport,
  "table": fuzzTable,
  "value": fuzzValue,
  "request": fuzzRequest,
  "report": fuzzReport,
]

/// The target that the variable `FUZZ_TARGET` names.
private let chosen: @Sendable ([UInt8]) -> Void = {
  let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
  guard let target = targets[name] else {
    let names = targets.keys.sorted().joined(separator: ", ")
    FileHandle.standardError.write(Data("set FUZZ_TARGET to one of \(names)\n".utf8))
    exit(64)
  }
  return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  chosen(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// Keeps a result from being optimized away.
@inline(never) func use<Value>(_ value: Value) { withUnsafePointer(to: value) { _ in } }

/// A promise of the program that an input breaks.
func require(_ holds: Bool, _ promise: StaticString) {
  if !holds { fatalError("broken promise: \(promise)") }
}

/// Takes an input apart into numbers and texts; of a spent one there are zeros.
struct Pieces {
  private var rest: ArraySlice<UInt8>
  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isSpent: Bool { rest.isEmpty }

  mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

  mutating func number() -> UInt64 {
    (0..<8).reduce(0) { number, _ in number << 8 | UInt64(byte()) }
  }

  /// So many bytes at most.
  mutating func bytes(_ count: Int) -> [UInt8] {
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  /// Up to a newline.
  mutating func line() -> String {
    let line = rest.prefix { $0 != UInt8(ascii: "\n") }
    rest = rest.dropFirst(line.count + 1)
    return String(decoding: line, as: UTF8.self)
  }

  var remaining: [UInt8] { Array(rest) }
}
