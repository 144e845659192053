import Practice
import PracticeEvents

/// Facts that other commands would have led to, recorded as they are.
public struct GivenFacts: Command {
  public static let name = "given-facts"
  public static let summary = "Records facts as they are."
  public static let roles: Set<Role> = []

  public var facts: [ProposedFact]

  public init(_ facts: [ProposedFact]) { self.facts = facts }
  public init(from decoder: any Decoder) throws { facts = [] }
  public func encode(to encoder: any Encoder) throws {}

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    Decision(self.facts)
  }
}

/// A clinic that has sent claims to one payer: the facts behind them.
public struct SentClaims: Sendable {
  public static let payerID = "60054"
  public let payer = SubjectID(high: 0x4002, low: 0x8002)
  public let patient = SubjectID(high: 0x4001, low: 0x8001)
  public let coverage = EntityID.make(.coverage, random: 1)
  public private(set) var facts: [ProposedFact] = []

  /// - Parameter withClinic: also the site, the payer and the patient with a coverage.
  public init(withClinic: Bool = true) {
    guard withClinic else { return }
    var profile = SitePracticeProfileSet()
    profile.timeZone = "America/New_York"
    var payer = PayerRegistered()
    payer.name = "Test Mutual"
    payer.payerID = Self.payerID
    payer.type = .commercial
    payer.policy.timelyFilingDays = 90
    payer.effectiveFrom = 2026_01_01
    var registered = PatientRegistered()
    registered.mrn = "T-1"
    registered.legalName.family = "Rivera"
    registered.legalName.given = "Ana"
    registered.bornOn = 1984_06_02
    var covered = CoverageAdded()
    covered.coverage = coverage.description
    covered.payer = self.payer.description
    covered.memberID = "W-123 456"
    covered.rank = .primary
    covered.effectiveFrom = 2026_01_01
    facts = [
      ProposedFact(.site, .sitePracticeProfileSet(profile)),
      ProposedFact(self.payer, .payerRegistered(payer)),
      ProposedFact(patient, .patientRegistered(registered)),
      ProposedFact(patient, .coverageAdded(covered)),
    ]
  }

  /// A line as submitted.
  public struct Line: Sendable {
    public var cpt: String
    public var modifiers: [String]
    public var cents: Int64
    public var serviceOn: Int32

    public init(
      _ cpt: String, _ modifiers: [String] = [], cents: Int64, on serviceOn: Int32 = 2026_03_02
    ) {
      self.cpt = cpt
      self.modifiers = modifiers
      self.cents = cents
      self.serviceOn = serviceOn
    }
  }

  /// The identifier of a claim by its number.
  public static func id(_ number: Int) -> EntityID {
    EntityID.make(.claim, random: UInt64(number))
  }

  /// Adds a claim with the charges of its lines.
  ///
  /// - Parameter payer: the payer's stream, if it is another than usual.
  @discardableResult
  public mutating func add(_ number: Int, to payer: SubjectID? = nil, _ lines: [Line]) -> EntityID {
    let id = Self.id(number)
    var claim = ClaimSubmitted()
    claim.claim = id.description
    claim.coverage = coverage.description
    claim.payer = (payer ?? self.payer).description
    claim.frequencyCode = 1
    claim.submittedOn = 2026_03_03
    for (index, line) in lines.enumerated() {
      var charge = ChargePosted()
      charge.charge =
        EntityID.make(.charge, random: UInt64(number) << 8 | UInt64(index)).description
      charge.line = Int32(index + 1)
      charge.serviceOn = line.serviceOn
      charge.cpt = line.cpt
      charge.modifiers = line.modifiers
      charge.units = 1
      charge.amountCents = line.cents
      charge.responsible = .insurance
      charge.coverage = coverage.description
      facts.append(ProposedFact(patient, .chargePosted(charge)))
      var sent = ClaimSubmitted.Line()
      sent.charge = charge.charge
      sent.cpt = line.cpt
      sent.modifiers = line.modifiers
      sent.units = 1
      sent.chargeCents = line.cents
      sent.serviceOn = line.serviceOn
      claim.lines.append(sent)
      claim.totalCents += line.cents
    }
    facts.append(ProposedFact(patient, .claimSubmitted(claim)))
    return id
  }
}
