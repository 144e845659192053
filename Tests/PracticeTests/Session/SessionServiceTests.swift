import Foundation
import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Services as people state them")
struct SessionServiceTests {
  @Test(
    "the text form reads and writes",
    arguments: [
      "97140:30", "97140:30:neck", "97124-59-XS:15:low back:B:trigger point,stretching:1,2",
      "97140:30::L", "97010:0:::hot pack",
    ])
  func text(_ text: String) throws {
    let service = try SessionService(text)
    #expect(service.description == text)
    let json = try JSONEncoder().encode([service])
    #expect(try JSONDecoder().decode([SessionService].self, from: json) == [service])
  }

  @Test("an object says the same") func object() throws {
    let json = """
      [{"cpt": "97124", "minutes": 15, "modifiers": ["59"], "bodyRegion": "back", "side": "B",
        "techniques": ["stretching"], "diagnosisPointers": [1]}, {"cpt": "97140", "minutes": 30}]
      """
    let services = try JSONDecoder().decode([SessionService].self, from: Data(json.utf8))
    let same = try DeliverSessionTests.services("97124-59:15:back:B:stretching:1", "97140:30")
    #expect(services == same)
  }

  @Test(
    "other texts are refused",
    arguments: [
      "", "97140", "97140:", ":30", "97140:-1", "97140:481", "97140:30:neck:X",
      "97140:30:neck:L:a:1,x", "97140:30:neck:L:a:13", "97140:30:neck:L:a:1,2,3,4,5",
      "97140:30:neck:L:a:1,1", "97140-1-2-3-4-5:30", "97140-5?:30", "97140:30:a:L:b:1:c",
    ])
  func malformed(_ text: String) {
    #expect(throws: ValueError.self) { try SessionService(text) }
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([SessionService].self, from: JSONEncoder().encode([text]))
    }
  }

  @Test("an object with a technique that the text cannot hold is refused") func brokenObject() {
    let json = #"[{"cpt": "97124", "minutes": 15, "techniques": ["a,b"]}]"#
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([SessionService].self, from: Data(json.utf8))
    }
  }
}
