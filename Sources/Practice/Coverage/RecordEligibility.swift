import PracticeEvents

/// What a payer's electronic answer (X12 271) says about one patient, in the clinic's terms.
public struct EligibilityAnswer: Codable, Sendable {
  public var payer: SubjectReference
  public var memberID: String?
  public var familyName: String?
  public var givenName: String?
  public var bornOn: CivilDate?
  public var isDependent: Bool?
  /// The day of the answer; today when not said.
  public var answeredOn: CivilDate?
  public var asOf: CivilDate?
  public var referenceNumber: String?
  /// X12 AAA03: the inquiry was rejected; nothing else was answered.
  public var rejectReason: String?
  /// X12 AAA04.
  public var followUp: String?
  /// Where in the inquiry it was rejected: source, receiver, subscriber, dependent.
  public var rejectLevel: String?
  public var active: AnswerChoice
  public var inactiveFrom: CivilDate?
  public var inNetwork: AnswerChoice?
  public var authorizationRequired: AnswerChoice?
  public var planBeginsOn: CivilDate?
  public var benefits: [VerifyInsurance.Benefit]?

  public init(
    payer: SubjectReference, memberID: String? = nil, familyName: String? = nil,
    givenName: String? = nil, bornOn: CivilDate? = nil, active: AnswerChoice
  ) {
    self.payer = payer
    self.memberID = memberID
    self.familyName = familyName
    self.givenName = givenName
    self.bornOn = bornOn
    self.active = active
  }
}

/// Records payers' electronic answers for the coverages that they are about.
///
/// An answer is for the coverage with its payer and member id; of several, or when the answer names
/// the patient, the birth date and family name must be the patient's too. An answer that fits none
/// is not recorded.
public struct RecordEligibility: Command {
  public static let name = "record-eligibility"
  public static let summary = "Records payers' electronic answers (X12 271) for their coverages."
  public static let help = [
    "answers": "what the payers said (JSON form only)",
    "coverage": "the coverage of a single answer; found by payer and member id when left out",
    "fileSHA256": "SHA-256 of the file that brought them; the same file is recorded once",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller]
  /// The rule by which a file that was recorded before is refused.
  public static let repeatRule = "eligibility.fileRepeated"

  public var answers: [EligibilityAnswer]
  public var coverage: EntityID?
  public var fileSHA256: FileHash?

  public init(
    answers: [EligibilityAnswer], coverage: EntityID? = nil, fileSHA256: FileHash? = nil
  ) {
    self.answers = answers
    self.coverage = coverage
    self.fileSHA256 = fileSHA256
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    guard !answers.isEmpty, coverage == nil || answers.count == 1 else {
      throw Refusal(
        rule: "eligibility.coverage", field: answers.isEmpty ? "answers" : "coverage",
        problem: answers.isEmpty ? "there is no answer" : "the file has several answers",
        remedy: "give one answer with a coverage, or leave the coverage out")
    }
    let earlier = try coveragesOfFile(facts)
    var decision = Decision([])
    var answered: Set<String> = []
    var repeats = 0
    for (index, answer) in answers.enumerated() {
      do {
        let coverage = try coverage ?? match(answer, facts)
        guard !earlier.contains(coverage.description) else {
          repeats += 1
          continue
        }
        let made = try record(answer, coverage, &answered, facts, &context)
        decision.facts += made.facts
        decision.warnings += made.warnings
      } catch let refusal as Refusal where refusal.rule == Self.unmatched {
        decision.warnings.append("answer \(index + 1) is not recorded: \(refusal.problem)")
      }
    }
    guard decision.facts.isEmpty else { return decision }
    guard repeats == 0 else {
      throw Refusal(
        rule: Self.repeatRule, field: "fileSHA256", problem: "this file was recorded before",
        remedy: "nothing is left to do")
    }
    throw Refusal(
      rule: Self.unmatched, field: "answers", problem: "no answer fits a coverage",
      remedy: "add the coverage, correct its member id, or name it with --coverage",
      details: decision.warnings)
  }

  private static let unmatched = "eligibility.unmatched"

  /// Coverages for which this file was recorded before.
  private func coveragesOfFile(_ facts: some Facts) throws -> Set<String> {
    guard let fileSHA256 else { return [] }
    return Set(
      try facts.history(tagged: .file(fileSHA256)).compactMap { recorded in
        switch recorded.event.fact {
        case .insuranceVerified(let fact): fact.coverage
        case .verificationFailed(let fact): fact.coverage
        case .inactiveCoverageFound(let fact): fact.coverage
        default: nil
        }
      })
  }

  /// - Parameter answered: requests that earlier answers of the same file have taken.
  private func record(
    _ answer: EligibilityAnswer, _ coverage: EntityID, _ answered: inout Set<String>,
    _ facts: some Facts, _ context: inout DecisionContext
  ) throws -> Decision {
    let known = try facts.coverage(coverage).coverage
    let request = known.openRequests.map(\.verification).first { !answered.contains($0) }
    if let request { answered.insert(request) }
    let verification = try request.map { try EntityID($0) }
    var decision: Decision
    if let reason = answer.rejectReason {
      decision = try RecordVerificationFailure(
        coverage: coverage, verification: verification, rejectReason: reason,
        followUp: .doNotResubmit
      ).decide(facts, &context)
    } else {
      decision = try VerifyInsurance(
        coverage: coverage, active: answer.active, verification: verification,
        verifiedOn: answer.answeredOn, asOf: answer.asOf, inactiveFrom: answer.inactiveFrom,
        referenceNumber: answer.referenceNumber.map { String($0.prefix(50)) },
        inNetwork: answer.inNetwork, authorizationRequired: answer.authorizationRequired,
        planBeginsOn: answer.planBeginsOn, benefits: answer.benefits
      ).decide(facts, &context)
      let isStated = (answer.benefits ?? []).contains { $0.covered == .yes || $0.covered == .no }
      if answer.active != .no, !isStated {
        decision.warnings.append(
          "\(coverage): nothing was said about massage (BE); ask the payer by phone")
      }
    }
    for index in decision.facts.indices { mark(&decision.facts[index].fact, answer) }
    for case .verificationFailed(let failed) in decision.facts.map(\.fact) {
      decision.warnings.append(
        "\(coverage): the payer rejected the inquiry with \(InquiryRejection.text(failed))")
    }
    return decision
  }

  private func mark(_ fact: inout Fact, _ answer: EligibilityAnswer) {
    let hash = fileSHA256?.bytes
    switch fact {
    case .insuranceVerified(var verified):
      verified.fileSha256 = hash ?? verified.fileSha256
      fact = .insuranceVerified(verified)
    case .inactiveCoverageFound(var inactive):
      inactive.fileSha256 = hash ?? inactive.fileSha256
      fact = .inactiveCoverageFound(inactive)
    case .verificationFailed(var failed):
      failed.fileSha256 = hash ?? failed.fileSha256
      failed.followUp = String((answer.followUp ?? "N").prefix(1))
      failed.level = String((answer.rejectLevel ?? "").prefix(20))
      fact = .verificationFailed(failed)
    default: break
    }
  }

  /// The one coverage that the answer can be about.
  private func match(_ answer: EligibilityAnswer, _ facts: some Facts) throws -> EntityID {
    func unmatched(_ problem: String) -> Refusal {
      Refusal(rule: Self.unmatched, problem: problem, remedy: "")
    }
    guard let payer = try? facts.payerID(answer.payer) else {
      throw unmatched("its payer is not registered")
    }
    let memberID = Self.plain(answer.memberID ?? "")
    guard !memberID.isEmpty else { throw unmatched("it names no member") }
    var found: [EntityID] = []
    var isNamesake = false
    for recorded in try facts.history(tagged: .payer(payer)) {
      guard case .coverageAdded(let added) = recorded.event.fact, added.payer == payer.description,
        Self.plain(added.memberID) == memberID
      else { continue }
      isNamesake = true
      let profile = try facts.patient(recorded.subject).profile.current
      if Self.isSame(profile, answer) { found.append(try EntityID(added.coverage)) }
    }
    guard let first = found.first else {
      throw unmatched(
        isNamesake
          ? "the coverage with its member id is another person's by name or birth date"
          : "no coverage of its payer has its member id")
    }
    guard found.count == 1 else { throw unmatched("it fits several coverages") }
    return first
  }

  /// A birth date that both know decides; where the answer has none, the family name must agree.
  private static func isSame(_ profile: PatientRegistered, _ answer: EligibilityAnswer) -> Bool {
    let isSameName =
      (answer.familyName ?? "").isEmpty
      || plain(answer.familyName ?? "") == plain(profile.legalName.family)
    if let bornOn = answer.bornOn, profile.bornOn != 0 { return profile.bornOn == bornOn.compact }
    return isSameName && !((answer.familyName ?? "").isEmpty && answer.isDependent == true)
  }

  /// Letters and digits in upper case: payers and people write blanks and hyphens differently.
  private static func plain(_ text: String) -> String {
    text.uppercased().filter { $0.isLetter || $0.isNumber }
  }
}

extension InsuranceVerified.Benefit {
  /// What the patient pays at a visit; nil when nobody said. Events from before the flag state an
  /// amount without it.
  public var statedCopay: Money? {
    copayKnown || copayCents != 0 ? Money(cents: copayCents) : nil
  }
}
