import PracticeEvents

extension ReferralState: FoldedState {
  public mutating func apply(_ recorded: RecordedFact) {
    switch recorded.event.fact {
    case .documentReceived(let fact):
      documents[fact.document] = fact
    case .documentMatched(let fact):
      documents[fact.document, default: DocumentReceived()].document = fact.document
      documents[fact.document]?.kind = fact.kind
    case .referralReceived(let fact):
      referrals[fact.referral, default: Referral()].received = fact
    case .prescriptionAccepted(let fact):
      prescriptions.change(fact.prescription, or: Prescription()) { prescription in
        prescription.accepted = fact
        prescription.event = recorded.eventID
      }
      referrals.change(fact.referral) { referral in
        referral.accepted = true
        referral.rejected = false
        referral.missing = []
      }
    case .prescriptionRejected(let fact):
      referrals[fact.referral]?.rejected = true
      referrals[fact.referral]?.missing = fact.missing
    case .prescriptionRevoked(let fact):
      prescriptions[fact.prescription]?.revokedOn = fact.revokedOn
    case .prescriptionVisitConsumed(let fact):
      prescriptions.change(fact.prescription) { prescription in
        guard !prescription.sessions.contains(fact.session) else { return }
        prescription.sessions.append(fact.session)
      }
    case .prescriptionVisitReleased(let fact):
      prescriptions[fact.prescription]?.sessions.removeAll { $0 == fact.session }
    default:
      break
    }
  }
}

/// What a visit treats, as far as anybody said.
public struct TreatmentTarget: Sendable, Hashable {
  /// ICD-10-CM codes of the episode; none matches any prescription.
  public var diagnoses: [String]
  /// Regions, as people call them; none matches any prescription.
  public var regions: [String]

  public init(diagnoses: [String] = [], regions: [String] = []) {
    self.diagnoses = diagnoses
    self.regions = regions
  }
}

extension ReferralState {
  /// The prescription that a visit relies on: it holds on the date, was received by then, has a
  /// visit left, is for what the visit treats, and allows every code planned when it names codes. Of
  /// several the one that ends first, so that none is wasted.
  ///
  /// - Parameters:
  ///   - target: the diagnoses and regions that the visit treats.
  ///   - maxDays: longest time after writing that the payer lets one be relied on; 0 is no limit.
  ///   - sessions: sessions that do not count, e.g. the visit's own.
  public func usablePrescription(
    on date: CivilDate, cpt: [ProcedureCode] = [], for target: TreatmentTarget = .init(),
    maxDays: Int = 0, excluding sessions: Set<String> = []
  ) -> Prescription? {
    prescriptions.values.filter {
      $0.holds(on: date, maxDays: maxDays) && firstDay(of: $0) <= date.compact && $0.allows(cpt)
        && $0.visitsLeft(excluding: sessions) != 0
        && $0.isFor(target.diagnoses) && $0.reaches(target.regions)
    }.min {
      ($0.lastDay(maxDays: maxDays), $0.accepted.writtenOn, $0.accepted.prescription)
        < ($1.lastDay(maxDays: maxDays), $1.accepted.writtenOn, $1.accepted.prescription)
    }
  }

  /// Whether the clinic had it by a date.
  public func hasArrived(_ prescription: Prescription, by date: CivilDate) -> Bool {
    firstDay(of: prescription) <= date.compact
  }

  /// First day on which a visit may rely on it: the clinic must have had it. CCYYMMDD.
  func firstDay(of prescription: Prescription) -> Int32 {
    max(
      prescription.accepted.validFrom,
      referrals[prescription.accepted.referral]?.received.receivedOn ?? 0)
  }
}

extension ReferralState.Prescription {
  /// Last day on which a visit may rely on it, inclusive: the end accepted, the payer's limit after
  /// writing, or the day before it was revoked, whichever comes first.
  ///
  /// Days are counted from the day of writing: written 2026-01-10 for 60 days ends on 2026-03-11.
  public func lastDay(maxDays: Int = 0) -> CivilDate {
    var ends = [accepted.validThrough.civilDate ?? .earliest]
    if maxDays > 0, let written = accepted.writtenOn.civilDate {
      ends.append(written.adding(days: maxDays))
    }
    if let revoked = revokedOn.civilDate { ends.append(revoked.adding(days: -1)) }
    return ends.min() ?? .earliest
  }

  public func holds(on date: CivilDate, maxDays: Int = 0) -> Bool {
    accepted.validFrom <= date.compact && date <= lastDay(maxDays: maxDays)
  }

  /// Whether it allows every code. One that names no codes allows any.
  public func allows(_ cpt: [ProcedureCode]) -> Bool {
    accepted.cpt.isEmpty || cpt.allSatisfy { accepted.cpt.contains($0.description) }
  }

  /// Whether it is for one of the diagnoses: the same code, or one that the other is a finer code of.
  /// It stands for any while no diagnosis is known on one side.
  public func isFor(_ diagnoses: [String]) -> Bool {
    guard !diagnoses.isEmpty, !accepted.diagnosesIcd10Cm.isEmpty else { return true }
    return accepted.diagnosesIcd10Cm.contains { prescribed in
      diagnoses.contains { $0.hasPrefix(prescribed) || prescribed.hasPrefix($0) }
    }
  }

  /// Whether it reaches every region, by the vocabulary of regions. One that names no regions
  /// reaches any.
  public func reaches(_ regions: [String]) -> Bool {
    let ordered = accepted.bodyRegions.flatMap { TreatedRegion.parsed($0) }
    return ordered.isEmpty
      || regions.flatMap { TreatedRegion.parsed($0) }.allSatisfy { treated in
        ordered.contains { treated.isReached(by: $0) }
      }
  }

  /// Nil when visits are not counted. A visit counts when its session was delivered; a booking or a
  /// missed appointment does not.
  public func visitsLeft(excluding: Set<String> = []) -> Int? {
    guard accepted.visitsOrdered > 0 else { return nil }
    return max(0, Int(accepted.visitsOrdered) - visitsUsed(excluding: excluding))
  }

  public func visitsUsed(excluding: Set<String> = []) -> Int {
    sessions.count { !excluding.contains($0) }
  }
}
