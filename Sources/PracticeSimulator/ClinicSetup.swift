import Practice
import PracticeEvents

extension World {
  /// The clinic as it opens: profile, prices, people, payers; and the days to come.
  mutating func setUp() throws {
    try establish()
    try registerTherapists()
    try registerReferrers()
    for payer in SimulatedPayer.all { try register(payer) }
    try publishFees()
    try planDays()
    try planCalls()
    try planAbsences()
    try planPersonas()
  }

  private mutating func establish() throws {
    try give(
      EstablishClinic(
        clinicName: clinicName, timeZone: zone, addressLine1: "1550 Lemoine Avenue",
        addressLine2: "Suite 204", city: "Fort Lee", state: StateCode("NJ"),
        postalCode: PostalCode("07024"), phone: E164("+12015550140"), fax: E164("+12016031951"),
        npi: NPI(random.npi()), ein: "22-3456789", rooms: (1...5).map { "Room \($0)" }),
      by: .owner)
    let services: [(String, String, ServiceClassChoice, Int, String)] = [
      ("med30", "Medical massage, 30 minutes", .medical, 30, "68.00"),
      ("med60", "Medical massage, 60 minutes", .medical, 60, "136.00"),
      ("med90", "Medical massage, 90 minutes", .medical, 90, "198.00"),
      ("relax60", "Relaxation massage, 60 minutes", .relaxation, 60, "95.00"),
    ]
    for (code, name, serviceClass, minutes, price) in services {
      try give(
        DefineService(
          service: code, serviceName: name, serviceClass: serviceClass, minutes: minutes,
          defaultCPT: ProcedureCode(serviceClass == .medical ? "97140" : "97124"),
          selfPay: Money(price)), by: .owner)
    }
    try give(
      DefinePackage(
        offer: "ten-med60", packageName: "Ten sessions", service: "med60", sessions: 10,
        price: Money("1150.00"), expiresAfterMonths: 12, refundPolicy: .listPrice,
        transferable: true), by: .owner)
    try give(
      PublishRuleTable(
        table: "scheduling", version: "house-rules", effectiveFrom: today,
        source: "the clinic's no-show policy",
        entries: [
          .init(key: "no-show-fee-cents", value: 6_000),
          .init(key: "late-cancel-fee-cents", value: 4_000),
        ]), by: .owner)
  }

  private mutating func registerTherapists() throws {
    for index in therapists.indices {
      let therapist = therapists[index]
      let npi = random.npi()
      let facts = try give(
        RegisterPractitioner(
          familyName: therapist.family, givenName: therapist.given, npi: NPI(npi)), by: .owner)
      guard let subject = facts?.first?.subject else { continue }
      therapists[index].subject = subject
      try license(index)
      try give(
        RecordTrainingCredential(
          practitioner: SubjectReference(npi),
          kind: index.isMultiple(of: 2) ? .medicalMassage : .orthopedic,
          issuer: "Institute for Clinical Massage", hours: random.int(120...400),
          earnedOn: firstDay.adding(days: -random.int(400...2_000))), by: .owner)
      for serviceClass in ServiceClassChoice.allCases {
        try give(
          GrantPrivilege(
            practitioner: SubjectReference(npi), serviceClass: serviceClass, from: firstDay),
          by: .owner)
      }
      var blocks: [SetAvailability.Block] = []
      for block in therapist.hours {
        let (start, end) = (try time(block.start), try time(block.end))
        for weekday in block.weekdays {
          let choice = WeekdayChoice.allCases[weekday.rawValue - 1]
          blocks.append(.init(weekday: choice, start: start, end: end))
        }
      }
      try give(
        SetAvailability(practitioner: SubjectReference(npi), from: firstDay, hours: blocks),
        by: therapists[index].staff)
    }
  }

  private func time(_ minute: Int) throws -> CivilTime {
    try CivilTime(hour: minute / 60, minute: minute % 60)
  }

  /// Licences run for two years to 30 November (N.J.A.C. 13:37A). The third therapist's comes from
  /// a late renewal and lapses once; the second's ends soon after the last day.
  private mutating func license(_ index: Int) throws {
    var expires = try CivilDate(
      year: firstDay.year + firstDay.year % 2, month: 11, day: 30)
    if expires < firstDay { expires = expires.adding(years: 2) }
    if index == 1 { expires = lastDay.adding(days: 24) }
    if index == 2 { expires = firstDay.adding(days: firstDay.days(until: lastDay) * 3 / 5) }
    let license = id(.license)
    therapists[index].license = license.description
    try give(
      RecordLicense(
        practitioner: SubjectReference(therapists[index].subject), state: StateCode("NJ"),
        number: "18KT00" + random.digits(6), board: "Board of Massage and Bodywork Therapy",
        issuedOn: firstDay.adding(days: -700), expiresOn: expires, license: license), by: .owner)
    // The late one is noticed when its sessions are refused.
    let renewal = index == 2 ? expires.adding(days: 9) : expires.adding(days: -random.int(12...40))
    if index != 1 { try plan(.renewLicense(index), on: renewal, at: 530) }
  }

  mutating func renewLicense(_ index: Int) throws {
    let license = try EntityID(therapists[index].license)
    guard let state = memory.practitioner(therapists[index].subject).licenses[license.description]
    else { return }
    let expires = try CivilDate(compact: state.expiresOn).adding(years: 2)
    try give(
      RenewLicense(license: license, renewedOn: today, expiresOn: expires), by: .owner)
    if expires.adding(days: -20) < lastDay {
      try plan(.renewLicense(index), on: expires.adding(days: -20), at: 530)
    }
  }

  private mutating func registerReferrers() throws {
    let credentials: [ReferringCredentialChoice] = [
      .md, .md, .do, .dc, .md, .np, .dpm, .md, .pa, .dc,
    ]
    for credential in credentials {
      let family = random.pick(Names.families)
      let referrer = Referrer(
        npi: random.npi(), fax: random.phone(), name: "Dr. \(family)", credential: credential)
      referrers.append(referrer)
      try give(
        RegisterReferringProvider(
          familyName: family, givenName: random.pick(Names.women + Names.men),
          credential: credential, npi: NPI(referrer.npi), phone: E164(random.phone()),
          fax: E164(referrer.fax)), by: .frontDesk)
    }
  }

  private mutating func register(_ payer: SimulatedPayer) throws {
    try give(
      RegisterPayer(
        payerName: payer.name, payerID: payer.id, type: payer.type, effectiveFrom: firstDay,
        unitRule: payer.unitRule, maxUnitsPerDay: payer.maxUnits,
        timelyFilingDays: payer.timelyFilingDays, requiresAuthorization: payer.needsAuthorization,
        requiresPrescription: true, acceptsMassageTherapists: payer.acceptsTherapists,
        prescriptionMaxDays: payer.prescriptionMaxDays), by: .biller)
  }

  /// Fees rise with every year.
  private mutating func publishFees() throws {
    for year in firstDay.year...lastDay.year {
      let rise = Int64(year - firstDay.year) * 100
      let prices: [(String, Int64)] = [
        ("97140", 3_400), ("97124", 2_375), ("97112", 3_600), ("97010", 1_200),
      ]
      let fees = try prices.map { cpt, cents in
        PublishFeeSchedule.Fee(
          cpt: try ProcedureCode(cpt), perUnit: Money(cents: cents + rise))
      }
      try give(
        PublishFeeSchedule(
          version: "\(year)", fees: fees,
          effectiveFrom: max(firstDay, try CivilDate(year: year, month: 1, day: 1))), by: .biller)
    }
  }

  private mutating func planDays() throws {
    for date in firstDay...lastDay where !isHoliday(date) {
      try plan(.opening, on: date, at: 7 * 60 + 45)
      try plan(.closing, on: date, at: 20 * 60 + 30)
      if isOfficeDay(date), [1, 3, 5].contains(date.weekday.rawValue) {
        try plan(.claimRun, on: date, at: 16 * 60)
      }
      if date.day == 12 { try plan(.monthEnd, on: date, at: 17 * 60) }
    }
    let eve = lastDay.adding(days: -3)
    if eve > firstDay { try plan(.fillDay(lastDay), on: eve, at: 15 * 60) }
  }

  /// How many call in the last week.
  static func lateCallers(of patients: Int) -> Int { min(4, max(1, patients / 40)) }

  /// A third of the patients come in the first two months, as if the clinic had moved in with them;
  /// more than the average come of late.
  private mutating func planCalls() throws {
    let days = firstDay.days(until: lastDay)
    let callers = patients.indices.filter { patients[$0].persona == nil }
    for patient in callers {
      let day = random.pick(weighted: [
        (random.int(1...min(60, days)), 0.3), (random.int(1...days), 0.45),
        (days - random.int(3...min(50, days - 1)), 0.25),
      ])
      let isLate = patient >= callers.count - Self.lateCallers(of: callers.count)
      var date = firstDay.adding(days: isLate ? days - 5 : day)
      while !isOfficeDay(date), date < lastDay { date = date.adding(days: 1) }
      try plan(.call(patient), on: date, at: random.int(545...1_000))
    }
  }
}
