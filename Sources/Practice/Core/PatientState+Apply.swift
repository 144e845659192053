import PracticeEvents

/// A part of what is known of a patient, which only facts of some kinds can change.
public protocol PatientPart: FoldedState {
  /// Whether a fact of the kind may change this part. No other fact is applied to it.
  static func concerns(_ kind: PracticeEvent.Kind) -> Bool
}

extension ProfileState: PatientPart {
  public static func concerns(_ kind: PracticeEvent.Kind) -> Bool {
    (100...149).contains(kind.rawValue)
  }
}

extension CoverageState: PatientPart {
  public static func concerns(_ kind: PracticeEvent.Kind) -> Bool {
    (200...249).contains(kind.rawValue)
  }
}

extension ReferralState: PatientPart {
  public static func concerns(_ kind: PracticeEvent.Kind) -> Bool {
    (250...299).contains(kind.rawValue)
  }
}

extension CareState: PatientPart {
  /// Episodes, sessions, and the charges of sessions.
  public static func concerns(_ kind: PracticeEvent.Kind) -> Bool {
    (300...349).contains(kind.rawValue) || (400...452).contains(kind.rawValue)
  }
}

extension ScheduleState: PatientPart {
  public static func concerns(_ kind: PracticeEvent.Kind) -> Bool {
    (350...449).contains(kind.rawValue)
  }
}

extension AccountState: PatientPart {
  public static func concerns(_ kind: PracticeEvent.Kind) -> Bool {
    (450...549).contains(kind.rawValue)
  }
}

extension PatientState: FoldedState {
  /// Takes each part out that the fact concerns, changes it and puts it back. Changed where it lies
  /// it would be copied each time, maps and all, because its accessor lends a second reference.
  public mutating func apply(_ recorded: RecordedFact) {
    if let kind = recorded.kind { apply(recorded, kind) }
    position = recorded.position
    eventCount += 1
  }

  private mutating func apply(_ recorded: RecordedFact, _ kind: PracticeEvent.Kind) {
    if ProfileState.concerns(kind) {
      var profile = self.profile
      clearProfile()
      profile.apply(recorded)
      self.profile = profile
    }
    if CoverageState.concerns(kind) {
      var coverage = self.coverage
      clearCoverage()
      coverage.apply(recorded)
      self.coverage = coverage
    }
    if ReferralState.concerns(kind) {
      var referral = self.referral
      clearReferral()
      referral.apply(recorded)
      self.referral = referral
    }
    if CareState.concerns(kind) {
      var care = self.care
      clearCare()
      care.apply(recorded)
      self.care = care
    }
    if ScheduleState.concerns(kind) {
      var schedule = self.schedule
      clearSchedule()
      schedule.apply(recorded)
      self.schedule = schedule
    }
    if AccountState.concerns(kind) {
      var account = self.account
      clearAccount()
      account.apply(recorded)
      self.account = account
    }
  }
}
