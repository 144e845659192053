import PracticeEvents

// The same care is billed once: by the clinic's claim to a payer, or by the patient with a superbill.
extension AccountState {
  /// Superbills with the session that were neither voided nor replaced, oldest first.
  func standingSuperbills(ofSession session: String) -> [String] {
    superbills.filter { issued in
      !superbillsVoided.contains(issued.superbill)
        && !superbills.contains { $0.supersedes == issued.superbill }
        && issued.lines.contains { charges[$0.charge]?.session == session }
    }.map(\.superbill)
  }

  /// Claims with a charge of the session, voided or not, that a payer has or had: not those that it
  /// rejected unread, that another replaced, or that only withdraw one.
  public func claimsWithPayers(ofSession session: String) -> [Claim] {
    claims.values.filter { claim in
      [.submitted, .acknowledged, .paid, .denied, .reversed].contains(claim.status)
        && claim.submitted.frequencyCode != 8
        && claim.submitted.lines.contains { charges[$0.charge]?.session == session }
    }.sorted {
      ($0.submitted.submittedOn, $0.submitted.claim)
        < ($1.submitted.submittedOn, $1.submitted.claim)
    }
  }
}
