import EventLog
import Testing

@Suite("Ends of streams") struct StreamEndsTests {
  @Test("every stream is there once, in order, with its last event")
  func all() async throws {
    let log = try TestLog()
    #expect(try log.log.streamEnds().ends.isEmpty)
    try await log.fill()
    let (asOf, ends) = try log.log.streamEnds()
    #expect(asOf == Position(30))
    #expect(ends.map(\.stream) == [uuid(100), uuid(101), uuid(102)])
    for end in ends {
      let events = try log.log.read { try $0.events(.stream(end.stream)) }
      #expect(end.count == UInt64(events.count))
      #expect(end.last == events.last?.position)
      #expect(try log.log.evidence(at: end.last)?.leaf.hash == end.leaf)
    }
  }
}
