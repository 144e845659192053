import Practice
import PracticeEvents
import ReadModels

/// A line of a claim that a payer denied.
struct DeniedLine {
  let patient: SubjectID
  let claim: AccountState.Claim
  let adjudicated: ClaimAdjudicated
  let line: ClaimAdjudicated.Line
  let charge: AccountState.Charge
  /// The main reason: that with the largest amount.
  let reason: ClaimAdjudicated.Adjustment
  /// The charge was paid after all.
  var isOverturned: Bool { charge.insurancePaidCents > 0 }
  /// Nobody has dealt with it: the money is open with the insurer and no newer claim asks for it.
  var isOpen: Bool {
    charge.insuranceOpenCents > 0 && charge.claim == adjudicated.claim
      && (claim.status == .denied || claim.status == .paid)
  }
}

extension BalancesQueries {
  /// Every line that a standing adjudication denied, in order of patients' ids, claims and lines.
  func forEachDeniedLine(_ body: (DeniedLine) throws -> Void) throws {
    try forEachAccount { patient, account in
      for id in account.claims.keys.sorted() {
        guard let claim = account.claims[id] else { continue }
        for adjudication in claim.adjudications where !adjudication.reversed {
          for line in adjudication.adjudicated.lines {
            let reasons = line.denialReasons
            guard let reason = reasons.max(by: { $0.amountCents < $1.amountCents }),
              let charge = account.charges[line.charge]
            else { continue }
            try body(
              DeniedLine(
                patient: patient, claim: claim, adjudicated: adjudication.adjudicated, line: line,
                charge: charge, reason: reason))
          }
        }
      }
    }
  }
}

extension AdjustmentGroup {
  /// CAS01.
  var code: String {
    switch self {
    case .co: "CO"
    case .pr: "PR"
    case .oa: "OA"
    case .pi: "PI"
    case .cr: "CR"
    case .unspecified, .UNRECOGNIZED: "?"
    }
  }
}
