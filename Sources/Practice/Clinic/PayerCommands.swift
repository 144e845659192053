import PracticeEvents

/// Registers a payer on a new stream.
public struct RegisterPayer: Command {
  public static let name = "register-payer"
  public static let summary = "Registers an insurer or other payer with what it asks for."
  public static let help = [
    "payerID": "as on claims (X12 NM109, qualifier PI); unique",
    "claimFilingCode": "X12 SBR09; follows from the type by default",
    "effectiveFrom": "first day of the policy; today by default",
  ].merging(PayerPolicy.help) { own, _ in own }
  public static let roles: Set<Role> = [.biller]

  public var payerName: String
  public var payerID: String
  public var type: PayerTypeChoice
  public var claimFilingCode: String?
  public var effectiveFrom: CivilDate?
  public var unitRule: UnitRuleChoice?
  public var maxUnitsPerDay: Int?
  public var timelyFilingDays: Int?
  public var appealDays: Int?
  public var requiresAuthorization: Bool?
  public var requiresPrescription: Bool?
  public var acceptsMassageTherapists: AnswerChoice?
  public var prescriptionMaxDays: Int?
  public var billableCodes: [ProcedureCode]?
  public var appliesNCCI: Bool?

  public init(
    payerName: String, payerID: String, type: PayerTypeChoice, claimFilingCode: String? = nil,
    effectiveFrom: CivilDate? = nil, unitRule: UnitRuleChoice? = nil, maxUnitsPerDay: Int? = nil,
    timelyFilingDays: Int? = nil, requiresAuthorization: Bool? = nil,
    requiresPrescription: Bool? = nil, acceptsMassageTherapists: AnswerChoice? = nil,
    prescriptionMaxDays: Int? = nil, billableCodes: [ProcedureCode]? = nil,
    appliesNCCI: Bool? = nil, appealDays: Int? = nil
  ) {
    self.payerName = payerName
    self.payerID = payerID
    self.type = type
    self.claimFilingCode = claimFilingCode
    self.effectiveFrom = effectiveFrom
    self.unitRule = unitRule
    self.maxUnitsPerDay = maxUnitsPerDay
    self.timelyFilingDays = timelyFilingDays
    self.appealDays = appealDays
    self.requiresAuthorization = requiresAuthorization
    self.requiresPrescription = requiresPrescription
    self.acceptsMassageTherapists = acceptsMassageTherapists
    self.prescriptionMaxDays = prescriptionMaxDays
    self.billableCodes = billableCodes
    self.appliesNCCI = appliesNCCI
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    try require(payerName, in: "payerName", atMost: 120)
    try require(payerID, in: "payerID", atMost: 80)
    guard try facts.owner(of: .payerID(payerID)) == nil else {
      throw Refusal(
        rule: "payer.taken", field: "payerID", problem: "a payer with this id is registered",
        remedy: "change its policy with change-payer-policy")
    }
    var fact = PayerRegistered()
    fact.name = payerName
    fact.payerID = payerID
    fact.type = type.type
    fact.claimFilingCode = claimFilingCode?.uppercased() ?? type.claimFilingCode
    guard PayerTypeChoice.claimFilingCodes.contains(fact.claimFilingCode) else {
      throw Refusal(
        rule: "payer.claimFilingCode", field: "claimFilingCode",
        problem: "X12 SBR09 has no such code", remedy: "leave it out for the type's usual code")
    }
    var usual = PayerPolicy()
    usual.unitRule = .cmsEightMinute
    usual.timelyFilingDays = 180
    usual.requiresPrescription = true
    usual.acceptsLmt = type == .medicare ? .no : .unknown
    usual.appliesNcci = type.usuallyAppliesNCCI
    fact.policy = try usual.changed(
      for: type.type, unitRule: unitRule, maxUnitsPerDay: maxUnitsPerDay,
      timelyFilingDays: timelyFilingDays, requiresAuthorization: requiresAuthorization,
      requiresPrescription: requiresPrescription,
      acceptsMassageTherapists: acceptsMassageTherapists,
      prescriptionMaxDays: prescriptionMaxDays, billableCodes: billableCodes,
      appliesNCCI: appliesNCCI, appealDays: appealDays)
    fact.effectiveFrom = (effectiveFrom ?? context.today).compact
    return Decision([ProposedFact(context.subject(), .payerRegistered(fact))])
  }
}

/// Changes what a payer asks for from a day on.
public struct ChangePayerPolicy: Command {
  public static let name = "change-payer-policy"
  public static let summary = "Changes what a payer asks for from a day on; the rest stays."
  public static let help = [
    "payer": "payer id or stream",
    "effectiveFrom": "first day of the change; today by default",
  ].merging(PayerPolicy.help) { own, _ in own }
  public static let roles: Set<Role> = [.biller]

  public var payer: SubjectReference
  public var effectiveFrom: CivilDate?
  public var unitRule: UnitRuleChoice?
  public var maxUnitsPerDay: Int?
  public var timelyFilingDays: Int?
  public var appealDays: Int?
  public var requiresAuthorization: Bool?
  public var requiresPrescription: Bool?
  public var acceptsMassageTherapists: AnswerChoice?
  public var prescriptionMaxDays: Int?
  public var billableCodes: [ProcedureCode]?
  public var appliesNCCI: Bool?

  public init(
    payer: SubjectReference, effectiveFrom: CivilDate? = nil, unitRule: UnitRuleChoice? = nil,
    maxUnitsPerDay: Int? = nil, timelyFilingDays: Int? = nil, requiresAuthorization: Bool? = nil,
    requiresPrescription: Bool? = nil, acceptsMassageTherapists: AnswerChoice? = nil,
    prescriptionMaxDays: Int? = nil, billableCodes: [ProcedureCode]? = nil,
    appliesNCCI: Bool? = nil, appealDays: Int? = nil
  ) {
    self.payer = payer
    self.effectiveFrom = effectiveFrom
    self.unitRule = unitRule
    self.maxUnitsPerDay = maxUnitsPerDay
    self.timelyFilingDays = timelyFilingDays
    self.appealDays = appealDays
    self.requiresAuthorization = requiresAuthorization
    self.requiresPrescription = requiresPrescription
    self.acceptsMassageTherapists = acceptsMassageTherapists
    self.prescriptionMaxDays = prescriptionMaxDays
    self.billableCodes = billableCodes
    self.appliesNCCI = appliesNCCI
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let payer = try facts.payerID(payer)
    let state = try facts.payer(payer)
    let from = effectiveFrom ?? context.today
    let policy = state.policy(on: from)
    var fact = PayerPolicyChanged()
    fact.policy = try policy.changed(
      for: state.current.type, unitRule: unitRule, maxUnitsPerDay: maxUnitsPerDay,
      timelyFilingDays: timelyFilingDays, requiresAuthorization: requiresAuthorization,
      requiresPrescription: requiresPrescription,
      acceptsMassageTherapists: acceptsMassageTherapists,
      prescriptionMaxDays: prescriptionMaxDays, billableCodes: billableCodes,
      appliesNCCI: appliesNCCI, appealDays: appealDays)
    guard fact.policy != policy else {
      throw Refusal(
        rule: "payer.policy.unchanged", problem: "nothing would change on \(from)",
        remedy: "give what is different")
    }
    fact.effectiveFrom = from.compact
    return Decision([ProposedFact(payer, .payerPolicyChanged(fact), effectiveOn: from)])
  }
}

extension PayerPolicy {
  static let help = [
    "unitRule": "how minutes become units",
    "maxUnitsPerDay": "0 is no cap",
    "timelyFilingDays": "from the visit to the claim",
    "appealDays": "from its answer to an appeal; 0 takes the clinic's rule",
    "acceptsMassageTherapists": "whether it pays a licensed massage therapist",
    "prescriptionMaxDays": "longest time a prescription is relied on; 0 takes the clinic's",
    "billableCodes": "CPT codes a therapist may bill here; none takes the clinic's list",
    "appliesNCCI": "whether it bundles codes by NCCI edits; by default all but auto and "
      + "workers' compensation do",
  ]

  /// This policy with the given changes, when it is one that a payer can have.
  fileprivate func changed(
    for type: PayerType, unitRule: UnitRuleChoice?, maxUnitsPerDay: Int?, timelyFilingDays: Int?,
    requiresAuthorization: Bool?, requiresPrescription: Bool?,
    acceptsMassageTherapists: AnswerChoice?, prescriptionMaxDays: Int?,
    billableCodes: [ProcedureCode]?, appliesNCCI: Bool?, appealDays: Int?
  ) throws -> PayerPolicy {
    var policy = self
    if let unitRule { policy.unitRule = unitRule.unitRule }
    if let maxUnitsPerDay {
      policy.maxUnitsPerDay = try limit(maxUnitsPerDay, 0...96, "maxUnitsPerDay")
    }
    if let timelyFilingDays {
      policy.timelyFilingDays = try limit(timelyFilingDays, 1...3_650, "timelyFilingDays")
    }
    if let appealDays { policy.appealDays = try limit(appealDays, 0...3_650, "appealDays") }
    if let requiresAuthorization { policy.requiresAuthorization = requiresAuthorization }
    if let requiresPrescription { policy.requiresPrescription = requiresPrescription }
    if let acceptsMassageTherapists { policy.acceptsLmt = acceptsMassageTherapists.answer }
    if let prescriptionMaxDays {
      policy.prescriptionMaxDays = try limit(prescriptionMaxDays, 0...3_650, "prescriptionMaxDays")
    }
    if let billableCodes { policy.lmtCpt = billableCodes.map(\.description) }
    if let appliesNCCI { policy.appliesNcci = appliesNCCI }
    guard type != .medicare || policy.acceptsLmt != .yes else {
      throw Refusal(
        rule: "payer.medicare", field: "acceptsMassageTherapists",
        problem: "Medicare does not enrol massage therapists",
        remedy: "register a Medicare Advantage plan that pays them as commercial")
    }
    return policy
  }

  private func limit(_ value: Int, _ range: ClosedRange<Int>, _ field: String) throws -> Int32 {
    guard range.contains(value) else {
      throw Refusal(
        rule: "payer.policy.range", field: field,
        problem: "\(field) is not between \(range.lowerBound) and \(range.upperBound)",
        remedy: "check the payer's contract")
    }
    return Int32(value)
  }
}

public enum UnitRuleChoice: String, WordChoice {
  case cmsEightMinute, amaMidpoint

  var unitRule: UnitRule {
    switch self {
    case .cmsEightMinute: .cmsEightMinute
    case .amaMidpoint: .amaMidpoint
    }
  }
}

public enum PayerTypeChoice: String, WordChoice {
  case commercial, medicare, medicaid, autoPip, workersCompensation, tricare, veteransAffairs

  var type: PayerType {
    switch self {
    case .commercial: .commercial
    case .medicare: .medicare
    case .medicaid: .medicaid
    case .autoPip: .autoPip
    case .workersCompensation: .workersCompensation
    case .tricare: .tricare
    case .veteransAffairs: .veteransAffairs
    }
  }

  /// The usual X12 SBR09 code.
  var claimFilingCode: String {
    switch self {
    case .commercial: "CI"
    case .medicare: "MB"
    case .medicaid: "MC"
    case .autoPip: "AM"
    case .workersCompensation: "WC"
    case .tricare: "CH"
    case .veteransAffairs: "VA"
    }
  }

  /// Medicare and Medicaid must, commercial payers mostly do; auto and workers' compensation
  /// carriers go by their own fee rules.
  var usuallyAppliesNCCI: Bool { self != .autoPip && self != .workersCompensation }

  /// X12 005010X222A1, SBR09.
  static let claimFilingCodes: Set<String> = [
    "11", "12", "13", "14", "15", "16", "17", "AM", "BL", "CH", "CI", "DS", "FI", "HM", "LM", "MA",
    "MB", "MC", "OF", "TV", "VA", "WC", "ZZ",
  ]
}
