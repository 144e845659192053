import Practice

extension RandomCommands {
  /// A clinic to begin with.
  static func opening() throws -> [any Command] {
    let (first, second) = (try NPI(firstPractitioner), try NPI("1245319599"))
    let license = try EntityID("lic-0000000000AA")
    let training = CivilDate.earliest.adding(years: 115)
    var commands: [any Command] = [
      EstablishClinic(
        clinicName: "Test Clinic", timeZone: try ClinicTimeZone("America/New_York"),
        addressLine1: "1 Main Street", city: "Fort Lee", state: try StateCode("NJ"),
        postalCode: try PostalCode("07024"), npi: try NPI("1679576722"), ein: "12-3456789",
        rooms: ["Room 1", "Room 2"]),
      DefineService(
        service: "med60", serviceName: "Medical", serviceClass: .medical, minutes: 60,
        defaultCPT: try ProcedureCode("97140"), selfPay: Money(cents: 13_600)),
      DefineService(
        service: "relax60", serviceName: "Relaxation", serviceClass: .relaxation, minutes: 60,
        defaultCPT: try ProcedureCode("97124"), selfPay: Money(cents: 9_500)),
      PublishFeeSchedule(
        version: "first",
        fees: try ["97140", "97124", "97010"].map {
          .init(cpt: try ProcedureCode($0), perUnit: Money(cents: 3_400))
        }, effectiveFrom: training),
      RegisterPractitioner(familyName: "Adler", givenName: "Naomi", npi: first),
      RecordLicense(
        practitioner: SubjectReference(first.description), state: try StateCode("NJ"),
        number: "18KT1", issuedOn: training, expiresOn: training.adding(years: 40),
        license: license),
      RecordTrainingCredential(
        practitioner: SubjectReference(first.description), kind: .medicalMassage, issuer: "School",
        hours: 300, earnedOn: training),
      GrantPrivilege(
        practitioner: SubjectReference(first.description), serviceClass: .medical, from: training),
      RegisterReferringProvider(
        familyName: "Kim", givenName: "Grace", credential: .md, npi: second),
    ]
    for number in 1...6 {
      commands.append(
        RegisterPatient(
          mrn: "P-\(number)", familyName: "Family\(number)", givenName: "Given",
          bornOn: training.adding(years: -30)))
    }
    for (index, type) in [PayerTypeChoice.commercial, .autoPip, .medicare].enumerated() {
      commands.append(
        RegisterPayer(
          payerName: "Payer \(index)", payerID: "PAY\(index)", type: type, effectiveFrom: training))
    }
    for number in 1...3 {
      let patient = SubjectReference("P-\(number)")
      let coverage = EntityID.make(.coverage, random: UInt64(number))
      let episode = EntityID.make(.episode, random: UInt64(number))
      commands += [
        AddCoverage(
          patient: patient, payer: SubjectReference("PAY0"), memberID: "M\(number)",
          effectiveFrom: training, coverage: coverage),
        VerifyInsurance(coverage: coverage, active: .yes, lmtCovered: .yes),
        OpenEpisode(patient: patient, problem: "pain", condition: .chronic, episode: episode),
        RecordDiagnosis(
          episode: episode, code: try ICD10CM("M54.2"),
          madeBy: SubjectReference(second.description)),
      ]
    }
    return commands
  }
}
