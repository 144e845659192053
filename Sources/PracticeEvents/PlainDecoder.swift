import Foundation
import SwiftProtobuf

/// Bytes that are not as this program writes them; the library tells whether they are good.
struct NotPlain: Error {}

/// Decodes events whose bytes are as this program writes them: the fields of each message in the order
/// of their numbers, none unknown, and those that are not lists at most once. Of any other bytes it
/// throws `NotPlain`, good or bad.
///
/// The generated code is compiled for it once more, so that nothing is looked up at run time: more than
/// twice as quick as the library.
struct PlainDecoder {
  enum WireType: UInt8 {
    case number = 0
    case bytes = 2
  }

  private var next: UnsafeRawPointer?
  private let end: UnsafeRawPointer?
  private var field = 0
  private var type = WireType.number
  /// A field was announced and not yet read.
  private var isPending = false
  /// The field that was read last may come again.
  private var mayRepeat = false

  init(_ bytes: UnsafeRawBufferPointer) {
    next = bytes.baseAddress
    end = next.map { $0 + bytes.count }
  }

  static func decode<M: Message>(_ bytes: UnsafeRawBufferPointer) throws -> M {
    var decoder = PlainDecoder(bytes)
    var message = M()
    try message.decodeMessage(decoder: &decoder)
    return message
  }

  // MARK: Parts of a field

  private var left: Int {
    guard let next, let end else { return 0 }
    return end - next
  }

  @inline(__always)
  private mutating func byte() throws -> UInt8 {
    guard let place = next, place != end else { throw NotPlain() }
    next = place + 1
    return place.load(as: UInt8.self)
  }

  /// Most numbers are of one byte.
  @inline(__always)
  private mutating func varint() throws -> UInt64 {
    let byte = try byte()
    return byte < 0x80 ? UInt64(byte) : try varint(after: byte)
  }

  private mutating func varint(after first: UInt8) throws -> UInt64 {
    var byte = first
    var value = UInt64(byte & 0x7f)
    var shift: UInt64 = 7
    while byte >= 0x80 {
      // One of ten bytes is of no small number.
      guard shift < 63 else { throw NotPlain() }
      byte = try self.byte()
      value |= UInt64(byte & 0x7f) << shift
      shift += 7
    }
    return value
  }

  @inline(__always)
  private mutating func take(_ wanted: WireType) throws {
    guard type == wanted else { throw NotPlain() }
    isPending = false
  }

  private mutating func number() throws -> UInt64 {
    try take(.number)
    return try varint()
  }

  @inline(__always)
  private mutating func slice() throws -> UnsafeRawBufferPointer {
    try take(.bytes)
    let count = try varint()
    guard count <= UInt64(left) else { throw NotPlain() }
    let start = next
    next = start.map { $0 + Int(count) }
    return UnsafeRawBufferPointer(start: start, count: Int(count))
  }

  /// Reads over the field that was announced.
  mutating func skip() throws {
    if type == .number { _ = try number() } else { _ = try slice() }
  }

  private mutating func text() throws -> String {
    let bytes = try slice()
    // Almost all text is ASCII, which needs no more validation; that of the standard library is slow.
    if bytes.isASCII {
      // Proof: just looked at, and copied before the bytes go.
      let span = Span(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self))
      return String(copying: UTF8Span(unchecked: span, isKnownASCII: true))
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw NotPlain() }
    return text
  }

  private mutating func message<M: Message>() throws -> M {
    let bytes = try slice()
    // The library's own message is not compiled for this decoder.
    if M.self == Google_Protobuf_Timestamp.self,
      let time = try Google_Protobuf_Timestamp(plainBytes: bytes) as? M
    {
      return time
    }
    return try Self.decode(bytes)
  }

  /// Of a list of numbers in one field, or of one of them in a field of its own.
  private mutating func numbers(_ append: (UInt64) -> Void) throws {
    guard type == .bytes else {
      append(try number())
      mayRepeat = true
      return
    }
    var packed = PlainDecoder(try slice())
    while packed.left > 0 { append(try packed.varint()) }
  }

  private static func zigZag(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  private static func zigZag(_ value: UInt32) -> Int32 {
    Int32(bitPattern: value >> 1) ^ -Int32(bitPattern: value & 1)
  }
}

// What events are made of; `PlainDecoder+Absent.swift` has the rest.
extension PlainDecoder: Decoder {
  mutating func nextFieldNumber() throws -> Int? {
    guard !isPending else { throw NotPlain() }
    guard left > 0 else { return nil }
    let tag = try varint()
    let number = Int(tag >> 3)
    guard let type = WireType(rawValue: UInt8(tag & 7)), number <= 0x1fff_ffff,
      number > field || (mayRepeat && number == field)
    else { throw NotPlain() }
    (field, self.type, isPending, mayRepeat) = (number, type, true, false)
    return number
  }

  mutating func handleConflictingOneOf() throws { throw NotPlain() }

  mutating func decodeSingularInt32Field(value: inout Int32) throws {
    value = Int32(truncatingIfNeeded: try number())
  }

  mutating func decodeSingularInt32Field(value: inout Int32?) throws {
    value = Int32(truncatingIfNeeded: try number())
  }

  mutating func decodeSingularInt64Field(value: inout Int64) throws {
    value = Int64(bitPattern: try number())
  }

  mutating func decodeSingularUInt64Field(value: inout UInt64) throws { value = try number() }

  mutating func decodeSingularSInt32Field(value: inout Int32) throws {
    value = Self.zigZag(UInt32(truncatingIfNeeded: try number()))
  }

  mutating func decodeSingularSInt32Field(value: inout Int32?) throws {
    value = Self.zigZag(UInt32(truncatingIfNeeded: try number()))
  }

  mutating func decodeSingularSInt64Field(value: inout Int64) throws {
    value = Self.zigZag(try number())
  }

  mutating func decodeSingularBoolField(value: inout Bool) throws { value = try number() != 0 }

  mutating func decodeSingularEnumField<E: SwiftProtobuf.Enum>(value: inout E) throws {
    guard let known = E(rawValue: Int(Int32(truncatingIfNeeded: try number()))) else {
      throw NotPlain()
    }
    value = known
  }

  mutating func decodeSingularStringField(value: inout String) throws { value = try text() }

  mutating func decodeSingularBytesField(value: inout Data) throws { value = Data(try slice()) }

  mutating func decodeSingularMessageField<M: Message>(value: inout M?) throws {
    value = try message() as M
  }

  mutating func decodeRepeatedStringField(value: inout [String]) throws {
    value.append(try text())
    mayRepeat = true
  }

  mutating func decodeRepeatedMessageField<M: Message>(value: inout [M]) throws {
    value.append(try message())
    mayRepeat = true
  }

  mutating func decodeRepeatedInt32Field(value: inout [Int32]) throws {
    try numbers { value.append(Int32(truncatingIfNeeded: $0)) }
  }

  mutating func decodeRepeatedInt64Field(value: inout [Int64]) throws {
    try numbers { value.append(Int64(bitPattern: $0)) }
  }

  mutating func decodeRepeatedSInt32Field(value: inout [Int32]) throws {
    try numbers { value.append(Self.zigZag(UInt32(truncatingIfNeeded: $0))) }
  }
}

extension Google_Protobuf_Timestamp {
  fileprivate init(plainBytes bytes: UnsafeRawBufferPointer) throws {
    self.init()
    var decoder = PlainDecoder(bytes)
    while let field = try decoder.nextFieldNumber() {
      switch field {
      case 1: try decoder.decodeSingularInt64Field(value: &seconds)
      case 2: try decoder.decodeSingularInt32Field(value: &nanos)
      default: throw NotPlain()
      }
    }
  }
}

extension UnsafeRawBufferPointer {
  /// Eight bytes at a time.
  fileprivate var isASCII: Bool {
    var seen: UInt64 = 0
    var offset = 0
    while offset + 8 <= count {
      seen |= loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      offset += 8
    }
    while offset < count {
      seen |= UInt64(self[offset])
      offset += 1
    }
    return seen & 0x8080_8080_8080_8080 == 0
  }
}
