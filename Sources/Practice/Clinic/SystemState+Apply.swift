import PracticeEvents

extension SystemState: FoldedState {
  public mutating func apply(_ recorded: RecordedFact) {
    switch recorded.event.fact {
    case .userRoleGranted(let fact):
      grants[fact.grant, default: Grant()].granted = fact
    case .userRoleRevoked(let fact):
      grants[fact.grant]?.revoked = true
    case .schemaPublished(let fact):
      schemas.append(fact)
    default:
      break
    }
  }

  /// The grant that a bearer token opens on a date; nil when revoked, expired or unknown.
  public func grant(tokenSHA256 hash: some Sequence<UInt8>, on date: CivilDate) -> UserRoleGranted?
  {
    grants.values.first {
      $0.isOpen(on: date) && $0.granted.tokenSha256.elementsEqual(hash)
    }?.granted
  }
}

extension SystemState.Grant {
  /// Whether its token opens the reports on a day: it is neither revoked nor expired.
  public func isOpen(on date: CivilDate) -> Bool {
    !revoked && (granted.expiresOn == 0 || date.compact <= granted.expiresOn)
  }
}
