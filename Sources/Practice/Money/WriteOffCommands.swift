import PracticeEvents

/// How people name the reason of a write-off.
public enum WriteOffChoice: String, WordChoice {
  case courtesy, badDebt, smallBalance, timelyFiling, charity, discount

  var kind: WriteOffKind {
    switch self {
    case .courtesy: .courtesy
    case .badDebt: .badDebt
    case .smallBalance: .smallBalance
    case .timelyFiling: .timelyFiling
    case .charity: .charity
    case .discount: .discount
    }
  }
}

/// Who owes an amount, as people name it.
public enum ResponsibleChoice: String, WordChoice {
  case patient, insurance

  var responsible: Responsible { self == .patient ? .patient : .insurance }
}

/// Gives up an open amount.
public struct WriteOffCharge: Command {
  public static let name = "write-off"
  public static let summary = "Gives up what is open on a charge."
  public static let help = [
    "amount": "all that is open when left out",
    "responsible": "whose open amount; the patient's when there is one, else the insurer's",
  ]
  public static let roles: Set<Role> = [.biller]

  public var charge: EntityID
  public var kind: WriteOffChoice
  public var amount: Money?
  public var responsible: ResponsibleChoice?
  public var postedOn: CivilDate?
  public var writeOff: EntityID?

  public init(
    charge: EntityID, kind: WriteOffChoice, amount: Money? = nil,
    responsible: ResponsibleChoice? = nil, postedOn: CivilDate? = nil, writeOff: EntityID? = nil
  ) {
    self.charge = charge
    self.kind = kind
    self.amount = amount
    self.responsible = responsible
    self.postedOn = postedOn
    self.writeOff = writeOff
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: charge, .charge, field: "charge")
    let target = try state.account.charge(charge, field: "charge")
    let date = try context.bookingDate(postedOn, field: "postedOn", facts)
    let responsible = responsible ?? (target.patientOpenCents > 0 ? .patient : .insurance)
    try check(responsible, target, state.account)
    let open =
      responsible == .patient ? target.patientOpenCents : target.insuranceOpenCents
    let amount = amount ?? Money(cents: open)
    try requireAtMost(
      open, amount, rule: "writeOff.exceedsOpen", field: "amount",
      what: "open with the \(responsible.rawValue) on charge \(charge)")
    try requirePositive(amount, field: "amount")
    _ = try context.requiredReason()
    var fact = WriteOffPosted()
    fact.writeOff = try context.id(.writeOff, writeOff).description
    try facts.requireUnused(fact.writeOff, field: "writeOff")
    fact.charge = charge.description
    fact.amountCents = amount.cents
    fact.kind = kind.kind
    fact.responsible = responsible.responsible
    fact.postedOn = date.compact
    return Decision([.writeOffPosted(fact)].proposed(to: patient, on: date))
  }

  private func check(
    _ responsible: ResponsibleChoice, _ target: AccountState.Charge, _ account: AccountState
  ) throws {
    guard kind != .timelyFiling || responsible == .insurance else {
      throw Refusal(
        rule: "writeOff.timelyFiling", field: "kind",
        problem: "the patient's part does not depend on when the claim was filed",
        remedy: "give another kind")
    }
    let status = account.claims[target.claim]?.status
    guard responsible == .patient || (status != .submitted && status != .acknowledged) else {
      throw Refusal(
        rule: "writeOff.claimed", field: "charge",
        problem: "the payer has not answered claim \(target.claim) yet",
        remedy: "wait for its answer, or withdraw the claim")
    }
  }
}

/// Takes a write-off back.
public struct ReverseWriteOff: Command {
  public static let name = "reverse-write-off"
  public static let summary = "Takes a write-off back; the amount is open again."
  public static let roles: Set<Role> = [.biller]

  public var writeOff: EntityID
  public var reversedOn: CivilDate?

  public init(
    writeOff: EntityID, reversedOn: CivilDate? = nil
  ) {
    self.writeOff = writeOff
    self.reversedOn = reversedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: writeOff, .writeOff, field: "writeOff")
    _ = try context.requiredReason()
    let date = try context.bookingDate(reversedOn, field: "reversedOn", facts)
    guard state.account.writeOffs[writeOff.description]?.reversed == false else {
      throw Refusal(
        rule: "writeOff.reversed", field: "writeOff",
        problem: "write-off \(writeOff) was reversed already", remedy: "nothing is left to do")
    }
    var fact = WriteOffReversed()
    fact.writeOff = writeOff.description
    fact.reversedOn = date.compact
    let corrects = try facts.origin(of: writeOff)
    return Decision([.writeOffReversed(fact)].proposed(to: patient, on: date, corrects: corrects))
  }
}
