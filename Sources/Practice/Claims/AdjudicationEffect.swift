import PracticeEvents

/// How a payer's answer moves the cents of one line that were open with the insurer.
public struct AdjudicationEffect: Equatable {
  public var paid: Int64 = 0
  public var adjusted: Int64 = 0
  public var toPatient: Int64 = 0

  var total: Int64 { paid &+ adjusted &+ toPatient }
  var reversed: AdjudicationEffect {
    AdjudicationEffect(paid: 0 &- paid, adjusted: 0 &- adjusted, toPatient: 0 &- toPatient)
  }
}

extension ClaimAdjudicated {
  /// CLP02 = 4.
  public var isDenial: Bool { statusCode == 4 }

  /// An adjudication moves the whole line: what was paid, what group PR leaves to the patient, and
  /// the rest adjusted. CO and PI may not be billed to the patient (X12 835 CAS01); OA, e.g.
  /// OA-23, is what another payer settled, so neither this payer nor the patient owes it. On a claim
  /// to a further payer what was settled before is not adjusted again: OA-23 is no write-off.
  ///
  /// The exception is a line denied for a reason that the clinic can still answer, also on a claim
  /// whose other lines were paid. Adjusting it would write off money that a corrected claim or an
  /// appeal may bring, so it stays open with the insurer until it is resubmitted or written off by
  /// somebody.
  public func effect(on line: Line) -> AdjudicationEffect {
    guard !leavesOpen(line) else { return AdjudicationEffect() }
    // What was settled before is among the adjustments, and stands already.
    var effect = AdjudicationEffect(paid: line.paidCents, adjusted: 0 &- line.priorSettledCents)
    for adjustment in line.adjustments {
      if adjustment.group == .pr {
        effect.toPatient &+= adjustment.amountCents
      } else {
        effect.adjusted &+= adjustment.amountCents
      }
    }
    return effect
  }

  /// Whether the line was denied for a reason that can be corrected, appealed or billed elsewhere.
  public func leavesOpen(_ line: Line) -> Bool {
    line.paidCents == 0
      && line.adjustments.contains {
        $0.group != .pr && AdjustmentReason.of($0.carc)?.leavesOpen == true
      }
  }
}
