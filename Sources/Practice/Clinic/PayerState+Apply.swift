import PracticeEvents

extension PayerState: FoldedState {
  public mutating func apply(_ recorded: RecordedFact) {
    switch recorded.event.fact {
    case .payerRegistered(let fact):
      current = fact
      registered = true
      var first = PayerPolicyChanged()
      first.policy = fact.policy
      first.effectiveFrom = fact.effectiveFrom
      policies.append(first)
    case .payerPolicyChanged(let fact):
      policies.append(fact)
    default:
      break
    }
  }

  /// What the payer asks for on a date; before the first policy's day the first one.
  public func policy(on date: CivilDate) -> PayerPolicy {
    (policies.inForce(on: date, from: \.effectiveFrom) ?? policies.first)?.policy ?? PayerPolicy()
  }
}
