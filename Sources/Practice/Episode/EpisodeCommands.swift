import PracticeEvents

/// Begins the treatment of a problem.
public struct OpenEpisode: Command {
  public static let name = "open-episode"
  public static let summary = "Opens an episode of care for one problem of a patient."
  public static let help = [
    "patient": "MRN or id", "problem": "a short title, e.g. neck pain after a fall",
    "autoAccident": "leave out when nobody knows", "workRelated": "leave out when nobody knows",
    "accidentOn": "needed for an auto accident or an injury at work",
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist]

  public var patient: SubjectReference
  public var problem: String
  public var condition: ConditionChoice
  public var onsetOn: CivilDate?
  public var autoAccident: Bool?
  public var workRelated: Bool?
  public var accidentOn: CivilDate?
  public var accidentState: StateCode?
  public var referral: EntityID?
  public var episode: EntityID?

  public init(
    patient: SubjectReference, problem: String, condition: ConditionChoice,
    onsetOn: CivilDate? = nil, autoAccident: Bool? = nil, workRelated: Bool? = nil,
    accidentOn: CivilDate? = nil, accidentState: StateCode? = nil, referral: EntityID? = nil,
    episode: EntityID? = nil
  ) {
    self.patient = patient
    self.problem = problem
    self.condition = condition
    self.onsetOn = onsetOn
    self.autoAccident = autoAccident
    self.workRelated = workRelated
    self.accidentOn = accidentOn
    self.accidentState = accidentState
    self.referral = referral
    self.episode = episode
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    try require(problem, in: "problem", atMost: 200)
    for (date, field) in [(onsetOn, "onsetOn"), (accidentOn, "accidentOn")] where date != nil {
      _ = try context.pastOrToday(date, field: field)
    }
    guard accidentOn != nil || (autoAccident != true && workRelated != true) else {
      throw Refusal(
        rule: "episode.accident", field: "accidentOn",
        problem: "an auto accident or an injury at work needs its date",
        remedy: "give accidentOn; insurers ask for it (CMS-1500 item 14)")
    }
    if let referral {
      guard try facts.patient(patient).referral.referrals[referral.description] != nil else {
        throw unknownReference("referral", "the patient has no such referral")
      }
    }
    var fact = EpisodeOpened()
    fact.episode = try context.id(.episode, episode).description
    try facts.requireUnused(fact.episode, field: "episode")
    fact.problem = problem
    fact.conditionClass = condition.conditionClass
    fact.onsetOn = onsetOn?.compact ?? 0
    fact.autoAccident = autoAccident.map { $0 ? .yes : .no } ?? .unknown
    fact.workRelated = workRelated.map { $0 ? .yes : .no } ?? .unknown
    fact.accidentOn = accidentOn?.compact ?? 0
    fact.accidentState = accidentState?.description ?? ""
    fact.referral = referral?.description ?? ""
    return Decision([ProposedFact(patient, .episodeOpened(fact))])
  }
}

/// Records what a diagnosing provider found; a massage therapist does not diagnose.
public struct RecordDiagnosis: Command {
  public static let name = "record-diagnosis"
  public static let summary = "Records a diagnosis that a diagnosing provider made."
  public static let help = [
    "code": "ICD-10-CM, e.g. M54.2; one that is billable today",
    "rank": "1 is the principal diagnosis; the next free one by default; a taken one, with "
      + "--reason, replaces what was recorded wrongly",
    "madeBy": "NPI of the provider who made it; the referral's provider by default",
    "referral": "the referral that states it; the episode's by default",
    "side": "L, R, B or N as the record states it",
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist, .biller]

  public var episode: EntityID
  public var code: ICD10CM
  public var rank: Int?
  public var madeBy: SubjectReference?
  public var referral: EntityID?
  public var side: Laterality?

  public init(
    episode: EntityID, code: ICD10CM, rank: Int? = nil, madeBy: SubjectReference? = nil,
    referral: EntityID? = nil, side: Laterality? = nil
  ) {
    self.episode = episode
    self.code = code
    self.rank = rank
    self.madeBy = madeBy
    self.referral = referral
    self.side = side
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let found = try facts.openEpisode(episode)
    let (source, referral) = try source(facts, found)
    guard !source.isEmpty else {
      throw Refusal(
        rule: "diagnosis.source", field: "madeBy",
        problem: "nobody says who made the diagnosis, and the clinic does not diagnose",
        remedy: "name the provider who made the diagnosis, or the referral that states it")
    }
    if let refusal = try facts.refusal(
      of: code, at: context.today, rule: "diagnosis.notBillable", field: "code")
    {
      throw refusal
    }
    let taken = found.episode.diagnoses
    let isCorrection = !(context.reason ?? "").isEmpty
    let replaced = isCorrection ? taken.first { Int($0.rank) == self.rank } : nil
    guard
      !taken.contains(where: { $0.icd10Cm == code.description && $0.rank != replaced?.rank })
    else {
      throw Refusal(
        rule: "diagnosis.duplicate", field: "code", problem: "the episode has this diagnosis",
        remedy: "nothing more is needed")
    }
    let rank = rank ?? Int(taken.last?.rank ?? 0) + 1
    guard (1...12).contains(rank),
      replaced != nil || !taken.contains(where: { Int($0.rank) == rank })
    else {
      throw Refusal(
        rule: "diagnosis.rank", field: "rank",
        problem: "rank \(rank) is taken or not one of 1 to 12, which is what a claim holds",
        remedy: "choose a free rank, or say with --reason why the one there is wrong")
    }
    var fact = DiagnosisRecorded()
    fact.episode = found.id
    fact.icd10Cm = code.description
    fact.rank = Int32(rank)
    fact.madeBy = source
    fact.referral = referral
    fact.side = side?.side ?? .unspecified
    let corrects = try replaced.flatMap { try event(of: $0, facts) }
    return Decision(
      [ProposedFact(found.patient, .diagnosisRecorded(fact), corrects: corrects)],
      warnings: warnings)
  }

  /// The stream of the provider who made it, empty when nobody says, and the referral that states
  /// it: the one named, or the episode's when no provider is.
  private func source(
    _ facts: some Facts, _ found: FoundEpisode
  ) throws -> (provider: String, referral: String) {
    let referrals = found.state.referral.referrals
    if let referral, referrals[referral.description] == nil {
      throw unknownReference("referral", "the patient has no such referral")
    }
    let provider = try madeBy.map { try facts.referringProviderID($0, field: "madeBy").description }
    let stating =
      referral?.description ?? (provider == nil ? found.episode.opened.referral : "")
    return (provider ?? referrals[stating]?.received.referringProvider ?? "", stating)
  }

  /// The id of the event that recorded a diagnosis.
  private func event(of diagnosis: DiagnosisRecorded, _ facts: some Facts) throws -> String? {
    try facts.history(tagged: .entity(episode)).last {
      $0.event.fact == .diagnosisRecorded(diagnosis)
    }?.eventID
  }

  private var warnings: [String] {
    guard let side, let stated = code.laterality, side != stated else { return [] }
    return ["\(code) names side \(stated.rawValue), the record says \(side.rawValue)"]
  }
}

/// Ends an episode.
public struct DischargeEpisode: Command {
  public static let name = "discharge-episode"
  public static let summary = "Discharges an episode: the treatment of the problem is over."
  public static let help = ["outcome": "a short summary of how it went"]
  public static let roles: Set<Role> = [.therapist]

  public var episode: EntityID
  public var why: DischargeChoice
  public var dischargedOn: CivilDate?
  public var outcome: String?

  public init(
    episode: EntityID, why: DischargeChoice, dischargedOn: CivilDate? = nil, outcome: String? = nil
  ) {
    self.episode = episode
    self.why = why
    self.dischargedOn = dischargedOn
    self.outcome = outcome
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let found = try facts.openEpisode(episode)
    let date = try context.pastOrToday(dischargedOn, field: "dischargedOn")
    let unfinished = found.state.schedule.appointments.values.filter {
      $0.episode == found.id && ($0.isAwaited || $0.status == .checkedIn)
    }
    guard unfinished.isEmpty else {
      throw Refusal(
        rule: "episode.appointments", field: "episode",
        problem: "of \(unfinished.count) appointments of the episode nobody said what became",
        remedy: "cancel them first, or record the session or that nobody came",
        details: unfinished.map(\.appointment).sorted())
    }
    var fact = EpisodeDischarged()
    fact.episode = found.id
    fact.why = why.reason
    fact.dischargedOn = date.compact
    fact.outcomeSummary = outcome ?? ""
    let open = found.state.care.goals.values.count {
      $0.set.episode == found.id && $0.status == .open
    }
    return Decision(
      [ProposedFact(found.patient, .episodeDischarged(fact), effectiveOn: date)],
      warnings: open == 0 ? [] : ["\(open) goals of the episode are still open"])
  }
}
