import Practice

/// A payer with how it answers, as the simulation knows it.
struct SimulatedPayer: Sendable {
  var name: String
  var id: String
  var type: PayerTypeChoice
  var unitRule = UnitRuleChoice.cmsEightMinute
  var maxUnits = 4
  var timelyFilingDays = 180
  var needsAuthorization = false
  var acceptsTherapists = AnswerChoice.yes
  var prescriptionMaxDays = 0
  /// Percent of the clinic's fee that it allows.
  var allowedPercent = 78
  var copayCents: Int64 = 0
  var coinsurancePercent = 0
  var denialRate = 0.05
  /// ISO weekday on which its payments come.
  var paysOn = 2
  /// Share of the insured patients.
  var share = 1.0

  var isMedicare: Bool { type == .medicare }
  var isPip: Bool { type == .autoPip }
  var isCompensation: Bool { type == .workersCompensation }

  /// Names are made up.
  static let all = [
    SimulatedPayer(
      name: "Garden State Blue", id: "GSB01", type: .commercial, copayCents: 3_000, paysOn: 2,
      share: 4),
    SimulatedPayer(
      name: "Palisade Health Plan", id: "PHP22", type: .commercial, timelyFilingDays: 120,
      needsAuthorization: true, prescriptionMaxDays: 90, allowedPercent: 72, copayCents: 2_500,
      denialRate: 0.08, paysOn: 3, share: 3),
    SimulatedPayer(
      name: "Meridian Mutual", id: "MER07", type: .commercial, unitRule: .amaMidpoint,
      timelyFilingDays: 90, allowedPercent: 80, coinsurancePercent: 20, paysOn: 4, share: 3),
    SimulatedPayer(
      name: "Hudson Casualty Auto", id: "HCA55", type: .autoPip, timelyFilingDays: 180,
      needsAuthorization: true, allowedPercent: 90, coinsurancePercent: 20, paysOn: 5, share: 1.5),
    SimulatedPayer(
      name: "Tri-County Workers Fund", id: "TWF31", type: .workersCompensation,
      unitRule: .amaMidpoint, needsAuthorization: true, allowedPercent: 85, paysOn: 1, share: 1),
    SimulatedPayer(
      name: "Evergreen Benefit Trust", id: "EBT90", type: .commercial, acceptsTherapists: .no,
      denialRate: 1, share: 0.9),
    SimulatedPayer(
      name: "Medicare Part B New Jersey", id: "12402", type: .medicare, acceptsTherapists: .no,
      share: 0.8),
    SimulatedPayer(
      name: "Liberty Coast Insurance", id: "LCI18", type: .commercial, timelyFilingDays: 365,
      acceptsTherapists: .unknown, prescriptionMaxDays: 180, allowedPercent: 70,
      coinsurancePercent: 30, denialRate: 0.12, paysOn: 2, share: 1.4),
  ]
}
