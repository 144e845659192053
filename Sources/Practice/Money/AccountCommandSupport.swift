import PracticeEvents

extension Facts {
  /// The patient to whom something with an identifier belongs, with all that is known of them.
  func holder(
    of id: EntityID, _ kind: EntityID.Kind, field: String
  ) throws -> (
    id: SubjectID, state: PatientState
  ) {
    guard id.kind == kind else {
      throw Refusal(
        rule: "identifier.kind", field: field, problem: "\(id) does not name a \(kind)",
        remedy: "give an identifier that begins with \(kind.rawValue)-")
    }
    let patient = try patientID(owning: id, field: field)
    return (patient, try self.patient(patient))
  }

  /// The event that brought something with an identifier into being.
  func origin(of id: EntityID) throws -> String? {
    try history(tagged: .entity(id)).first?.eventID
  }
}

extension DecisionContext {
  /// The civil date on which money moves: the given one or today; not to come. In closed books it
  /// counts on the day of recording (`Decision.countedInOpenBooks`).
  func bookingDate(
    _ given: CivilDate? = nil, field: String, _ facts: some Facts
  ) throws
    -> CivilDate
  {
    let date = given ?? today
    guard date <= today else {
      throw Refusal(
        rule: "date.future", field: field, problem: "\(date) is still to come",
        remedy: "give the day on which it happened")
    }
    return date
  }
}

func requirePositive(_ amount: Money, field: String) throws {
  guard amount > .zero else {
    throw Refusal(
      rule: "amount.positive", field: field, problem: "\(field) must be more than 0.00",
      remedy: "give the amount without a sign; the command says its direction")
  }
}

func requireAtMost(
  _ limit: Int64, _ amount: Money, rule: String, field: String, what: String
)
  throws
{
  guard amount.cents <= limit else {
    throw Refusal(
      rule: rule, field: field,
      problem: "\(amount) is more than the \(Money(cents: max(0, limit))) \(what)",
      remedy: "give a smaller amount")
  }
}

extension Sequence<Fact> {
  /// Facts about one patient that count on one date.
  func proposed(
    to patient: SubjectID, on date: CivilDate, corrects: String? = nil
  )
    -> [ProposedFact]
  {
    map { ProposedFact(patient, $0, effectiveOn: date, corrects: corrects) }
  }
}

extension AccountState {
  /// A charge that stands.
  func charge(_ id: EntityID, field: String) throws -> Charge {
    guard let charge = charges[id.description] else { throw unknown(id, field) }
    guard !charge.voided else {
      throw Refusal(
        rule: "charge.voided", field: field, problem: "charge \(id) was voided",
        remedy: "use the charge that replaced it")
    }
    return charge
  }

  /// A payment that the bank has not taken back.
  func payment(_ id: EntityID, field: String) throws -> Payment {
    guard let payment = payments[id.description] else { throw unknown(id, field) }
    guard !payment.reversed else {
      throw Refusal(
        rule: "payment.reversed", field: field, problem: "payment \(id) was reversed",
        remedy: "record the new payment with take-payment")
    }
    return payment
  }

  func package(_ id: EntityID, field: String) throws -> Package {
    guard let package = packages[id.description] else { throw unknown(id, field) }
    return package
  }

  func paymentPlan(_ id: EntityID, field: String) throws -> PaymentPlan {
    guard let plan = paymentPlans[id.description] else { throw unknown(id, field) }
    return plan
  }

  func claim(_ id: EntityID, field: String) throws -> Claim {
    guard let claim = claims[id.description] else { throw unknown(id, field) }
    return claim
  }

  private func unknown(_ id: EntityID, _ field: String) -> Refusal {
    Refusal(
      rule: "reference.unknown", field: field, problem: "\(id) is not in this patient's account",
      remedy: "check the identifier; `chartledger explain balance` lists them")
  }
}
