import Practice
import PracticeEvents
import ReadModels
import TestSupport
import Testing

/// Exceptions that came, and some that were dealt with.
enum RemittanceHistory {
  static let payer = SubjectID(high: 0x4002, low: 0x8002)

  static let facts: [RecordedFact] = {
    do {
      var scenario = try Scenario()
      var facts: [RecordedFact] = []
      for number in UInt64(1)...9 {
        var recorded = RemittanceExceptionRecorded()
        recorded.exception = EntityID.make(.remittanceException, random: 99 - number).description
        recorded.paidCents = Int64(number)
        facts += try scenario.record(
          GivenFacts([ProposedFact(payer, .remittanceExceptionRecorded(recorded))]))
        guard number.isMultiple(of: 3) else { continue }
        var resolved = RemittanceExceptionResolved()
        resolved.exception = recorded.exception
        facts += try scenario.record(
          GivenFacts([ProposedFact(payer, .remittanceExceptionResolved(resolved))]))
      }
      return facts
    } catch {
      Issue.record(error, "the history failed")
      return []
    }
  }()
}
