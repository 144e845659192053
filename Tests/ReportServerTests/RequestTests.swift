import Hummingbird
import Practice
import Reports
import Testing

@testable import ReportServer

@Suite("What clients send")
struct RequestTests {
  @Test(
    "the most wanted format is served",
    arguments: [
      ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", ReportFormat.html),
      ("*/*", .json), ("", .json), ("application/json;q=0.1, text/csv", .csv),
      ("text/*", .csv), ("text/csv, application/json", .csv), ("*/*;q=0.5, text/html;q=0.4", .json),
      ("application/json;q=0, */*", .csv), ("application/ndjson", .ndjson),
      ("text/html;level=1", .html),
    ])
  func accept(header: String, format: ReportFormat) throws {
    let asked = try ReportRequest(path: "ar.aging", query: "", accepted: Accepted(header))
    #expect(asked.format == format)
  }

  @Test("what comes in no wanted format is not served", arguments: ["image/png", "text/html;q=0"])
  func notAcceptable(header: String) {
    #expect(throws: Problem.self) {
      try ReportRequest(path: "ar.aging", query: "", accepted: Accepted(header))
    }
  }

  @Test("a query is read as browsers write it")
  func query() throws {
    let pairs = try FormText.pairs("a=1+2&b=%2B%26&c&=d&&e=f=g")
    #expect(pairs.map(\.name) == ["a", "b", "c", "", "e"])
    #expect(pairs.map(\.value) == ["1 2", "+&", "", "d", "f=g"])
    #expect(FormText.query([("a b", "ü&")]) == "a%20b=%C3%BC%26")
  }

  @Test(
    "what is not percent-encoded UTF-8 is refused", arguments: ["a=%", "a=%4", "%GG=1", "a=%FF"])
  func malformedQuery(text: String) {
    #expect(throws: Problem.self) { try FormText.pairs(text) }
  }

  @Test("the plus sign of an offset may come unencoded")
  func offset() throws {
    let asked = try ReportRequest(
      path: "ar.aging", query: "as-of=2026-03-11T13:00:00+02:00", accepted: Accepted(nil))
    #expect(asked.asOf == "2026-03-11T13:00:00+02:00")
  }

  @Test("empty fields of a form count as not given; elsewhere they are values")
  func emptyFields() throws {
    func given(_ path: String) throws -> [String: String] {
      try ReportRequest(path: path, query: "date=&room=2", accepted: Accepted(nil)).given
    }
    #expect(try given("schedule.day.html") == ["room": "2"])
    #expect(try given("schedule.day.json") == ["date": "", "room": "2"])
  }
}
