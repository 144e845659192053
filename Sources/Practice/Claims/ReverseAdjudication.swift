import PracticeEvents

/// The payer took its answer back.
public struct ReverseAdjudication: Command {
  public static let name = "reverse-adjudication"
  public static let summary = "Records that a payer took its adjudication back (X12 CLP02 = 22)."
  public static let help = [
    "adjudication": "the latest of the claim when left out",
    "remittance": "the payment advice that brought it",
  ]
  public static let roles: Set<Role> = [.biller]

  public var claim: EntityID
  public var adjudication: String?
  public var remittance: EntityID?
  public var reversedOn: CivilDate?

  public init(
    claim: EntityID, adjudication: String? = nil, remittance: EntityID? = nil,
    reversedOn: CivilDate? = nil
  ) {
    self.claim = claim
    self.adjudication = adjudication
    self.remittance = remittance
    self.reversedOn = reversedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: claim, .claim, field: "claim")
    let sent = try state.account.claim(claim, field: "claim")
    let date = try context.bookingDate(reversedOn, field: "reversedOn", facts)
    if let remittance { try facts.requireRemittance(remittance, of: sent) }
    let standing = sent.adjudications.last { candidate in
      !candidate.reversed
        && (adjudication == nil || candidate.adjudicated.adjudication == adjudication)
    }
    guard let adjudicated = standing?.adjudicated else {
      throw Refusal(
        rule: "claim.notAdjudicated", field: "claim",
        problem: "claim \(claim) has no such adjudication that stands",
        remedy: "check the claim; nothing is left to reverse")
    }
    var fact = ClaimReversed()
    fact.claim = claim.description
    fact.adjudication = adjudicated.adjudication
    fact.remittance = remittance?.description ?? ""
    fact.reversedOn = date.compact
    let freed = try adjudicated.lines.flatMap { line in
      try state.account.freeing(adjudicated.effect(on: line).toPatient, of: line.charge, on: date)
    }
    let corrects = try facts.history(tagged: .entity(claim)).first {
      if case .claimAdjudicated(let earlier) = $0.event.fact {
        earlier.adjudication == adjudicated.adjudication
      } else {
        false
      }
    }
    return Decision(
      freed.proposed(to: patient, on: date) + [
        ProposedFact(
          patient, .claimReversed(fact), effectiveOn: date, corrects: corrects?.eventID)
      ])
  }
}

extension AccountState {
  /// What makes an amount that was moved to the patient open again, so that it can go back to the
  /// insurer: payments become the patient's credit, and if that is not enough, write-offs of the
  /// patient's part are reversed.
  ///
  /// - Throws: `Refusal` when it is with another payer, or prepaid by a package.
  fileprivate func freeing(_ cents: Int64, of id: String, on date: CivilDate) throws -> [Fact] {
    guard let charge = charges[id], cents > charge.patientOpenCents else { return [] }
    let missing = cents &- charge.patientOpenCents
    let unapplied = unapplyingFacts(
      of: charge, keeping: max(0, charge.patientPaidCents &- missing))
    guard missing > charge.patientPaidCents else { return unapplied }
    let writeOffs = writeOffs.filter {
      !$1.reversed && $1.posted.charge == id && $1.posted.responsible == .patient
    }
    let written = writeOffs.values.reduce(0) { $0 &+ $1.posted.amountCents }
    guard missing <= charge.patientPaidCents &+ written else {
      throw Refusal(
        rule: "claim.reversalBlocked", field: "claim",
        problem: "what it left to the patient on charge \(id) is with another payer, or prepaid",
        remedy: "take that back first: withdraw or reverse the later claim and transfer-balance "
          + "--to patient, or reverse-redemption")
    }
    return unapplied
      + writeOffs.keys.sorted().map { id in
        var fact = WriteOffReversed()
        fact.writeOff = id
        fact.reversedOn = date.compact
        return .writeOffReversed(fact)
      }
  }
}
