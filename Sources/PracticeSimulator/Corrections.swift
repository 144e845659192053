import Practice
import PracticeEvents

extension World {
  /// What turns out wrong or changes in the course of a month, put right by new facts.
  mutating func correct() throws {
    let people = patients.indices.filter {
      patients[$0].isRegistered && patients[$0].persona == nil
    }
    guard !people.isEmpty else { return }
    for index in people where random.chance(0.012) { try changeDemographics(index) }
    for index in people where random.chance(0.006) { try retakeVerification(index) }
    for index in people where random.chance(0.01) { try moveCredit(index) }
    for index in people where random.chance(0.03) { try recharge(index) }
    for index in people where random.chance(0.004) && !patients[index].isInCare {
      try revokeConsent(index)
    }
    if today.month == 1 { try changePolicies() }
    try enterLate(random.pick(people))
  }

  private mutating func changeDemographics(_ index: Int) throws {
    let patient = SubjectReference(patients[index].mrn)
    if random.chance(0.6) {
      try give(ChangeDemographics(patient: patient, phone: E164(random.phone())), by: .frontDesk)
    } else {
      let town = random.pick(Names.towns)
      try give(
        ChangeDemographics(
          patient: patient,
          addressLine1: "\(random.int(3...980)) \(random.pick(Names.streets))", city: town.0,
          state: StateCode("NJ"), postalCode: PostalCode(town.1)), by: .frontDesk)
    }
  }

  /// An answer was written into the wrong chart; the payer is asked again.
  private mutating func retakeVerification(_ index: Int) throws {
    guard let coverage = patients[index].coverage, !patients[index].paysAlone,
      let answer = state(index).coverage.coverages[coverage.description]?.verifications
        .last(where: { !$0.voided && !$0.failed })
    else { return }
    try give(
      VoidVerification(verification: EntityID(answer.verification)), by: .biller,
      reason: "the answer was for another member")
    try verifyNow(index)
  }

  /// A payment went to the wrong visit.
  private mutating func moveCredit(_ index: Int) throws {
    let charge = account(index).charges.values
      .filter { !$0.voided && !$0.applied.isEmpty }
      .max { ($0.serviceOn, $0.charge) < ($1.serviceOn, $1.charge) }
    guard let charge, let payment = charge.applied.keys.min() else { return }
    try give(
      UnapplyPayment(payment: EntityID(payment), charge: EntityID(charge.charge)), by: .biller,
      reason: "meant for another visit")
  }

  /// A charge of this month was posted wrongly: voided and posted anew.
  private mutating func recharge(_ index: Int) throws {
    let charge = account(index).charges.values
      .filter {
        !$0.voided && !$0.isFee && $0.claim.isEmpty && $0.serviceOn >= today.startOfMonth.compact
          && $0.patientPaidCents == 0 && $0.redeemedCents == 0
      }.min { $0.charge < $1.charge }
    guard let charge else { return }
    let voided = try give(
      VoidCharge(charge: EntityID(charge.charge)), by: .biller, reason: "posted with a wrong line")
    guard voided != nil,
      let visit = visits.lastIndex(where: { $0.session?.description == charge.session })
    else { return }
    claimQueue.removeAll { $0.session.description == charge.session }
    try postCharges(visit)
  }

  private mutating func revokeConsent(_ index: Int) throws {
    let consent = state(index).profile.consents
      .filter { $0.value.signed.kind == .noShowPolicy && $0.value.revokedOn == 0 }.keys.min()
    guard let consent else { return }
    try give(RevokeConsent(consent: EntityID(consent)), by: .frontDesk)
  }

  /// With the year some contracts change.
  private mutating func changePolicies() throws {
    let payer = random.pick(SimulatedPayer.all.filter { $0.type == .commercial })
    try give(
      ChangePayerPolicy(
        payer: SubjectReference(payer.id), timelyFilingDays: payer.timelyFilingDays + 30),
      by: .biller)
  }

  /// A paper form that was found after weeks: entered by the owner, who says why.
  private mutating func enterLate(_ index: Int) throws {
    guard patients[index].hasVisited else { return }
    try give(
      ScreenContraindications(
        patient: SubjectReference(patients[index].mrn), findings: [], outcome: .cleared),
      by: .owner, reason: "paper form found while filing",
      at: now.adding(minutes: -random.int(9...24) * 1_440))
  }
}
