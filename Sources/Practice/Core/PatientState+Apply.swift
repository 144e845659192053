import PracticeEvents

extension PatientState: FoldedState {
  /// Takes each part out, changes it and puts it back. Changed where it lies it would be copied each
  /// time, maps and all, because its accessor lends a second reference.
  public mutating func apply(_ recorded: RecordedFact) {
    var profile = self.profile
    clearProfile()
    profile.apply(recorded)
    self.profile = profile

    var coverage = self.coverage
    clearCoverage()
    coverage.apply(recorded)
    self.coverage = coverage

    var referral = self.referral
    clearReferral()
    referral.apply(recorded)
    self.referral = referral

    var care = self.care
    clearCare()
    care.apply(recorded)
    self.care = care

    var schedule = self.schedule
    clearSchedule()
    schedule.apply(recorded)
    self.schedule = schedule

    var account = self.account
    clearAccount()
    account.apply(recorded)
    self.account = account

    position = recorded.position
    eventCount += 1
  }
}
