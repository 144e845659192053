import PracticeEvents

/// Scores a questionnaire or scale, from its answers when they are given.
public struct ScoreOutcomeMeasure: Command {
  public static let name = "score-outcome-measure"
  public static let summary = "Scores an outcome measure of an episode, from answers or a total."
  public static let help = [
    "items": "answers in the order of the form, -1 where left blank",
    "score": "the total as the form says it; needed when there are no items",
    "session": "the session at which it was taken, if at one",
  ]
  public static let roles: Set<Role> = [.therapist, .frontDesk, .patient]

  public var episode: EntityID
  public var instrument: InstrumentChoice
  public var items: [Int]?
  public var score: Hundredths?
  public var purpose: MeasurePurposeChoice?
  public var measuredOn: CivilDate?
  public var session: EntityID?
  public var measure: EntityID?

  public init(
    episode: EntityID, instrument: InstrumentChoice, items: [Int]? = nil, score: Hundredths? = nil,
    purpose: MeasurePurposeChoice? = nil, measuredOn: CivilDate? = nil, session: EntityID? = nil,
    measure: EntityID? = nil
  ) {
    self.episode = episode
    self.instrument = instrument
    self.items = items
    self.score = score
    self.purpose = purpose
    self.measuredOn = measuredOn
    self.session = session
    self.measure = measure
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let found = try facts.openEpisode(episode)
    let date = try context.pastOrToday(measuredOn, field: "measuredOn")
    let instrument = try instrument.definition(by: facts.clinic(), on: date)
    var fact = OutcomeMeasureScored()
    fact.measure = try context.id(.measure, measure).description
    try facts.requireUnused(fact.measure, field: "measure")
    fact.episode = found.id
    fact.instrument = instrument.instrument
    fact.purpose = purpose?.purpose ?? .interim
    fact.measuredOn = date.compact
    if let session {
      guard found.state.care.sessions[session.description]?.delivered.episode == found.id else {
        throw unknownReference("session", "the episode has no such session")
      }
      fact.session = session.description
    }
    if let score, !instrument.scores.contains(score.hundredths) {
      throw offScale(instrument, "score")
    }
    var warnings: [String] = []
    if let items {
      fact.scoreHundredths = try instrument.score(items)
      fact.items = items.map(Int32.init(clamping:))
      if let score {
        fact.reported = true
        fact.reportedHundredths = score.hundredths
        fact.reportedDecimals = Int32(score.decimals)
        if !instrument.agrees(score, with: fact.scoreHundredths) {
          warnings = [
            "the answers give \(Hundredths.text(fact.scoreHundredths)) \(instrument.unit), "
              + "the form says \(score); both are kept"
          ]
        }
      }
    } else if let score {
      fact.scoreHundredths = score.hundredths
    } else {
      throw Refusal(
        rule: "measure.score", field: "score", problem: "neither answers nor a total are given",
        remedy: "give items, or the score as the form says it")
    }
    return Decision(
      [ProposedFact(found.patient, .outcomeMeasureScored(fact), effectiveOn: date)],
      warnings: warnings)
  }
}

/// Records how far a joint moves.
public struct MeasureRangeOfMotion: Command {
  public static let name = "measure-range-of-motion"
  public static let summary = "Records a joint's range of motion in degrees."
  public static let help = [
    "motion": "e.g. flexion", "degrees": "0 to 360", "normalDegrees": "0 to 360",
    "passive": "moved by the therapist; active by default",
  ]
  public static let roles: Set<Role> = [.therapist]

  public var episode: EntityID
  public var joint: String
  public var motion: String
  public var side: Laterality?
  public var passive: Bool?
  public var degrees: Int
  public var normalDegrees: Int?
  public var painProvoked: Bool?
  public var method: MotionMethodChoice?
  public var measuredOn: CivilDate?
  public var measure: EntityID?

  public init(
    episode: EntityID, joint: String, motion: String, side: Laterality? = nil, passive: Bool? = nil,
    degrees: Int, normalDegrees: Int? = nil, painProvoked: Bool? = nil,
    method: MotionMethodChoice? = nil, measuredOn: CivilDate? = nil, measure: EntityID? = nil
  ) {
    self.episode = episode
    self.joint = joint
    self.motion = motion
    self.side = side
    self.passive = passive
    self.degrees = degrees
    self.normalDegrees = normalDegrees
    self.painProvoked = painProvoked
    self.method = method
    self.measuredOn = measuredOn
    self.measure = measure
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let found = try facts.openEpisode(episode)
    let date = try context.pastOrToday(measuredOn, field: "measuredOn")
    try require(joint, in: "joint", atMost: 80)
    try require(motion, in: "motion", atMost: 80)
    guard (0...360).contains(degrees), (0...360).contains(normalDegrees ?? 0) else {
      throw Refusal(
        rule: "motion.degrees", field: "degrees", problem: "an angle is not within 0 to 360",
        remedy: "give whole degrees")
    }
    var fact = RangeOfMotionMeasured()
    fact.measure = try context.id(.measure, measure).description
    try facts.requireUnused(fact.measure, field: "measure")
    fact.episode = found.id
    fact.joint = joint
    fact.motion = motion
    fact.side = side?.side ?? .unspecified
    fact.passive = passive ?? false
    fact.degrees = Int32(degrees)
    fact.normalDegrees = Int32(normalDegrees ?? 0)
    fact.painProvoked = painProvoked ?? false
    fact.method = method?.method ?? .unspecified
    fact.measuredOn = date.compact
    return Decision([ProposedFact(found.patient, .rangeOfMotionMeasured(fact), effectiveOn: date)])
  }
}

extension InstrumentChoice {
  /// The instrument by the clinic's rules of a day.
  func definition(by clinic: ClinicState, on date: CivilDate) throws -> OutcomeInstrument {
    guard let definition = clinic.instrument(instrument, on: date) else {
      throw Refusal(
        rule: "measure.instrument", field: "instrument",
        problem: "\(rawValue) has no scoring rules", remedy: "choose another instrument")
    }
    return definition
  }
}

/// Refuses a score that the instrument cannot give.
func offScale(_ instrument: OutcomeInstrument, _ field: String) -> Refusal {
  let low = Hundredths.text(instrument.scores.lowerBound)
  let high = Hundredths.text(instrument.scores.upperBound)
  return Refusal(
    rule: "measure.range", field: field,
    problem: "\(instrument.name) runs from \(low) to \(high) \(instrument.unit)",
    remedy: "check the scale")
}
