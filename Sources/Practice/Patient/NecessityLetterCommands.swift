import PracticeEvents

/// Records the letter that an HSA or FSA asks for.
public struct RecordNecessityLetter: Command {
  public static let name = "record-necessity-letter"
  public static let summary = "Records a letter of medical necessity for an HSA or FSA."
  public static let help = [
    "patient": "MRN or id", "referringProvider": "who wrote it: NPI or id",
    "diagnoses": "ICD-10-CM codes", "whyNecessary": "the provider's reason",
    "treatment": "kind, frequency and duration",
    "validThrough": "last day; 12 months at most", "document": "the letter itself, when received",
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist, .biller]

  public var patient: SubjectReference
  public var referringProvider: SubjectReference
  public var diagnoses: [ICD10CM]
  public var whyNecessary: String
  public var treatment: String
  public var validFrom: CivilDate
  public var validThrough: CivilDate
  public var document: EntityID?
  public var letter: EntityID?

  public init(
    patient: SubjectReference, referringProvider: SubjectReference, diagnoses: [ICD10CM],
    whyNecessary: String, treatment: String, validFrom: CivilDate, validThrough: CivilDate,
    document: EntityID? = nil, letter: EntityID? = nil
  ) {
    self.patient = patient
    self.referringProvider = referringProvider
    self.diagnoses = diagnoses
    self.whyNecessary = whyNecessary
    self.treatment = treatment
    self.validFrom = validFrom
    self.validThrough = validThrough
    self.document = document
    self.letter = letter
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let provider = try facts.referringProviderID(referringProvider)
    try require(whyNecessary, in: "whyNecessary", atMost: 2_000)
    try require(treatment, in: "treatment", atMost: 500)
    guard !diagnoses.isEmpty else {
      throw Refusal(
        rule: "letter.diagnoses", field: "diagnoses", problem: "the letter names no diagnosis",
        remedy: "ask the provider for a letter with an ICD-10-CM code")
    }
    let longest = validFrom.adding(years: 1).adding(days: -1)
    guard validFrom <= validThrough, validThrough <= longest else {
      throw Refusal(
        rule: "letter.dates", field: "validThrough",
        problem: "a letter holds from its first day for 12 months at most",
        remedy: "give a day from \(validFrom) through \(longest)")
    }
    if let document {
      try facts.patient(patient).referral.requireDocument(document, field: "document")
    }
    var fact = MedicalNecessityLetterRecorded()
    fact.letter = try context.id(.letterOfMedicalNecessity, letter).description
    try facts.requireUnused(fact.letter, field: "letter")
    fact.referringProvider = provider.description
    fact.diagnosesIcd10Cm = diagnoses.map(\.description)
    fact.whyNecessary = whyNecessary
    fact.treatment = treatment
    fact.validFrom = validFrom.compact
    fact.validThrough = validThrough.compact
    fact.document = document?.description ?? ""
    return Decision([
      ProposedFact(patient, .medicalNecessityLetterRecorded(fact), effectiveOn: validFrom)
    ])
  }
}
