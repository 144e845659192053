import PracticeEvents

/// Records the patient's own account at intake.
public struct CompleteIntake: Command {
  public static let name = "complete-intake"
  public static let summary = "Records the patient's complaint, its cause and the health history."
  public static let help = [
    "patient": "MRN or id", "onsetOn": "when the complaint began",
    "mechanism": "how it came about",
    "accidentState": "needed with accidentOn after an auto accident or an injury at work",
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist, .patient]

  public var patient: SubjectReference
  public var chiefComplaint: String
  public var onsetOn: CivilDate?
  public var mechanism: String?
  public var autoAccident: AnswerChoice?
  public var workRelated: AnswerChoice?
  public var accidentState: StateCode?
  public var accidentOn: CivilDate?
  public var medications: [String]?
  public var allergies: [String]?
  public var surgeries: [String]?
  public var pregnant: AnswerChoice?

  public init(
    patient: SubjectReference, chiefComplaint: String, onsetOn: CivilDate? = nil,
    mechanism: String? = nil, autoAccident: AnswerChoice? = nil, workRelated: AnswerChoice? = nil,
    accidentState: StateCode? = nil, accidentOn: CivilDate? = nil, medications: [String]? = nil,
    allergies: [String]? = nil, surgeries: [String]? = nil, pregnant: AnswerChoice? = nil
  ) {
    self.patient = patient
    self.chiefComplaint = chiefComplaint
    self.onsetOn = onsetOn
    self.mechanism = mechanism
    self.autoAccident = autoAccident
    self.workRelated = workRelated
    self.accidentState = accidentState
    self.accidentOn = accidentOn
    self.medications = medications
    self.allergies = allergies
    self.surgeries = surgeries
    self.pregnant = pregnant
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    try require(chiefComplaint, in: "chiefComplaint", atMost: 2_000)
    let isAccident = autoAccident == .yes || workRelated == .yes
    guard !isAccident || (accidentOn != nil && accidentState != nil) else {
      throw Refusal(
        rule: "intake.accident", field: accidentOn == nil ? "accidentOn" : "accidentState",
        problem: "an auto accident or an injury at work needs its date and state (X12 CLM11)",
        remedy: "ask the patient for both")
    }
    for (date, field) in [(onsetOn, "onsetOn"), (accidentOn, "accidentOn")] {
      guard date.map({ $0 <= context.today }) ?? true else {
        throw Refusal(
          rule: "intake.dates", field: field, problem: "\(field) is still to come",
          remedy: "check the year")
      }
    }
    var fact = IntakeCompleted()
    fact.chiefComplaint = chiefComplaint
    fact.onsetOn = onsetOn?.compact ?? 0
    fact.mechanism = mechanism ?? ""
    fact.autoAccident = autoAccident?.answer ?? .unknown
    fact.workRelated = workRelated?.answer ?? .unknown
    fact.accidentState = accidentState?.description ?? ""
    fact.accidentOn = accidentOn?.compact ?? 0
    fact.medications = medications ?? []
    fact.allergies = allergies ?? []
    fact.surgeries = surgeries ?? []
    fact.pregnant = pregnant?.answer ?? .unknown
    return Decision([ProposedFact(patient, .intakeCompleted(fact))])
  }
}

/// Records what speaks against massage, or that nothing does.
public struct ScreenContraindications: Command {
  public static let name = "screen-contraindications"
  public static let summary = "Records what speaks against massage; replaces earlier screenings."
  public static let help = [
    "patient": "MRN or id", "findings": "none when nothing was found",
    "outcome": "cleared, modify the treatment, or refer to a physician first",
    "screenedOn": "today by default",
  ]
  public static let roles: Set<Role> = [.therapist]

  public struct Finding: Codable, Sendable {
    public var condition: String
    public var scope: ContraindicationChoice
    /// For an absolute one that is cleared: who cleared it.
    public var note: String?

    public init(
      condition: String, scope: ContraindicationChoice, note: String? = nil
    ) {
      self.condition = condition
      self.scope = scope
      self.note = note
    }
  }

  public var patient: SubjectReference
  public var findings: [Finding]
  public var outcome: ScreeningChoice
  public var screenedOn: CivilDate?
  public var screening: EntityID?

  public init(
    patient: SubjectReference, findings: [Finding], outcome: ScreeningChoice,
    screenedOn: CivilDate? = nil, screening: EntityID? = nil
  ) {
    self.patient = patient
    self.findings = findings
    self.outcome = outcome
    self.screenedOn = screenedOn
    self.screening = screening
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let screenedOn = screenedOn ?? context.today
    guard screenedOn <= context.today else {
      throw Refusal(
        rule: "screening.date", field: "screenedOn", problem: "the screening is still to come",
        remedy: "record it when it is done")
    }
    try context.requireRecent(screenedOn, facts.clinic(), field: "screenedOn")
    for finding in findings { try require(finding.condition, in: "findings", atMost: 200) }
    let absolute = findings.filter { $0.scope == .absolute }
    guard outcome != .modify || absolute.isEmpty else {
      throw Refusal(
        rule: "screening.absolute", field: "outcome",
        problem: "an absolute contraindication allows no massage at all",
        remedy: "refer the patient, or clear it with a note of the physician who did")
    }
    guard outcome != .cleared || absolute.allSatisfy({ !($0.note ?? "").isEmpty }) else {
      throw Refusal(
        rule: "screening.clearedBy", field: "findings",
        problem: "only a physician clears an absolute contraindication",
        remedy: "say in its note who cleared it and when")
    }
    guard outcome == .cleared || !findings.isEmpty else {
      throw Refusal(
        rule: "screening.findings", field: "findings",
        problem: "there is nothing to modify or refer for", remedy: "name what was found")
    }
    var fact = ContraindicationScreened()
    fact.screening = try context.id(.screening, screening).description
    try facts.requireUnused(fact.screening, field: "screening")
    fact.findings = findings.map { given in
      var finding = ContraindicationScreened.Finding()
      finding.condition = given.condition
      finding.scope = given.scope.scope
      finding.note = given.note ?? ""
      return finding
    }
    fact.outcome = outcome.outcome
    fact.screenedOn = screenedOn.compact
    return Decision([
      ProposedFact(patient, .contraindicationScreened(fact), effectiveOn: screenedOn)
    ])
  }
}

/// How far a contraindication reaches.
public enum ContraindicationChoice: String, WordChoice {
  case absolute, local, relative

  var scope: ContraindicationScope {
    switch self {
    case .absolute: .absolute
    case .local: .local
    case .relative: .relative
    }
  }
}

public enum ScreeningChoice: String, WordChoice {
  case cleared, modify, refer

  var outcome: ScreeningOutcome {
    switch self {
    case .cleared: .cleared
    case .modify: .modify
    case .refer: .refer
    }
  }
}
