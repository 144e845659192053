import Foundation
import PracticeEvents
import Projection
import SwiftProtobuf
import Testing

@Suite("The plain encoding of messages")
struct PlainEncoderTests {
  private static func messages() throws -> [any Message] {
    let descriptors = try Google_Protobuf_FileDescriptorSet(
      serializedBytes: PracticeSchema.descriptorSet)
    var numbers = Google_Protobuf_UninterpretedOption()
    (numbers.negativeIntValue, numbers.doubleValue) = (.min, -0.5)
    numbers.stringValue = Data([0, 255])
    let json = #"{"b": [1, -2.5, {"é": null}], "a": {"z": true, "y": "\u00e9"}, "": []}"#
    return [
      Google_Protobuf_Empty(), descriptors,
      try Google_Protobuf_Struct(jsonString: json), numbers,
      Google_Protobuf_Int64Value(-1), Google_Protobuf_UInt64Value(.max),
      Google_Protobuf_Int32Value(.min), Google_Protobuf_UInt32Value(.max),
      Google_Protobuf_FloatValue(1.5), Google_Protobuf_BoolValue(true),
      Google_Protobuf_StringValue(String(repeating: "long ", count: 5_000)),
      Google_Protobuf_BytesValue(Data(repeating: 7, count: 127)),
      Google_Protobuf_BytesValue(Data(repeating: 7, count: 128)),
    ]
  }

  @Test("it has the bytes that the library writes, with maps in order")
  func library() throws {
    var options = BinaryEncodingOptions()
    options.useDeterministicOrdering = true
    let encoder = PlainEncoder()
    for message in try Self.messages() {
      let expected: [UInt8] = try message.serializedBytes(options: options)
      try encoder.encode(message) { #expect([UInt8]($0) == expected) }
    }
  }

  @Test("fields that this program does not know survive")
  func unknownFields() throws {
    let bytes: [UInt8] = [0x08, 0x01, 0xfa, 0x01, 0x02, 0x41, 0x42]
    let message = try Google_Protobuf_BoolValue(serializedBytes: bytes)
    try PlainEncoder().encode(message) { #expect([UInt8]($0) == bytes) }
  }
}
