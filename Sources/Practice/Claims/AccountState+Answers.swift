import PracticeEvents

extension AccountState {
  /// Standing answers of payers other than the coverage's that moved something on one of the charges,
  /// in order of their claims.
  func answers(on charges: Set<String>, besides coverage: String) -> [ClaimAdjudicated] {
    claims.keys.sorted().flatMap { id -> [ClaimAdjudicated] in
      guard let claim = claims[id], claim.submitted.coverage != coverage else { return [] }
      return claim.adjudications.filter { !$0.reversed }.map(\.adjudicated).filter { answer in
        answer.lines.contains { line in
          charges.contains(line.charge) && answer.effect(on: line) != AdjudicationEffect()
        }
      }
    }
  }

  /// The payer's standing answer to a charge on the claim that carries it.
  func standingAnswer(to charge: Charge) -> (ClaimAdjudicated, ClaimAdjudicated.Line)? {
    let standing = claims[charge.claim]?.adjudications.last { !$0.reversed }?.adjudicated
    guard let standing, let line = standing.lines.first(where: { $0.charge == charge.charge })
    else { return nil }
    return (standing, line)
  }
}
