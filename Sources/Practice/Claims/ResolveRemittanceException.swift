import PracticeEvents

/// What became of an exception.
public enum RemittanceResolutionChoice: String, WordChoice {
  case posted, notOurs, disputed, nothingToPost

  var resolution: RemittanceResolution {
    switch self {
    case .posted: .posted
    case .notOurs: .notOurs
    case .disputed: .disputed
    case .nothingToPost: .nothingToPost
    }
  }
}

/// Takes an exception off the worklist.
public struct ResolveRemittanceException: Command {
  public static let name = "resolve-remittance-exception"
  public static let summary = "Records what became of a claim of an advice that was not posted."
  public static let help = [
    "exception": "see the report remit.exceptions",
    "resolution": "posted asks for an adjudication or reversal recorded with the same remittance",
  ]
  public static let roles: Set<Role> = [.biller]

  public var exception: EntityID
  public var resolution: RemittanceResolutionChoice

  public init(exception: EntityID, resolution: RemittanceResolutionChoice) {
    self.exception = exception
    self.resolution = resolution
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (payer, recorded) = try facts.openException(exception)
    if resolution == .posted {
      try requirePosted(recorded, facts)
    } else {
      _ = try context.requiredReason()
    }
    var fact = RemittanceExceptionResolved()
    fact.exception = exception.description
    fact.resolution = resolution.resolution
    return Decision([ProposedFact(payer, .remittanceExceptionResolved(fact))])
  }

  private func requirePosted(
    _ recorded: RemittanceExceptionRecorded, _ facts: some Facts
  ) throws {
    let remittance = try EntityID(recorded.remittance)
    let claim = (try? EntityID(recorded.claimReference))?.description
    let isPosted = try facts.history(tagged: .entity(remittance)).contains { later in
      switch later.event.fact {
      case .claimAdjudicated(let fact): claim == nil || fact.claim == claim
      case .claimReversed(let fact): claim == nil || fact.claim == claim
      default: false
      }
    }
    guard isPosted else {
      throw Refusal(
        rule: "remittance.notPosted", field: "resolution",
        problem: "no adjudication or reversal of the claim names remittance \(remittance)",
        remedy:
          "post it with post-remittance-exception, or record it by hand with adjudicate-claim "
          + "or reverse-adjudication --remittance \(remittance)"
      )
    }
  }
}
