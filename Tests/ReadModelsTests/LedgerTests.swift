import Practice
import PracticeEvents
import PracticeSimulator
import Projection
import TestSupport
import Testing

@testable import ReadModels

@Suite("The books")
struct LedgerTests {
  @Test("know every event of the money: it moves something, or there is a reason why not")
  func everyKind() throws {
    for (kind, name) in PracticeEvent.Kind.catalogue where (450...549).contains(kind.rawValue) {
      let tag = UInt32(kind.rawValue) << 3 | 2
      let event = try PracticeEvent(payload: [UInt8(tag & 0x7f | 0x80), UInt8(tag >> 7), 0])
      let fact = RecordedFact(
        position: 1, recordedAt: 0, id: UUIDKey(high: 0, low: 1), stream: SubjectID.site.key,
        streamSequence: 1, event: event)
      var rows = MemoryRows(of: LedgerProjector.self)
      switch try fact.posting(&rows) {
      case .moves: break
      case .nothing(let reason): #expect(!reason.isEmpty, "\(name)")
      case .outside: Issue.record("\(name) has neither lines nor a reason for none")
      }
    }
  }

  @Test("are in balance after every event of a simulated year, and agree with every account")
  func simulatedYear() throws {
    var walk = LedgerWalk()
    for fact in SimulatedYear.facts {
      if try walk.apply(fact) != nil { walk.expectAgreement(at: fact) }
    }
    try walk.expectRowsAgree()
    #expect(walk.postedKinds.count > 12)
  }

  @Test("are in balance after every one of 4,000 random commands", arguments: [11, 12, 13])
  func randomCommands(seed: UInt64) throws {
    var commands = try RandomCommands(seed: seed)
    var memory = FactMemory()
    var walk = LedgerWalk()
    for _ in 0..<4_000 {
      var (command, context) = commands.next()
      guard let decision = try? command.checkedDecision(memory, &context) else { continue }
      let events = decision.events(in: &context)
      for fact in memory.record(events, at: context.now) {
        try walk.apply(fact)
        walk.expectAgreement(at: fact)
      }
      commands.learn(events)
    }
    try walk.expectRowsAgree()
    #expect(walk.postedKinds.count > 8)
  }

  @Test("give everything back when everything is taken back")
  func undone() throws {
    var books = try Books()
    try books.give(
      .chargePosted(
        .with { ($0.charge, $0.amountCents, $0.responsible) = ("c", 12_000, .patient) }),
      .paymentReceived(.with { ($0.payment, $0.amountCents, $0.method) = ("p", 12_000, .card) }),
      .paymentApplied(.with { ($0.payment, $0.charge, $0.amountCents) = ("p", "c", 12_000) }),
      .paymentUnapplied(.with { ($0.payment, $0.charge, $0.amountCents) = ("p", "c", 12_000) }),
      .paymentReversed(.with { $0.payment = "p" }), .chargeVoided(.with { $0.charge = "c" }))
    #expect(books.nonzero.isEmpty)
  }
}
