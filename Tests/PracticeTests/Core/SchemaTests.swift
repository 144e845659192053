import PracticeEvents
import SwiftProtobuf
import Testing

@Suite("The schema that a log carries") struct SchemaTests {
  @Test("describes every fact with its number")
  func describesEveryFact() throws {
    let set = try Google_Protobuf_FileDescriptorSet(serializedBytes: PracticeSchema.descriptorSet)
    let event = try #require(set.file.flatMap(\.messageType).first { $0.name == "PracticeEvent" })
    let described = event.field.filter(\.hasOneofIndex).map { "\($0.number) \($0.typeName)" }
    let known = PracticeEvent.Kind.catalogue.map {
      "\($0.kind.rawValue) .\(PracticeSchema.version).\($0.name)"
    }
    #expect(described == known)
  }

  @Test("contains the sources with their comments")
  func sources() {
    #expect(PracticeSchema.source.contains("message PracticeEvent {"))
    #expect(PracticeSchema.source.contains("package \(PracticeSchema.version);"))
    #expect(PracticeSchema.source.contains("field numbers and enum values are never reused"))
  }
}
