import Practice
import PracticeEvents

/// Where a claim stands, as people who wait for its money say it.
struct ClaimStanding {
  enum Word: String, CaseIterable {
    case held, submitted, acknowledged, pended, rejected, denied, reversed, paid, replaced,
      withdrawn
    case dropped, closed

    var next: String {
      switch self {
      case .held: "correct what is listed, then release-claim"
      case .submitted: "import the acknowledgement, or ask the clearinghouse"
      case .acknowledged: "wait; ask the payer when it is old"
      case .pended: "send what the payer asks for"
      case .rejected: "correct it and submit its charges anew"
      case .denied: "see denials.open"
      case .reversed: "wait for the payer's new answer"
      case .paid, .replaced, .withdrawn, .dropped, .closed: ""
      }
    }
  }

  let word: Word
  /// Since when, CCYYMMDD.
  let since: Int32

  init(_ claim: AccountState.Claim) {
    let answered = claim.adjudications.last?.adjudicated.adjudicatedOn ?? 0
    let asked = claim.latestStatus
    let isPended =
      (asked.category.hasPrefix("P") || asked.category.hasPrefix("R"))
      && asked.receivedOn >= max(answered, claim.acknowledged.acknowledgedOn)
    if claim.submitted.frequencyCode == 8, claim.status != .rejected {
      (word, since) = (.withdrawn, claim.submitted.submittedOn)
      return
    }
    switch claim.status {
    case .held: (word, since) = (.held, claim.held.heldOn)
    case .submitted where isPended, .acknowledged where isPended:
      (word, since) = (.pended, asked.receivedOn)
    case .submitted: (word, since) = (.submitted, claim.submitted.submittedOn)
    case .acknowledged: (word, since) = (.acknowledged, claim.acknowledged.acknowledgedOn)
    case .rejected:
      (word, since) = (claim.closed ? .closed : .rejected, claim.rejected.rejectedOn)
    case .denied: (word, since) = (claim.closed ? .closed : .denied, answered)
    case .reversed: (word, since) = (claim.closed ? .closed : .reversed, answered)
    case .paid: (word, since) = (claim.closed ? .closed : .paid, answered)
    case .replaced: (word, since) = (.replaced, claim.submitted.submittedOn)
    case .dropped: (word, since) = (.dropped, claim.held.heldOn)
    case .unspecified, .UNRECOGNIZED: (word, since) = (.submitted, claim.submitted.submittedOn)
    }
  }
}

extension AccountState.Claim {
  /// The payer's stream, also of a claim that is only held.
  var payer: String { submitted.payer.isEmpty ? held.payer : submitted.payer }
  /// Its charges, also of a claim that is only held.
  var charges: [String] {
    submitted.lines.isEmpty ? held.charges : submitted.lines.map(\.charge)
  }
}

extension AccountState {
  /// Whether somebody or some payer still has to do something about a claim: its answer is awaited, or
  /// money is open that no other claim asks for.
  func isUnfinished(_ id: String, _ word: ClaimStanding.Word) -> Bool {
    switch word {
    case .held, .submitted, .acknowledged, .pended, .reversed: true
    case .denied: insuranceOpen(on: id) > 0
    case .rejected:
      (claims[id]?.charges ?? []).compactMap { charges[$0] }
        .contains { $0.claim.isEmpty && $0.insuranceOpenCents > 0 }
    case .paid, .replaced, .withdrawn, .dropped, .closed: false
    }
  }

  /// What of a claim's charges is open with its payer, cents.
  func insuranceOpen(on id: String) -> Int64 {
    (claims[id]?.charges ?? []).compactMap { charges[$0] }.filter { $0.claim == id }
      .reduce(0) { $0 &+ $1.insuranceOpenCents }
  }
}
