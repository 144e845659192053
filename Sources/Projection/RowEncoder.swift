internal import Foundation
import SwiftProtobuf

/// Writes rows in the binary format of Protocol Buffers, the same bytes for equal rows: maps in the
/// order of their keys.
///
/// The library gives the same bytes, but measures each message before it writes it, and so what lies
/// four messages deep five times: a third of a rebuild. Here a length is filled in afterwards.
package final class RowEncoder {
  private var visitor = RowVisitor()

  package init() {}

  deinit { visitor.bytes.deallocate() }

  /// Calls `body` with the row's bytes, which are valid only until it returns.
  package func encode(
    _ row: some Message, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    visitor.count = 0
    try row.traverse(visitor: &visitor)
    try body(UnsafeRawBufferPointer(rebasing: visitor.bytes[..<visitor.count]))
  }
}

private struct RowVisitor {
  private enum WireType: UInt64 {
    case number = 0, eightBytes, bytes, startGroup, endGroup, fourBytes
  }

  /// Longer than what has been written; the encoder frees it.
  private(set) var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 8)
  var count = 0

  private mutating func reserve(_ more: Int) {
    guard count + more > bytes.count else { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: 2 * (count + more), alignment: 8)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    bytes.deallocate()
    bytes = larger
  }

  // MARK: Parts of a field

  private mutating func put(_ number: UInt64) {
    reserve(10)
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
    UnsafeMutableRawBufferPointer(rebasing: bytes[count...]).copyMemory(from: data)
    count += data.count
  }

  private mutating func append(littleEndian number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { append($0) }
  }

  private mutating func begin(_ field: Int, _ type: WireType) {
    put(UInt64(field) << 3 | type.rawValue)
  }

  /// Writes what `body` writes as a field of its own, after its length.
  private mutating func nest(
    _ field: Int, _ body: (inout RowVisitor) throws -> Void
  ) rethrows {
    begin(field, .bytes)
    reserve(1)
    let start = count
    count += 1
    try body(&self)
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
    _ values: [Value], _ field: Int, _ put: (inout RowVisitor, Value) -> Void
  ) {
    nest(field) { visitor in
      for value in values { put(&visitor, value) }
    }
  }

  private mutating func entries<Key, Value>(
    _ map: [Key: Value], _ field: Int, inOrder isBefore: (Key, Key) -> Bool,
    _ entry: (inout RowVisitor, Key, Value) throws -> Void
  ) throws {
    for key in map.keys.sorted(by: isBefore) {
      guard let value = map[key] else { continue }
      try nest(field) { try entry(&$0, key, value) }
    }
  }
}

extension RowVisitor: Visitor {
  mutating func visitUnknown(bytes: Data) {
    bytes.withUnsafeBytes { append($0) }
  }

  // MARK: Single values

  mutating func visitSingularUInt64Field(value: UInt64, fieldNumber: Int) {
    begin(fieldNumber, .number)
    put(value)
  }

  mutating func visitSingularInt64Field(value: Int64, fieldNumber: Int) {
    visitSingularUInt64Field(value: UInt64(bitPattern: value), fieldNumber: fieldNumber)
  }

  mutating func visitSingularSInt64Field(value: Int64, fieldNumber: Int) {
    visitSingularUInt64Field(value: Self.zigZag(value), fieldNumber: fieldNumber)
  }

  mutating func visitSingularSInt32Field(value: Int32, fieldNumber: Int) {
    visitSingularSInt64Field(value: Int64(value), fieldNumber: fieldNumber)
  }

  mutating func visitSingularBoolField(value: Bool, fieldNumber: Int) {
    visitSingularUInt64Field(value: value ? 1 : 0, fieldNumber: fieldNumber)
  }

  mutating func visitSingularEnumField<E: SwiftProtobuf.Enum>(value: E, fieldNumber: Int) {
    visitSingularInt64Field(value: Int64(value.rawValue), fieldNumber: fieldNumber)
  }

  mutating func visitSingularFixed64Field(value: UInt64, fieldNumber: Int) {
    begin(fieldNumber, .eightBytes)
    append(littleEndian: value)
  }

  mutating func visitSingularFixed32Field(value: UInt32, fieldNumber: Int) {
    begin(fieldNumber, .fourBytes)
    append(littleEndian: value)
  }

  mutating func visitSingularSFixed64Field(value: Int64, fieldNumber: Int) {
    visitSingularFixed64Field(value: UInt64(bitPattern: value), fieldNumber: fieldNumber)
  }

  mutating func visitSingularSFixed32Field(value: Int32, fieldNumber: Int) {
    visitSingularFixed32Field(value: UInt32(bitPattern: value), fieldNumber: fieldNumber)
  }

  mutating func visitSingularDoubleField(value: Double, fieldNumber: Int) {
    visitSingularFixed64Field(value: value.bitPattern, fieldNumber: fieldNumber)
  }

  mutating func visitSingularFloatField(value: Float, fieldNumber: Int) {
    visitSingularFixed32Field(value: value.bitPattern, fieldNumber: fieldNumber)
  }

  mutating func visitSingularStringField(value: String, fieldNumber: Int) {
    begin(fieldNumber, .bytes)
    value.utf8Span.span.bytes.withUnsafeBytes { put($0) }
  }

  mutating func visitSingularBytesField(value: Data, fieldNumber: Int) {
    begin(fieldNumber, .bytes)
    value.withUnsafeBytes { put($0) }
  }

  mutating func visitSingularMessageField<M: Message>(value: M, fieldNumber: Int) throws {
    try nest(fieldNumber) { try value.traverse(visitor: &$0) }
  }

  mutating func visitSingularGroupField<G: Message>(value: G, fieldNumber: Int) throws {
    begin(fieldNumber, .startGroup)
    try value.traverse(visitor: &self)
    begin(fieldNumber, .endGroup)
  }

  // MARK: Several values; those that are not packed are visited one by one

  mutating func visitPackedInt32Field(value: [Int32], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.put(UInt64(bitPattern: Int64($1))) }
  }

  mutating func visitPackedInt64Field(value: [Int64], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.put(UInt64(bitPattern: $1)) }
  }

  mutating func visitPackedUInt32Field(value: [UInt32], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.put(UInt64($1)) }
  }

  mutating func visitPackedUInt64Field(value: [UInt64], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.put($1) }
  }

  mutating func visitPackedSInt32Field(value: [Int32], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.put(Self.zigZag(Int64($1))) }
  }

  mutating func visitPackedSInt64Field(value: [Int64], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.put(Self.zigZag($1)) }
  }

  mutating func visitPackedBoolField(value: [Bool], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.put($1 ? 1 : 0) }
  }

  mutating func visitPackedEnumField<E: SwiftProtobuf.Enum>(value: [E], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.put(UInt64(bitPattern: Int64($1.rawValue))) }
  }

  mutating func visitPackedFixed32Field(value: [UInt32], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.append(littleEndian: $1) }
  }

  mutating func visitPackedFixed64Field(value: [UInt64], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.append(littleEndian: $1) }
  }

  mutating func visitPackedSFixed32Field(value: [Int32], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.append(littleEndian: $1) }
  }

  mutating func visitPackedSFixed64Field(value: [Int64], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.append(littleEndian: $1) }
  }

  mutating func visitPackedFloatField(value: [Float], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.append(littleEndian: $1.bitPattern) }
  }

  mutating func visitPackedDoubleField(value: [Double], fieldNumber: Int) {
    pack(value, fieldNumber) { $0.append(littleEndian: $1.bitPattern) }
  }

  private static func zigZag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: (value << 1) ^ (value >> 63))
  }

  // MARK: Maps

  mutating func visitMapField<Key, Value: MapValueType>(
    fieldType: _ProtobufMap<Key, Value>.Type, value: _ProtobufMap<Key, Value>.BaseType,
    fieldNumber: Int
  ) throws {
    try entries(value, fieldNumber, inOrder: Key._lessThan) { visitor, key, value in
      try Key.visitSingular(value: key, fieldNumber: 1, with: &visitor)
      try Value.visitSingular(value: value, fieldNumber: 2, with: &visitor)
    }
  }

  mutating func visitMapField<Key, Value>(
    fieldType: _ProtobufEnumMap<Key, Value>.Type, value: _ProtobufEnumMap<Key, Value>.BaseType,
    fieldNumber: Int
  ) throws where Value.RawValue == Int {
    try entries(value, fieldNumber, inOrder: Key._lessThan) { visitor, key, value in
      try Key.visitSingular(value: key, fieldNumber: 1, with: &visitor)
      visitor.visitSingularEnumField(value: value, fieldNumber: 2)
    }
  }

  mutating func visitMapField<Key, Value>(
    fieldType: _ProtobufMessageMap<Key, Value>.Type,
    value: _ProtobufMessageMap<Key, Value>.BaseType, fieldNumber: Int
  ) throws {
    try entries(value, fieldNumber, inOrder: Key._lessThan) { visitor, key, value in
      try Key.visitSingular(value: key, fieldNumber: 1, with: &visitor)
      try visitor.visitSingularMessageField(value: value, fieldNumber: 2)
    }
  }
}
