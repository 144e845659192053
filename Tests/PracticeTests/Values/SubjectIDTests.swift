import Foundation
import Practice
import Testing

@Suite("A subject's id is written as a UUID")
struct SubjectIDTests {
  @Test("as everybody writes it, in lower case")
  func text() throws {
    for _ in 0..<1_000 {
      let id = SubjectID(high: .random(in: 0 ... .max), low: .random(in: 0 ... .max))
      let bytes = id.bytes
      let uuid = bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
      #expect(id.description == uuid.uuidString.lowercased())
      #expect(try SubjectID(id.description) == id)
    }
  }

  @Test("every digit in every place")
  func digits() {
    let id = SubjectID(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)
    #expect(id.description == "01234567-89ab-cdef-fedc-ba9876543210")
  }
}
