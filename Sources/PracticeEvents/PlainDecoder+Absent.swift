import Foundation
import SwiftProtobuf

// Fields that no event has, which the library's protocol asks for. Should one come, the library
// decodes its event.
extension PlainDecoder {
  mutating func decodeSingularFloatField(value: inout Float) throws { throw NotPlain() }
  mutating func decodeSingularFloatField(value: inout Float?) throws { throw NotPlain() }
  mutating func decodeRepeatedFloatField(value: inout [Float]) throws { throw NotPlain() }
  mutating func decodeSingularDoubleField(value: inout Double) throws { throw NotPlain() }
  mutating func decodeSingularDoubleField(value: inout Double?) throws { throw NotPlain() }
  mutating func decodeRepeatedDoubleField(value: inout [Double]) throws { throw NotPlain() }
  mutating func decodeSingularInt64Field(value: inout Int64?) throws { throw NotPlain() }
  mutating func decodeSingularUInt32Field(value: inout UInt32) throws { throw NotPlain() }
  mutating func decodeSingularUInt32Field(value: inout UInt32?) throws { throw NotPlain() }
  mutating func decodeRepeatedUInt32Field(value: inout [UInt32]) throws { throw NotPlain() }
  mutating func decodeSingularUInt64Field(value: inout UInt64?) throws { throw NotPlain() }
  mutating func decodeRepeatedUInt64Field(value: inout [UInt64]) throws { throw NotPlain() }
  mutating func decodeSingularSInt64Field(value: inout Int64?) throws { throw NotPlain() }
  mutating func decodeRepeatedSInt64Field(value: inout [Int64]) throws { throw NotPlain() }
  mutating func decodeSingularFixed32Field(value: inout UInt32) throws { throw NotPlain() }
  mutating func decodeSingularFixed32Field(value: inout UInt32?) throws { throw NotPlain() }
  mutating func decodeRepeatedFixed32Field(value: inout [UInt32]) throws { throw NotPlain() }
  mutating func decodeSingularFixed64Field(value: inout UInt64) throws { throw NotPlain() }
  mutating func decodeSingularFixed64Field(value: inout UInt64?) throws { throw NotPlain() }
  mutating func decodeRepeatedFixed64Field(value: inout [UInt64]) throws { throw NotPlain() }
  mutating func decodeSingularSFixed32Field(value: inout Int32) throws { throw NotPlain() }
  mutating func decodeSingularSFixed32Field(value: inout Int32?) throws { throw NotPlain() }
  mutating func decodeRepeatedSFixed32Field(value: inout [Int32]) throws { throw NotPlain() }
  mutating func decodeSingularSFixed64Field(value: inout Int64) throws { throw NotPlain() }
  mutating func decodeSingularSFixed64Field(value: inout Int64?) throws { throw NotPlain() }
  mutating func decodeRepeatedSFixed64Field(value: inout [Int64]) throws { throw NotPlain() }
  mutating func decodeSingularBoolField(value: inout Bool?) throws { throw NotPlain() }
  mutating func decodeRepeatedBoolField(value: inout [Bool]) throws { throw NotPlain() }
  mutating func decodeSingularStringField(value: inout String?) throws { throw NotPlain() }
  mutating func decodeSingularBytesField(value: inout Data?) throws { throw NotPlain() }
  mutating func decodeRepeatedBytesField(value: inout [Data]) throws { throw NotPlain() }
  mutating func decodeSingularEnumField<E: SwiftProtobuf.Enum>(value: inout E?) throws {
    throw NotPlain()
  }
  mutating func decodeRepeatedEnumField<E: SwiftProtobuf.Enum>(value: inout [E]) throws {
    throw NotPlain()
  }
  mutating func decodeSingularGroupField<G: Message>(value: inout G?) throws { throw NotPlain() }
  mutating func decodeRepeatedGroupField<G: Message>(value: inout [G]) throws { throw NotPlain() }
  mutating func decodeMapField<Key, Value: MapValueType>(
    fieldType: _ProtobufMap<Key, Value>.Type, value: inout _ProtobufMap<Key, Value>.BaseType
  ) throws { throw NotPlain() }
  mutating func decodeMapField<Key, Value>(
    fieldType: _ProtobufEnumMap<Key, Value>.Type,
    value: inout _ProtobufEnumMap<Key, Value>.BaseType
  ) throws where Value.RawValue == Int { throw NotPlain() }
  mutating func decodeMapField<Key, Value>(
    fieldType: _ProtobufMessageMap<Key, Value>.Type,
    value: inout _ProtobufMessageMap<Key, Value>.BaseType
  ) throws { throw NotPlain() }
  mutating func decodeExtensionField(
    values: inout ExtensionFieldValueSet, messageType: any Message.Type, fieldNumber: Int
  ) throws { throw NotPlain() }
}
