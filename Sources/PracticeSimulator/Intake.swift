import Practice
import PracticeEvents

extension World {
  /// A new patient calls: registered at once, papers and insurance to follow.
  mutating func takeCall(_ index: Int) throws {
    let patient = patients[index]
    let town = random.pick(Names.towns)
    let facts = try give(
      RegisterPatient(
        mrn: patient.mrn, familyName: patient.family, givenName: patient.given,
        bornOn: patient.bornOn, sex: patient.isFemale ? "F" : "M", phone: E164(random.phone()),
        email: EmailAddress("\(patient.mrn.lowercased())@example.org"),
        addressLine1: "\(random.int(3...980)) \(random.pick(Names.streets))", city: town.0,
        state: StateCode("NJ"), postalCode: PostalCode(town.1),
        language: random.pick(weighted: Names.languages),
        emergencyContactName: "\(random.pick(Names.women + Names.men)) \(patient.family)",
        emergencyContactPhone: E164(random.phone())),
      by: random.chance(0.6) ? .frontDesk : .secondDesk)
    guard let subject = facts?.first?.subject else { return }
    patients[index].subject = subject
    patients[index].isRegistered = true
    patients[index].isInCare = true
    if random.chance(0.85) { try signConsents(index) }
    if patient.isMedical { try openEpisode(index) }
    switch patient.means {
    case .insured(let payer): try addCoverage(index, SimulatedPayer.all[payer])
    case .uninsured: try payAlone(index, why: .uninsured)
    }
    if patient.isMedical {
      try plan(.fax(index, complete: !patient.faxIsIncomplete), inDays: 0...4)
    }
    try book(index, notBefore: today.adding(days: random.int(patient.isMedical ? 3...8 : 1...6)))
  }

  mutating func signConsents(_ index: Int) throws {
    var kinds: [ConsentChoice] = [.treatment, .privacy, .financial]
    if random.chance(0.88) { kinds.append(.noShowPolicy) }
    if patients[index].payer != nil { kinds += [.assignmentOfBenefits, .releaseOfInformation] }
    for kind in kinds {
      try give(
        SignConsent(
          patient: SubjectReference(patients[index].mrn), kind: kind,
          textVersion: "\(firstDay.year)-01",
          signedBy: "\(patients[index].given) \(patients[index].family)"), by: .frontDesk)
    }
  }

  mutating func openEpisode(_ index: Int) throws {
    let complaint = patients[index].complaint
    let episode = id(.episode)
    let onset = today.adding(days: -random.int(complaint.course == .acute ? 3...20 : 60...600))
    let isAccident = complaint.isAuto || complaint.isWork
    let facts = try give(
      OpenEpisode(
        patient: SubjectReference(patients[index].mrn), problem: complaint.problem,
        condition: complaint.course.condition, onsetOn: onset, autoAccident: complaint.isAuto,
        workRelated: complaint.isWork, accidentOn: isAccident ? onset : nil,
        accidentState: isAccident ? StateCode("NJ") : nil, episode: episode), by: .frontDesk)
    guard facts != nil else { return }
    patients[index].episode = episode
    patients[index].episodes += 1
    patients[index].plan = nil
    patients[index].goals = []
  }

  private mutating func addCoverage(_ index: Int, _ payer: SimulatedPayer) throws {
    let coverage = id(.coverage)
    let isAccident = payer.isPip || payer.isCompensation
    let isFamily = !isAccident && !payer.isMedicare && random.chance(0.2)
    let facts = try give(
      AddCoverage(
        patient: SubjectReference(patients[index].mrn), payer: SubjectReference(payer.id),
        memberID: "\(payer.id.prefix(3))\(random.digits(9))",
        groupNumber: isAccident ? nil : random.digits(6),
        relationship: isFamily ? .spouse : .subscriber,
        subscriberFamilyName: isFamily ? patients[index].family : nil,
        subscriberGivenName: isFamily ? random.pick(Names.men) : nil,
        effectiveFrom: today.startOfYear, claimNumber: isAccident ? random.digits(10) : nil,
        lossOn: isAccident ? today.adding(days: -random.int(3...20)) : nil, coverage: coverage),
      by: .frontDesk)
    guard facts != nil else { return }
    patients[index].coverage = coverage
    if payer.type == .commercial, index % 5 == 3 { try addSecondCoverage(index, payer) }
    patients[index].deductibleLeft =
      payer.copayCents > 0 || isAccident ? 0 : Int64(random.int(0...4)) * 10_000
    try askPayer(index, attempt: 0, inMinutes: 30...300)
  }

  /// Some are also in the plan of a spouse.
  private mutating func addSecondCoverage(_ index: Int, _ first: SimulatedPayer) throws {
    let second = first.id == SimulatedPayer.all[0].id ? 2 : 0
    let facts = try give(
      AddCoverage(
        patient: SubjectReference(patients[index].mrn),
        payer: SubjectReference(SimulatedPayer.all[second].id), memberID: random.digits(11),
        rank: .secondary, relationship: .spouse, subscriberFamilyName: patients[index].family,
        subscriberGivenName: random.pick(Names.men), effectiveFrom: today.startOfYear),
      by: .frontDesk)
    if facts != nil { patients[index].secondPayer = second }
  }

  /// Papers for somebody who pays: election, route, estimate, discount.
  mutating func payAlone(_ index: Int, why: SelfPayChoice) throws {
    let patient = patients[index]
    guard !patient.paysAlone else { return }
    patients[index].paysAlone = true
    if why != .uninsured || patient.isMedical {
      try give(
        ElectSelfPay(patient: SubjectReference(patient.mrn), why: why), by: .frontDesk)
    }
    let route: RouteChoice =
      patient.onSlidingScale
      ? .slidingOrPlan
      : [.hsa, .fsa].contains(patient.method)
        ? .hsaFsa : patient.wantsSuperbills ? .patientReimbursement : .outOfPocket
    try give(
      ChooseCoverageRoute(patient: SubjectReference(patient.mrn), route: route), by: .frontDesk)
    if random.chance(0.9) { try issueEstimate(index) }
    if patient.onSlidingScale {
      try give(
        ApproveSlidingScale(
          patient: SubjectReference(patient.mrn), householdSize: random.int(1...5),
          annualIncome: Money(cents: Int64(random.int(14...30)) * 100_000)), by: .biller)
    }
  }

  mutating func issueEstimate(_ index: Int) throws {
    let patient = patients[index]
    try give(
      IssueEstimate(
        patient: SubjectReference(patient.mrn),
        items: [
          EstimateItem(
            service: patient.isMedical ? "med60" : "relax60", quantity: random.int(6...14))
        ], diagnoses: patient.complaint.diagnoses.map { try ICD10CM($0) }), by: .frontDesk)
  }
}
