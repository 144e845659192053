import PracticeEvents

extension PatientState: FoldedState {
  public mutating func apply(_ recorded: RecordedFact) {
    profile.apply(recorded)
    coverage.apply(recorded)
    referral.apply(recorded)
    care.apply(recorded)
    schedule.apply(recorded)
    account.apply(recorded)
    position = recorded.position
    eventCount += 1
  }
}
