import Foundation
import SwiftProtobuf

/// Writes messages in the binary format of Protocol Buffers, the same bytes for equal messages: maps in
/// the order of their keys.
///
/// The library gives the same bytes, but measures each message before it writes it, and so what lies
/// four messages deep five times. Here a length is filled in afterwards.
public final class PlainEncoder {
  private var visitor = PlainVisitor()

  public init() {}

  deinit { visitor.deallocate() }

  /// Calls `body` with the message's bytes, which are valid only until it returns.
  public func encode(
    _ message: some Message, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    visitor.clear()
    try message.traverse(visitor: &visitor)
    try visitor.withBytes(body)
  }
}

/// Writes the fields that it visits, for `PlainEncoder`. The generated code is compiled for it once more,
/// so that nothing is looked up at run time.
public struct PlainVisitor {
  @usableFromInline
  enum WireType: UInt64 {
    case number = 0
    case eightBytes, bytes, startGroup, endGroup, fourBytes
  }

  /// Longer than what has been written; the encoder frees it.
  private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 8)
  @usableFromInline private(set) var count = 0

  fileprivate init() {}

  fileprivate func deallocate() { bytes.deallocate() }

  fileprivate mutating func clear() { count = 0 }

  fileprivate func withBytes(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    try body(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
  }

  @inline(__always)
  private mutating func reserve(_ more: Int) {
    if count + more > bytes.count { grow(more) }
  }

  private mutating func grow(_ more: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: 2 * (count + more), alignment: 8)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    bytes.deallocate()
    bytes = larger
  }

  // MARK: Parts of a field

  /// Most numbers are of one byte.
  @inline(__always)
  private mutating func put(_ number: UInt64) {
    reserve(10)
    guard number < 0x80 else { return putLong(number) }
    bytes[count] = UInt8(truncatingIfNeeded: number)
    count += 1
  }

  private mutating func putLong(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes[count] = UInt8(truncatingIfNeeded: rest) | 0x80
      count += 1
      rest >>= 7
    }
    bytes[count] = UInt8(rest)
    count += 1
  }

  private mutating func put(_ data: UnsafeRawBufferPointer) {
    put(UInt64(data.count))
    append(data)
  }

  private mutating func append(_ data: UnsafeRawBufferPointer) {
    reserve(data.count)
    guard let source = data.baseAddress, let target = bytes.baseAddress else { return }
    (target + count).copyMemory(from: source, byteCount: data.count)
    count += data.count
  }

  private mutating func append(littleEndian number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { append($0) }
  }

  @usableFromInline
  mutating func begin(_ field: Int, _ type: WireType) {
    put(UInt64(field) << 3 | type.rawValue)
  }

  /// Writes what `body` writes as a field of its own, after its length.
  @inlinable
  mutating func nest(
    _ field: Int, _ body: (inout PlainVisitor) throws -> Void
  ) rethrows {
    let start = beginNested(field)
    try body(&self)
    endNested(start)
  }

  /// - Returns: where the length is to be written.
  @usableFromInline
  mutating func beginNested(_ field: Int) -> Int {
    begin(field, .bytes)
    reserve(1)
    defer { count += 1 }
    return count
  }

  @usableFromInline
  mutating func endNested(_ start: Int) {
    let length = count - start - 1
    guard length >= 0x80 else {
      bytes[start] = UInt8(length)
      return
    }
    // The length needs more than the byte that was left for it.
    let digits = (63 - length.leadingZeroBitCount) / 7 + 1
    reserve(digits - 1)
    let content = UnsafeRawBufferPointer(rebasing: bytes[start + 1..<count])
    UnsafeMutableRawBufferPointer(rebasing: bytes[(start + digits)...]).copyMemory(from: content)
    count = start
    put(UInt64(length))
    count += length
  }

  private mutating func pack<Value>(
    _ values: [Value], _ field: Int, _ put: (inout PlainVisitor, Value) -> Void
  ) {
    nest(field) { visitor in
      for value in values { put(&visitor, value) }
    }
  }

  @inlinable
  mutating func entries<Key, Value>(
    _ map: [Key: Value], _ field: Int, inOrder isBefore: (Key, Key) -> Bool,
    _ entry: (inout PlainVisitor, Key, Value) throws -> Void
  ) throws {
    var places: [(key: Key, index: [Key: Value].Index)] = []
    places.reserveCapacity(map.count)
    for index in map.indices { places.append((map.keys[index], index)) }
    if places.count > 1 { places.sort { isBefore($0.key, $1.key) } }
    for place in places { try nest(field) { try entry(&$0, place.key, map.values[place.index]) } }
  }
}

extension PlainVisitor: Visitor {
  public mutating func visitUnknown(bytes: Data) {
    bytes.withUnsafeBytes { append($0) }
  }

  // MARK: Single values

  public mutating func visitSingularUInt64Field(value: UInt64, fieldNumber: Int) {
    begin(fieldNumber, .number)
    put(value)
  }

  public mutating func visitSingularInt32Field(value: Int32, fieldNumber: Int) {
    visitSingularUInt64Field(value: UInt64(bitPattern: Int64(value)), fieldNumber: fieldNumber)
  }

  public mutating func visitSingularInt64Field(value: Int64, fieldNumber: Int) {
    visitSingularUInt64Field(value: UInt64(bitPattern: value), fieldNumber: fieldNumber)
  }

  public mutating func visitSingularSInt64Field(value: Int64, fieldNumber: Int) {
    visitSingularUInt64Field(value: Self.zigZag(value), fieldNumber: fieldNumber)
  }

  public mutating func visitSingularSInt32Field(value: Int32, fieldNumber: Int) {
    visitSingularSInt64Field(value: Int64(value), fieldNumber: fieldNumber)
  }

  public mutating func visitSingularBoolField(value: Bool, fieldNumber: Int) {
    visitSingularUInt64Field(value: value ? 1 : 0, fieldNumber: fieldNumber)
  }

  @inlinable
  public mutating func visitSingularEnumField<E: SwiftProtobuf.Enum>(value: E, fieldNumber: Int) {
    visitSingularInt64Field(value: Int64(value.rawValue), fieldNumber: fieldNumber)
  }

  public mutating func visitSingularFixed64Field(value: UInt64, fieldNumber: Int) {
    begin(fieldNumber, .eightBytes)
    append(littleEndian: value)
  }

  public mutating func visitSingularFixed32Field(value: UInt32, fieldNumber: Int) {
    begin(fieldNumber, .fourBytes)
    append(littleEndian: value)
  }

  public mutating func visitSingularSFixed64Field(value: Int64, fieldNumber: Int) {
    visitSingularFixed64Field(value: UInt64(bitPattern: value), fieldNumber: fieldNumber)
  }

  public mutating func visitSingularSFixed32Field(value: Int32, fieldNumber: Int) {
    visitSingularFixed32Field(value: UInt32(bitPattern: value), fieldNumber: fieldNumber)
  }

  public mutating func visitSingularDoubleField(value: Double, fieldNumber: Int) {
    visitSingularFixed64Field(value: value.bitPattern, fieldNumber: fieldNumber)
  }

  public mutating func visitSingularFloatField(value: Float, fieldNumber: Int) {
    visitSingularFixed32Field(value: value.bitPattern, fieldNumber: fieldNumber)
  }

  public mutating func visitSingularStringField(value: String, fieldNumber: Int) {
    begin(fieldNumber, .bytes)
    value.utf8Span.span.bytes.withUnsafeBytes { put($0) }
  }

  public mutating func visitSingularBytesField(value: Data, fieldNumber: Int) {
    begin(fieldNumber, .bytes)
    value.withUnsafeBytes { put($0) }
  }

  @inlinable
  public mutating func visitSingularMessageField<M: Message>(value: M, fieldNumber: Int) throws {
    let start = beginNested(fieldNumber)
    try value.traverse(visitor: &self)
    endNested(start)
  }

  public mutating func visitSingularGroupField<G: Message>(value: G, fieldNumber: Int) throws {
    begin(fieldNumber, .startGroup)
    try value.traverse(visitor: &self)
    begin(fieldNumber, .endGroup)
  }

  // MARK: Several values; those that are not packed are visited one by one

  public mutating func visitRepeatedStringField(value: [String], fieldNumber: Int) {
    for value in value { visitSingularStringField(value: value, fieldNumber: fieldNumber) }
  }

  @inlinable
  public mutating func visitRepeatedMessageField<M: Message>(
    value: [M], fieldNumber: Int
  ) throws {
    for value in value { try visitSingularMessageField(value: value, fieldNumber: fieldNumber) }
  }

  public mutating func visitPackedInt32Field(value: [Int32], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.put(UInt64(bitPattern: Int64($1))) }
  }

  public mutating func visitPackedInt64Field(value: [Int64], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.put(UInt64(bitPattern: $1)) }
  }

  public mutating func visitPackedUInt32Field(value: [UInt32], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.put(UInt64($1)) }
  }

  public mutating func visitPackedUInt64Field(value: [UInt64], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.put($1) }
  }

  public mutating func visitPackedSInt32Field(value: [Int32], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.put(Self.zigZag(Int64($1))) }
  }

  public mutating func visitPackedSInt64Field(value: [Int64], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.put(Self.zigZag($1)) }
  }

  public mutating func visitPackedBoolField(value: [Bool], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.put($1 ? 1 : 0) }
  }

  public mutating func visitPackedEnumField<E: SwiftProtobuf.Enum>(value: [E], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.put(UInt64(bitPattern: Int64($1.rawValue))) }
  }

  public mutating func visitPackedFixed32Field(value: [UInt32], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.append(littleEndian: $1) }
  }

  public mutating func visitPackedFixed64Field(value: [UInt64], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.append(littleEndian: $1) }
  }

  public mutating func visitPackedSFixed32Field(value: [Int32], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.append(littleEndian: $1) }
  }

  public mutating func visitPackedSFixed64Field(value: [Int64], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.append(littleEndian: $1) }
  }

  public mutating func visitPackedFloatField(value: [Float], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.append(littleEndian: $1.bitPattern) }
  }

  public mutating func visitPackedDoubleField(value: [Double], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.append(littleEndian: $1.bitPattern) }
  }

  private static func zigZag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: (value << 1) ^ (value >> 63))
  }

  // MARK: Maps

  @inlinable
  public mutating func visitMapField<Key, Value: MapValueType>(
    fieldType: _ProtobufMap<Key, Value>.Type, value: _ProtobufMap<Key, Value>.BaseType,
    fieldNumber: Int
  ) throws {
    try entries(value, fieldNumber, inOrder: Key._lessThan) { visitor, key, value in
      try Key.visitSingular(value: key, fieldNumber: 1, with: &visitor)
      try Value.visitSingular(value: value, fieldNumber: 2, with: &visitor)
    }
  }

  @inlinable
  public mutating func visitMapField<Key, Value>(
    fieldType: _ProtobufEnumMap<Key, Value>.Type, value: _ProtobufEnumMap<Key, Value>.BaseType,
    fieldNumber: Int
  ) throws where Value.RawValue == Int {
    try entries(value, fieldNumber, inOrder: Key._lessThan) { visitor, key, value in
      try Key.visitSingular(value: key, fieldNumber: 1, with: &visitor)
      visitor.visitSingularEnumField(value: value, fieldNumber: 2)
    }
  }

  @inlinable
  public mutating func visitMapField<Key, Value>(
    fieldType: _ProtobufMessageMap<Key, Value>.Type,
    value: _ProtobufMessageMap<Key, Value>.BaseType, fieldNumber: Int
  ) throws {
    try entries(value, fieldNumber, inOrder: Key._lessThan) { visitor, key, value in
      try Key.visitSingular(value: key, fieldNumber: 1, with: &visitor)
      try visitor.visitSingularMessageField(value: value, fieldNumber: 2)
    }
  }
}
