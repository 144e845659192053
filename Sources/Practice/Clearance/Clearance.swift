import PracticeEvents

/// What is about to be done, as the gate needs to know it.
public struct PlannedVisit: Sendable, Hashable {
  /// The civil date of service in the clinic.
  public var date: CivilDate
  public var serviceClass: ServiceClass
  /// The therapist's stream; nil leaves the therapist's blocks (B5, B6) unjudged.
  public var practitioner: SubjectID?
  /// The procedures planned; empty when nobody said yet, which any prescription covers.
  public var cpt: [ProcedureCode]
  /// Billable units of all procedures together; 0 when they are not known yet.
  public var units: Int
  /// Regions to be treated; empty when nobody said yet, which any prescription covers.
  public var regions: [String]
  /// Nil takes the patient's only open episode.
  public var episode: String?
  /// The visit's own appointment: a session that it led to does not count against itself.
  public var excludingAppointment: String?

  public init(
    date: CivilDate, serviceClass: ServiceClass, practitioner: SubjectID? = nil,
    cpt: [ProcedureCode] = [], units: Int = 0, regions: [String] = [], episode: String? = nil,
    excludingAppointment: String? = nil
  ) {
    self.date = date
    self.serviceClass = serviceClass
    self.practitioner = practitioner
    self.cpt = cpt
    self.units = units
    self.regions = regions
    self.episode = episode
    self.excludingAppointment = excludingAppointment
  }
}

/// What the gate found: whether a visit may go ahead, and on what it rests.
public struct Clearance: Sendable, Hashable, Codable {
  /// What forbids the visit, in the order B1 to B12.
  public var blocks: [ClearanceBlock]
  /// What somebody should know, in the order W1 to W11; forbids nothing.
  public var warnings: [ClearanceWarning]
  public var basis: Basis
  /// Whether the patient pays: by election, or by a route that files no claim.
  public var selfPay: Bool
  /// The coverage that a claim would go to; empty when the patient pays or there is none.
  public var coverage: String
  /// What let the visit pass, in the order B1 to B12: conditions that were asked and are met.
  public var grounds: [Ground] = []

  /// A condition of the gate that is met, with what it rests on.
  public struct Ground: Sendable, Hashable, Codable {
    public var code: ClearanceBlock.Code
    public var text: String
    /// UUID texts of events.
    public var evidence: [String]
  }

  /// The identifiers that the visit rests on; empty where there is none. The authorization may have
  /// fewer units left than the visit needs.
  public struct Basis: Sendable, Hashable, Codable {
    public var prescription = ""
    public var verification = ""
    public var authorization = ""

    public init() {}
  }

  public init(
    blocks: [ClearanceBlock] = [], warnings: [ClearanceWarning] = [], basis: Basis = Basis(),
    selfPay: Bool = false, coverage: String = ""
  ) {
    self.blocks = blocks
    self.warnings = warnings
    self.basis = basis
    self.selfPay = selfPay
    self.coverage = coverage
  }

  public var isReady: Bool { blocks.isEmpty }

  /// The blocks that still stand after a supervisor overrode some, by code text. An override of a
  /// block that cannot be overridden counts for nothing.
  public func standingBlocks(overridden codes: some Sequence<String>) -> [ClearanceBlock] {
    let codes = Set(codes)
    return blocks.filter { !$0.isOverridable || !codes.contains($0.code.rawValue) }
  }
}

/// Something that forbids a visit until it is cleared or a supervisor overrides it.
public struct ClearanceBlock: Sendable, Hashable, Codable {
  public enum Code: String, Hashable, WordChoice {
    /// No accepted prescription that holds, fits and has visits left.
    case prescription = "B1"
    /// Neither a fresh verification nor a self-pay election.
    case verification = "B2"
    /// Coverage is not active.
    case coverage = "B3"
    /// An authorization is required and none suffices.
    case authorization = "B4"
    /// The therapist's licence is not active.
    case license = "B5"
    /// The therapist has no privilege for sessions of the class.
    case privilege = "B6"
    /// No consent to treatment.
    case consent = "B7"
    /// An absolute contraindication that nobody cleared.
    case contraindication = "B8"
    /// No completed assessment.
    case assessment = "B9"
    /// The plan does not pay massage therapists.
    case planExcludesTherapist = "B10"
    /// More visits in a week than an acute condition may have.
    case frequencyCeiling = "B11"
    /// The plan's visit limit is used up.
    case visitLimit = "B12"

    /// A lapsed licence cannot be overridden; everything else is a supervisor's to answer for.
    public var isOverridable: Bool { self != .license }
  }

  public var code: Code
  /// What is wrong, without patient data.
  public var text: String
  /// What clears it.
  public var remedy: String
  /// UUID texts of the events that it rests on, where there are any.
  public var evidence: [String]

  public init(_ code: Code, _ text: String, remedy: String, evidence: [String] = []) {
    self.code = code
    self.text = text
    self.remedy = remedy
    self.evidence = evidence
  }

  public var isOverridable: Bool { code.isOverridable }
}

/// Something that somebody should know before a visit; it forbids nothing.
public struct ClearanceWarning: Sendable, Hashable, Codable {
  public enum Code: String, Hashable, WordChoice {
    case reevaluationOverdue = "W1"
    case oldVerification = "W2"
    case prescriptionEnding = "W3"
    case frequencyOverPlan = "W4"
    case balance = "W5"
    case unsignedNote = "W6"
    case noEstimate = "W7"
    case packageUsedUp = "W8"
    case noLetterOfNecessity = "W9"
    case maintenanceOnInsurance = "W10"
    /// The authorization or the plan's visit limit is nearly used up.
    case benefitsEnding = "W11"
  }

  public var code: Code
  /// What is so, without patient data.
  public var text: String
  /// What would settle it.
  public var remedy: String
  /// UUID texts of the events that it rests on, where there are any.
  public var evidence: [String]

  public init(_ code: Code, _ text: String, remedy: String, evidence: [String] = []) {
    self.code = code
    self.text = text
    self.remedy = remedy
    self.evidence = evidence
  }
}
