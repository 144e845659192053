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
    policyInForce(on: date)?.policy ?? PayerPolicy()
  }

  /// The same with the day from which it holds; nil for a payer that is not registered.
  public func policyInForce(on date: CivilDate) -> PayerPolicyChanged? {
    policies.inForce(on: date, from: \.effectiveFrom) ?? policies.first
  }
}
