import PracticeEvents

/// CAS01, as people name it.
public enum AdjustmentGroupChoice: String, WordChoice {
  case co = "CO"
  case pr = "PR"
  case oa = "OA"
  case pi = "PI"
  case cr = "CR"

  var group: AdjustmentGroup {
    switch self {
    case .co: .co
    case .pr: .pr
    case .oa: .oa
    case .pi: .pi
    case .cr: .cr
    }
  }
}

/// Why a payer did not pay a part of a line.
public struct LineAdjustment: Codable, Sendable {
  public var group: AdjustmentGroupChoice
  /// Claim adjustment reason code.
  public var carc: String
  public var amount: Money

  public init(group: AdjustmentGroupChoice, carc: String, amount: Money) {
    self.group = group
    self.carc = carc
    self.amount = amount
  }
}

/// What a payer answered to one line of a claim.
public struct LineAnswer: Codable, Sendable {
  public var charge: EntityID
  public var paid: Money
  public var allowed: Money?
  public var units: Int?
  public var adjustments: [LineAdjustment]?
  /// Remittance advice remark codes.
  public var rarc: [String]?

  public init(
    charge: EntityID, paid: Money, allowed: Money? = nil, units: Int? = nil,
    adjustments: [LineAdjustment]? = nil, rarc: [String]? = nil
  ) {
    self.charge = charge
    self.paid = paid
    self.allowed = allowed
    self.units = units
    self.adjustments = adjustments
    self.rarc = rarc
  }
}

/// Records what a payer decided about a claim.
public struct AdjudicateClaim: Command {
  public static let name = "adjudicate-claim"
  public static let summary = "Records what a payer paid, adjusted and left to the patient."
  public static let help = [
    "status": "X12 CLP02: 1, 2, 3 processed; 19, 20, 21 and forwarded; 4 denied",
    "lines": "the answer to every charge of the claim",
    "patientResponsibility": "X12 CLP05, to compare",
    "remittance": "the payment advice that brought it",
  ]
  public static let roles: Set<Role> = [.biller]

  public var claim: EntityID
  public var status: Int
  public var lines: [LineAnswer]
  public var patientResponsibility: Money?
  public var payerControlNumber: String?
  public var remittance: EntityID?
  public var adjudicatedOn: CivilDate?

  public init(
    claim: EntityID, status: Int, lines: [LineAnswer], patientResponsibility: Money? = nil,
    payerControlNumber: String? = nil, remittance: EntityID? = nil, adjudicatedOn: CivilDate? = nil
  ) {
    self.claim = claim
    self.status = status
    self.lines = lines
    self.patientResponsibility = patientResponsibility
    self.payerControlNumber = payerControlNumber
    self.remittance = remittance
    self.adjudicatedOn = adjudicatedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    if let remittance {
      let (_, state) = try facts.holder(of: claim, .claim, field: "claim")
      let sent = try state.account.claim(claim, field: "claim")
      try facts.requireRemittance(
        remittance, of: sent, bringing: lines.map(\.paid).reduce(.zero, +))
    }
    return try answer(facts, &context)
  }

  /// The decision as far as it concerns the claim alone: the remittance may come in the same append.
  ///
  /// - Parameter remarks: remark codes on the claim as a whole.
  func answer(
    _ facts: some Facts, _ context: inout DecisionContext, remarks: [String] = []
  ) throws -> Decision {
    let (patient, state) = try facts.holder(of: claim, .claim, field: "claim")
    let sent = try answerable(state.account)
    let date = try context.bookingDate(adjudicatedOn, field: "adjudicatedOn", facts)
    if let payerControlNumber {
      try require(payerControlNumber, in: "payerControlNumber", atMost: 50)
    }
    var fact = ClaimAdjudicated()
    // A claim has few answers; its number and theirs name them.
    fact.adjudication = "\(claim)/\(sent.adjudications.count + 1)"
    fact.claim = claim.description
    fact.statusCode = Int32(clamping: status)
    fact.payerControlNumber = payerControlNumber ?? ""
    fact.remittance = remittance?.description ?? ""
    fact.adjudicatedOn = date.compact
    fact.lines = try answers(to: sent)
    let yielded = try YieldedPayments(to: &fact, of: sent, state.account, on: date)
    fact.rarc = remarks
    fact.chargeCents = fact.lines.reduce(0) { $0 &+ $1.chargeCents }
    fact.paidCents = fact.lines.reduce(0) { $0 &+ $1.paidCents }
    let toPatient = fact.patientResponsibilityByReason
    fact.patientResponsibilityCents = patientResponsibility?.cents ?? toPatient
    for line in fact.lines { try check(line, of: fact, yielded.account) }
    let warnings =
      fact.patientResponsibilityCents == toPatient
      ? [] : ["CLP05 differs from the sum of group PR, \(Money(cents: toPatient)), which counts"]
    return Decision(
      (yielded.before + [.claimAdjudicated(fact)] + yielded.after(fact))
        .proposed(to: patient, on: date), warnings: warnings)
  }

  private func answerable(_ account: AccountState) throws -> AccountState.Claim {
    let sent = try account.claim(claim, field: "claim")
    guard [1, 2, 3, 4, 19, 20, 21].contains(status) else {
      throw Refusal(
        rule: "claim.status", field: "status", problem: "status \(status) answers no claim",
        remedy: "22 is reverse-adjudication; 23 and 25 move no money and are not recorded")
    }
    guard [.submitted, .acknowledged, .denied, .reversed].contains(sent.status),
      sent.submitted.frequencyCode != 8
    else {
      throw Refusal(
        rule: "claim.notAnswerable", field: "claim",
        problem: "claim \(claim) is paid, rejected, replaced or withdrawn",
        remedy: "reverse its adjudication first, or adjudicate the claim that replaced it")
    }
    return sent
  }

  /// One answer for each line of the claim, in its order.
  private func answers(to sent: AccountState.Claim) throws -> [ClaimAdjudicated.Line] {
    let expected = sent.submitted.lines.map(\.charge)
    guard lines.count == expected.count,
      Set(lines.map(\.charge.description)) == Set(expected)
    else {
      throw Refusal(
        rule: "claim.lines", field: "lines",
        problem: "the answer does not cover every line of claim \(claim) once",
        remedy: "give one line for each of its \(expected.count) charges")
    }
    return try sent.submitted.lines.compactMap { line in
      try lines.first { $0.charge.description == line.charge }?.fact(answering: line)
    }
  }

  private func check(
    _ line: ClaimAdjudicated.Line, of fact: ClaimAdjudicated, _ account: AccountState
  ) throws {
    let adjusted = line.adjustments.reduce(0) { $0 &+ $1.amountCents }
    guard line.paidCents >= 0, line.paidCents == line.chargeCents &- adjusted else {
      throw Refusal(
        rule: "claim.unbalanced", field: "lines",
        problem: "on charge \(line.charge), paid is not the charge less the adjustments",
        remedy: "check the amounts against the remittance (X12 835: SVC03 = SVC02 − Σ CAS)")
    }
    let effect = fact.effect(on: line)
    let open = account.charges[line.charge]?.insuranceOpenCents ?? 0
    guard effect.adjusted >= 0, effect.toPatient >= 0, effect.total <= open else {
      throw Refusal(
        rule: line.priorSettledCents > 0 ? "claim.coordination" : "claim.overAdjudicated",
        field: "lines",
        problem: line.priorSettledCents > 0
          ? "the answer leaves out what other payers settled on charge \(line.charge), "
            + "\(Money(cents: line.priorSettledCents))"
          : "the answer moves more than the \(Money(cents: open)) open with the insurer on "
            + "charge \(line.charge), or takes back what it never moved",
        remedy: "reverse the earlier adjudication or write-off first")
    }
  }
}

extension LineAnswer {
  fileprivate func fact(answering sent: ClaimSubmitted.Line) throws -> ClaimAdjudicated.Line {
    var line = ClaimAdjudicated.Line()
    line.charge = charge.description
    line.chargeCents = sent.chargeCents
    line.priorSettledCents = sent.priorSettledCents
    line.paidCents = paid.cents
    line.allowedCents = allowed?.cents ?? 0
    line.units = Int32(clamping: units ?? 0)
    line.rarc = rarc ?? []
    line.adjustments = try (adjustments ?? []).map { adjustment in
      try require(adjustment.carc, in: "carc", atMost: 5)
      var fact = ClaimAdjudicated.Adjustment()
      fact.group = adjustment.group.group
      fact.carc = adjustment.carc.uppercased()
      fact.amountCents = adjustment.amount.cents
      return fact
    }
    return line
  }
}

extension ClaimAdjudicated {
  /// The sum of group PR over all lines.
  var patientResponsibilityByReason: Int64 {
    lines.flatMap(\.adjustments).filter { $0.group == .pr }.reduce(0) { $0 &+ $1.amountCents }
  }
}
