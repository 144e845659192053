import Practice

/// A patient as only the simulation knows one: who it is, how healing goes, how bills are paid.
struct SimulatedPatient: Sendable {
  enum Means: Sendable {
    /// The payer's index.
    case insured(Int)
    case uninsured
  }

  let mrn: String
  let given: String
  let family: String
  let bornOn: CivilDate
  let isFemale: Bool
  let means: Means
  var complaint: Complaint
  /// Preferred therapist and time of day, minutes since midnight.
  var therapist: Int
  let preferredMinute: Int
  let referrer: Int
  /// What happens to go wrong with this patient's paperwork.
  let firstAnswer: EligibilityAnswer
  var faxIsIncomplete: Bool
  /// 0 to 1: pays bills in time; comes to appointments.
  let reliability: Double
  let method: PaymentMethodChoice
  let buysPackages: Bool
  let onSlidingScale: Bool
  let wantsSuperbills: Bool

  /// Whose course is written down.
  var persona: Persona?

  /// Pain now, 0 to 10, and the share of it that a visit takes away.
  var pain: Double
  let startingPain: Double
  let healing: Double

  // What has happened so far.
  var subject = SubjectID.site
  var coverage: EntityID?
  /// The payer that is asked after the first.
  var secondPayer: Int?
  var episode: EntityID?
  var goals: [EntityID] = []
  var prescription: EntityID?
  var package: EntityID?
  var plan: (id: EntityID, adoptedOn: CivilDate)?
  var paymentPlan: EntityID?
  var isRegistered = false
  /// The last day on which a visit is booked.
  var bookedThrough: CivilDate?
  var verifiedOn: CivilDate?
  var deductibleLeft: Int64 = 0
  var hasVisited = false
  var isInCare = false
  var paysAlone = false
  var renewalIsUnderWay = false
  var authorizationIsUnderWay = false
  var episodes = 0
  /// Sessions not yet on a superbill.
  var unbilledSessions: [EntityID] = []
  var sessions = 0

  var isMedical: Bool { complaint.course != .stress }
  var payer: Int? {
    if case .insured(let payer) = means { payer } else { nil }
  }
}

/// What a payer says when it is asked first.
enum EligibilityAnswer: Sendable { case active, unknownTherapist, notFound, inactive }

extension SimulatedPatient {
  init(_ persona: Persona, referrer: Int) {
    self.init(
      mrn: persona.mrn, given: persona.given, family: persona.family, bornOn: persona.bornOn,
      isFemale: persona.isFemale, means: persona.payer.map(Means.insured) ?? .uninsured,
      complaint: persona.complaint, therapist: 0, preferredMinute: 630, referrer: referrer,
      firstAnswer: .active, faxIsIncomplete: false, reliability: 1, method: .card,
      buysPackages: false, onSlidingScale: false, wantsSuperbills: false, persona: persona, pain: 0,
      startingPain: 0, healing: 0)
  }
}

extension SeededRandom {
  mutating func patient(number: Int, today: CivilDate, insuranceRate: Double) -> SimulatedPatient {
    let means: SimulatedPatient.Means =
      chance(insuranceRate)
      ? .insured(
        pick(weighted: SimulatedPayer.all.enumerated().map { ($0.offset, $0.element.share) }))
      : .uninsured
    let complaint = complaint(for: means)
    let isFemale = chance(0.62)
    let isOld =
      if case .insured(let payer) = means { SimulatedPayer.all[payer].isMedicare } else { false }
    let pain = double(5...8.5)
    return SimulatedPatient(
      mrn: "P-" + String("000\(number)".suffix(4 + max(0, "\(number)".count - 4))),
      given: pick(isFemale ? Names.women : Names.men), family: pick(Names.families),
      bornOn: today.adding(days: -365 * (isOld ? int(66...84) : int(19...70)) - int(0...364)),
      isFemale: isFemale, means: means, complaint: complaint, therapist: int(0...5),
      preferredMinute: pick([570, 630, 720, 840, 960, 1_050]), referrer: int(0...9),
      firstAnswer: pick(weighted: [
        (.active, 0.8), (.unknownTherapist, 0.09), (.notFound, 0.07), (.inactive, 0.04),
      ]),
      faxIsIncomplete: chance(0.18), reliability: chance(0.12) ? double(0...0.2) : double(0.75...1),
      method: pick(weighted: [
        (.card, 5), (.cash, 1.2), (.check, 1.2), (.hsa, 1), (.fsa, 0.6), (.external, 0.4),
      ]),
      buysPackages: chance(0.3), onSlidingScale: chance(0.15), wantsSuperbills: chance(0.3),
      pain: pain, startingPain: pain, healing: chance(0.2) ? double(0...0.012) : double(0.05...0.13)
    )
  }

  private mutating func complaint(for means: SimulatedPatient.Means) -> Complaint {
    if case .insured(let index) = means {
      let payer = SimulatedPayer.all[index]
      if payer.isPip { return Complaint.auto }
      if payer.isCompensation { return Complaint.work }
      return chance(0.42) ? pick(Complaint.acute) : pick(Complaint.chronic)
    }
    return pick(weighted: [
      (pick(Complaint.acute), 2), (pick(Complaint.chronic), 4), (Complaint.maintenance, 2),
      (Complaint.stress, 2),
    ])
  }
}
