import PracticeEvents

/// Records a finished assessment. It states findings and an impression, not a diagnosis.
public struct CompleteAssessment: Command {
  public static let name = "complete-assessment"
  public static let summary = "Records a practitioner's assessment of an episode's problem."
  public static let help = [
    "practitioner": "NPI or id; the acting therapist by default",
    "palpation": "findings by region, tenderness graded 0 to 4",
    "impression": "what the findings mean for treatment; not a diagnosis",
  ]
  public static let roles: Set<Role> = [.therapist]

  public struct Palpation: Codable, Sendable {
    public var region: String
    public var tissue: String?
    public var finding: String
    public var grade: Int?

    public init(
      region: String, tissue: String? = nil, finding: String, grade: Int? = nil
    ) {
      self.region = region
      self.tissue = tissue
      self.finding = finding
      self.grade = grade
    }
  }

  public struct OrthopedicTest: Codable, Sendable {
    public var name: String
    public var side: Laterality?
    public var positive: Bool

    public init(
      name: String, side: Laterality? = nil, positive: Bool
    ) {
      self.name = name
      self.side = side
      self.positive = positive
    }
  }

  public var episode: EntityID
  public var practitioner: SubjectReference?
  public var assessedOn: CivilDate?
  public var history: String?
  public var observation: String?
  public var palpation: [Palpation]?
  public var orthopedicTests: [OrthopedicTest]?
  public var functionalLimits: [String]?
  public var impression: String
  public var assessment: EntityID?

  public init(
    episode: EntityID, practitioner: SubjectReference? = nil, assessedOn: CivilDate? = nil,
    history: String? = nil, observation: String? = nil, palpation: [Palpation]? = nil,
    orthopedicTests: [OrthopedicTest]? = nil, functionalLimits: [String]? = nil, impression: String,
    assessment: EntityID? = nil
  ) {
    self.episode = episode
    self.practitioner = practitioner
    self.assessedOn = assessedOn
    self.history = history
    self.observation = observation
    self.palpation = palpation
    self.orthopedicTests = orthopedicTests
    self.functionalLimits = functionalLimits
    self.impression = impression
    self.assessment = assessment
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let found = try facts.openEpisode(episode)
    let practitioner = try facts.treatingPractitioner(practitioner, context)
    let date = try context.pastOrToday(assessedOn, field: "assessedOn")
    try facts.requireLicensed(practitioner, on: date)
    try require(impression, in: "impression", atMost: 4_000)
    guard (palpation ?? []).allSatisfy({ (0...4).contains($0.grade ?? 0) }) else {
      throw Refusal(
        rule: "assessment.grade", field: "palpation",
        problem: "a tenderness grade is not one of 0 to 4", remedy: "grade from 0 to 4")
    }
    var fact = AssessmentCompleted()
    fact.assessment = try context.id(.assessment, assessment).description
    try facts.requireUnused(fact.assessment, field: "assessment")
    fact.episode = found.id
    fact.practitioner = practitioner.description
    fact.assessedOn = date.compact
    fact.history = history ?? ""
    fact.observation = observation ?? ""
    fact.palpation = (palpation ?? []).map { given in
      var item = AssessmentCompleted.Palpation()
      item.region = given.region
      item.tissue = given.tissue ?? ""
      item.finding = given.finding
      item.grade = Int32(given.grade ?? 0)
      return item
    }
    fact.orthopedicTests = (orthopedicTests ?? []).map { given in
      var item = AssessmentCompleted.OrthopedicTest()
      item.name = given.name
      item.side = given.side?.side ?? .unspecified
      item.positive = given.positive
      return item
    }
    fact.functionalLimits = functionalLimits ?? []
    fact.impression = impression
    return Decision([ProposedFact(found.patient, .assessmentCompleted(fact), effectiveOn: date)])
  }
}

/// Records a re-evaluation, from which the next one is counted.
public struct CompleteReevaluation: Command {
  public static let name = "complete-reevaluation"
  public static let summary = "Records a re-evaluation of an episode and what it recommends."
  public static let help = [
    "practitioner": "NPI or id; the acting therapist by default",
    "measures": "identifiers of the scores it rests on",
  ]
  public static let roles: Set<Role> = [.therapist]

  public var episode: EntityID
  public var practitioner: SubjectReference?
  public var reevaluatedOn: CivilDate?
  public var measures: [EntityID]?
  public var recommendation: RecommendationChoice
  public var findings: String?
  public var reevaluation: EntityID?

  public init(
    episode: EntityID, practitioner: SubjectReference? = nil, reevaluatedOn: CivilDate? = nil,
    measures: [EntityID]? = nil, recommendation: RecommendationChoice, findings: String? = nil,
    reevaluation: EntityID? = nil
  ) {
    self.episode = episode
    self.practitioner = practitioner
    self.reevaluatedOn = reevaluatedOn
    self.measures = measures
    self.recommendation = recommendation
    self.findings = findings
    self.reevaluation = reevaluation
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let found = try facts.openEpisode(episode)
    let practitioner = try facts.treatingPractitioner(practitioner, context)
    let date = try context.pastOrToday(reevaluatedOn, field: "reevaluatedOn")
    try facts.requireLicensed(practitioner, on: date)
    let care = found.state.care
    let known = Set(
      care.measures.filter { $0.episode == found.id }.map(\.measure)
        + care.motions.filter { $0.episode == found.id }.map(\.measure))
    let measures = (measures ?? []).map(\.description)
    guard known.isSuperset(of: measures) else {
      throw unknownReference("measures", "a measure is not one of this episode")
    }
    guard !found.episode.assessments.isEmpty else { throw needsAssessment("a re-evaluation") }
    var fact = ReevaluationCompleted()
    fact.reevaluation = try context.id(.reevaluation, reevaluation).description
    try facts.requireUnused(fact.reevaluation, field: "reevaluation")
    fact.episode = found.id
    fact.practitioner = practitioner.description
    fact.reevaluatedOn = date.compact
    fact.visitsSince = Int32(clamping: care.visitsSinceEvaluation(episode: found.id))
    fact.measures = measures
    fact.recommendation = recommendation.recommendation
    fact.findings = findings ?? ""
    return Decision([ProposedFact(found.patient, .reevaluationCompleted(fact), effectiveOn: date)])
  }
}

/// Records that the referring provider was told how it goes.
public struct SendProgressReport: Command {
  public static let name = "send-progress-report"
  public static let summary = "Records a progress report sent to the referring provider."
  public static let help = [
    "referringProvider": "NPI or id; the episode's referring provider by default",
    "document": "identifier of the report, if it is kept here",
    "asOf": "the log position in the letter's footer, by which it can be made again",
  ]
  public static let roles: Set<Role> = [.therapist, .frontDesk]

  public var episode: EntityID
  public var referringProvider: SubjectReference?
  public var sentOn: CivilDate?
  public var document: EntityID?
  public var asOf: Int?

  public init(
    episode: EntityID, referringProvider: SubjectReference? = nil, sentOn: CivilDate? = nil,
    document: EntityID? = nil, asOf: Int? = nil
  ) {
    self.episode = episode
    self.referringProvider = referringProvider
    self.sentOn = sentOn
    self.document = document
    self.asOf = asOf
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    // The last letter goes out when the episode is over.
    let found = try facts.episode(episode)
    let date = try context.pastOrToday(sentOn, field: "sentOn")
    if let document { try found.state.referral.requireDocument(document, field: "document") }
    let known = found.state.referringProvider(ofEpisode: found.id)
    var fact = ProgressReportSent()
    if let referringProvider {
      fact.referringProvider = try facts.referringProviderID(referringProvider).description
    } else if let known {
      fact.referringProvider = known
    } else {
      throw Refusal(
        rule: "report.recipient", field: "referringProvider",
        problem: "the episode has no referring provider", remedy: "say to whom it was sent")
    }
    fact.episode = found.id
    fact.sentOn = date.compact
    fact.document = document?.description ?? ""
    fact.asOfPosition = UInt64(max(0, asOf ?? 0))
    return Decision([ProposedFact(found.patient, .progressReportSent(fact), effectiveOn: date)])
  }
}

func needsAssessment(_ what: String) -> Refusal {
  Refusal(
    rule: "plan.assessment", field: "episode", problem: "\(what) needs an assessment first",
    remedy: "record it with complete-assessment")
}
