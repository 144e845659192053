import Formats

/// The formats, and what needs a clinic or the server.
private let target = chosen(
  of: formats.merging(
    [
      "packet": fuzzPacket, "forgery": fuzzForgery, "request": fuzzRequest, "report": fuzzReport,
    ]) { $1 })

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  target(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
