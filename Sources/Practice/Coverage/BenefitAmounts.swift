import PracticeEvents

/// What is left of a plan's deductible or out-of-pocket maximum: the payer's own word, less what its
/// answers to our claims took since.
///
/// The payer counts a claim when it decides it, so every answer recorded after its word counts, and an
/// answer taken back counts no more. Claims of other providers since are not known here; the next
/// verification brings them.
public struct BenefitAmount: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case deductible
    case outOfPocket = "out-of-pocket"

    /// PR reasons that count towards it: 1 deductible, 2 coinsurance, 3 copay.
    fileprivate var reasons: Set<String> {
      switch self {
      case .deductible: ["1"]
      case .outOfPocket: ["1", "2", "3"]
      }
    }
  }

  public let kind: Kind
  /// X12 service type of the payer's word.
  public let serviceType: String
  public let stated: Money
  /// The day of the payer's word.
  public let statedOn: CivilDate
  /// What our claims took since; below zero when more was taken back.
  public let used: Money
  /// Nil when the year has ended since, and the amount began anew.
  public let left: Money?
  /// E.g. `500.00 stated 2026-01-05 - 140.00 on our claims since = 360.00`.
  public let arithmetic: String
  /// UUID texts of the payer's word, and of the answers and reversals that count.
  public let evidence: [String]
}

extension PatientState {
  /// Deductible and out-of-pocket maximum of a coverage, as far as the payer has stated them.
  ///
  /// - Parameters:
  ///   - date: of the visit; deductibles begin anew with its calendar year.
  ///   - history: every fact of the patient.
  public func benefitAmounts(
    of coverage: String, on date: CivilDate, _ history: [RecordedFact]
  ) -> [BenefitAmount] {
    BenefitAmount.Kind.allCases.compactMap { amount($0, coverage, date, history) }
  }

  private func amount(
    _ kind: BenefitAmount.Kind, _ id: String, _ date: CivilDate, _ history: [RecordedFact]
  ) -> BenefitAmount? {
    guard
      let answer = coverage.coverages[id]?.latestAnswer(
        on: date, stating: { $0.stated(kind) != nil }),
      let statedOn = max(answer.verified.verifiedOn, answer.verified.asOfOn).civilDate,
      let word = answer.verified.stated(kind)
    else { return nil }
    var used: Int64 = 0
    var evidence = [answer.event]
    for recorded in history where recorded.position > answer.position {
      let cents: Int64
      switch recorded.event.fact {
      case .claimAdjudicated(let fact):
        cents = taken(fact, kind, id, year: statedOn.year)
      case .claimReversed(let fact):
        let reversed = account.claims[fact.claim]?.adjudications
          .first { $0.adjudicated.adjudication == fact.adjudication }?.adjudicated
        cents = 0 &- (reversed.map { taken($0, kind, id, year: statedOn.year) } ?? 0)
      default: continue
      }
      guard cents != 0 else { continue }
      used &+= cents
      evidence.append(recorded.eventID)
    }
    let isOver = date.year > statedOn.year
    let left = isOver ? nil : Money(cents: max(0, word.cents &- used))
    let counted =
      "\(Money(cents: word.cents)) stated \(statedOn) - \(Money(cents: used)) on our claims"
    return BenefitAmount(
      kind: kind, serviceType: word.serviceType, stated: Money(cents: word.cents),
      statedOn: statedOn, used: Money(cents: used), left: left,
      arithmetic: left.map { "\(counted) since = \($0)" }
        ?? "began anew on \(date.startOfYear), and the payer has not said how much: verify again",
      evidence: evidence)
  }

  /// What an answer left to the patient for services of the year, on a claim of the coverage.
  private func taken(
    _ answer: ClaimAdjudicated, _ kind: BenefitAmount.Kind, _ coverage: String, year: Int
  ) -> Int64 {
    guard let claim = account.claims[answer.claim]?.submitted, claim.coverage == coverage else {
      return 0
    }
    return answer.lines.reduce(0) { sum, line in
      let day = account.charges[line.charge]?.serviceOn.civilDate
      guard day?.year == year else { return sum }
      return line.adjustments.reduce(sum) { sum, adjustment in
        adjustment.group == .pr && kind.reasons.contains(adjustment.carc)
          ? sum &+ adjustment.amountCents : sum
      }
    }
  }
}

extension InsuranceVerified {
  /// The amount for massage (BE); where the payer spoke of none, that of the plan as a whole (30), or
  /// of another service.
  fileprivate func stated(
    _ kind: BenefitAmount.Kind
  ) -> (cents: Int64, serviceType: String)? {
    let all = benefits.compactMap { benefit -> (cents: Int64, serviceType: String)? in
      guard benefit.cpt.isEmpty else { return nil }
      switch kind {
      case .deductible:
        return benefit.deductibleKnown || benefit.deductibleRemainingCents != 0
          ? (benefit.deductibleRemainingCents, benefit.serviceType) : nil
      case .outOfPocket:
        return benefit.outOfPocketKnown
          ? (benefit.outOfPocketRemainingCents, benefit.serviceType) : nil
      }
    }
    return all.first { $0.serviceType == "BE" } ?? all.first { $0.serviceType == "30" } ?? all.first
  }
}
