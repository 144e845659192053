import TestSupport
import Testing

@testable import Practice

@Suite("Closing the books") struct PeriodTests {
  private var scenario: Scenario
  init() throws { scenario = try Scenario(at: "2026-03-31T20:00") }

  private func isOpen(_ date: Int32) throws -> Bool {
    do {
      try scenario.memory.clinic().requireOpenPeriod(CivilDate(compact: date), field: "on")
      return true
    } catch let refusal as Refusal {
      #expect(refusal.rule == "period.closed" && refusal.field == "on")
      return false
    }
  }

  @Test("nothing can be dated in the last closed month or before it")
  mutating func closed() throws {
    #expect(try isOpen(2026_02_28))
    try scenario.record(ClosePeriod(month: 202602), by: .biller)
    #expect(try !isOpen(2026_02_28))
    #expect(try !isOpen(2025_01_01))
    #expect(try isOpen(2026_03_01))
  }

  @Test("a month is closed when it has ended, in order and once")
  mutating func order() throws {
    #expect(try scenario.refusal(of: ClosePeriod(month: 202603)).rule == "period.notOver")
    try scenario.record(ClosePeriod(month: 202511))
    #expect(try scenario.refusal(of: ClosePeriod(month: 202601)).rule == "period.order")
    try scenario.record(ClosePeriod(month: 202512))
    try scenario.record(ClosePeriod(month: 202601))
    #expect(try scenario.refusal(of: ClosePeriod(month: 202601)).rule == "period.closed")
    #expect(try scenario.refusal(of: ClosePeriod(month: 202511)).rule == "period.closed")
  }

  @Test("what is not a month is refused", arguments: [0, 202600, 202613, -202601, Int.max])
  mutating func notAMonth(number: Int) throws {
    #expect(try scenario.refusal(of: ClosePeriod(month: number)).rule == "period.month")
  }

  @Test("a supervisor reopens the last month, and the event says which closing it corrects")
  mutating func reopen() throws {
    let reason = "a remittance came late"
    let nothing = try scenario.refusal(of: ReopenPeriod(month: 202601), reason: reason)
    #expect(nothing.rule == "period.notLast")
    try scenario.record(ClosePeriod(month: 202601))
    let closing = try scenario.record(ClosePeriod(month: 202602))[0]
    let earlier = try scenario.refusal(of: ReopenPeriod(month: 202601), reason: reason)
    #expect(earlier.rule == "period.notLast")
    let biller = try scenario.refusal(of: ReopenPeriod(month: 202602), by: .biller, reason: reason)
    #expect(biller.rule == "role")
    let reopened = try scenario.record(ReopenPeriod(month: 202602), reason: reason)[0]
    #expect(reopened.event.corrects == closing.eventID)
    #expect(try isOpen(2026_02_01))
    #expect(try !isOpen(2026_01_31))
    try scenario.record(ClosePeriod(month: 202602))
  }
}
