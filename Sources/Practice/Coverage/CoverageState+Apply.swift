import PracticeEvents

extension CoverageState: FoldedState {
  public mutating func apply(_ recorded: RecordedFact) {
    switch recorded.event.fact {
    case .coverageAdded(let fact):
      coverages[fact.coverage, default: Coverage()].added = fact
      coverages[fact.coverage]?.effectiveThrough = fact.effectiveThrough
      coverages[fact.coverage]?.event = recorded.eventID
    case .coverageTerminated(let fact):
      coverages[fact.coverage]?.effectiveThrough = fact.terminatedOn
      coverages[fact.coverage]?.event = recorded.eventID
    case .verificationRequested(let fact):
      guard coverages[fact.coverage] != nil else { break }
      coverages[fact.coverage]?.openRequests.append(fact)
      coverageOfVerification[fact.verification] = fact.coverage
    case .insuranceVerified(let fact):
      answer(fact.verification, fact.coverage, recorded, on: fact.verifiedOn) {
        $0.verified = fact
      }
    case .inactiveCoverageFound(let fact):
      answer(fact.verification, fact.coverage, recorded, on: fact.verifiedOn) {
        $0.inactiveFrom = fact.inactiveFrom
      }
    case .verificationFailed(let fact):
      answer(fact.verification, fact.coverage, recorded, on: recorded.event.effectiveOn) {
        $0.failed = true
      }
    case .benefitAccumulatorAdjusted(let fact):
      var accumulator = Accumulator()
      accumulator.adjusted = fact
      accumulator.event = recorded.eventID
      accumulator.position = recorded.position
      coverages[fact.coverage]?.accumulators.append(accumulator)
    case .verificationVoided(let fact):
      void(fact.verification)
    case .authorizationRequested(let fact):
      authorizations[fact.authorization, default: Authorization()].requested = fact
    case .authorizationApproved(let fact):
      authorizations[fact.authorization, default: Authorization()].approved = fact
      authorizations[fact.authorization]?.denied = false
      authorizations[fact.authorization]?.event = recorded.eventID
    case .authorizationDenied(let fact):
      authorizations[fact.authorization, default: Authorization()].denied = true
      authorizations[fact.authorization]?.event = recorded.eventID
    case .authorizationConsumed(let fact):
      authorizations[fact.authorization]?.unitsBySession[fact.session] = fact.units
    case .authorizationReleased(let fact):
      authorizations[fact.authorization]?.unitsBySession[fact.session] = nil
    case .selfPayElected(let fact):
      selfPayElections.append(fact)
    case .coverageRouteChosen(let fact):
      routes.append(fact)
      if fact.route.filesClaims { endElections(from: fact.fromDateOn) }
    default:
      break
    }
  }

  private mutating func answer(
    _ id: String, _ coverage: String, _ recorded: RecordedFact, on date: Int32,
    fill: (inout Verification) -> Void
  ) {
    guard coverages[coverage] != nil else { return }
    var verification = Verification()
    verification.verification = id
    verification.event = recorded.eventID
    verification.answeredOn = date
    verification.position = recorded.position
    fill(&verification)
    coverages[coverage]?.verifications.append(verification)
    coverages[coverage]?.openRequests.removeAll { $0.verification == id }
    coverageOfVerification[id] = coverage
  }

  private mutating func void(_ id: String) {
    guard let coverage = coverageOfVerification[id] else { return }
    let index = coverages[coverage]?.verifications.firstIndex { $0.verification == id }
    if let index { coverages[coverage]?.verifications[index].voided = true }
  }

  /// A patient who chooses a route that files claims takes back the election to pay from that day.
  private mutating func endElections(from day: Int32) {
    guard let last = day.civilDate?.adding(days: -1).compact else { return }
    selfPayElections.removeAll { $0.fromDateOn == day }
    for index in selfPayElections.indices where selfPayElections[index].isInForce(on: day) {
      selfPayElections[index].throughDateOn = last
    }
  }
}

extension SelfPayElected {
  /// - Parameter day: CCYYMMDD.
  func isInForce(on day: Int32) -> Bool {
    fromDateOn <= day && (throughDateOn == 0 || day <= throughDateOn)
  }
}
