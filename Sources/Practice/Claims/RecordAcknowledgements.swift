import PracticeEvents

/// What a payer or clearinghouse said about one claim on its way in (X12 277 STC).
public struct ClaimAcknowledgement: Codable, Sendable {
  /// Our claim's identifier as it comes back (TRN02).
  public var reference: String
  /// STC01-1: A1 received, A2 accepted, A3 rejected, P1 pended, …
  public var category: String
  /// STC01-2 and, after a colon, STC01-3: `562:85`.
  public var statusCode: String?
  public var statedOn: CivilDate?
  /// STC04.
  public var amount: Money?
  public var payerControlNumber: String?

  public init(
    reference: String, category: String, statusCode: String? = nil, statedOn: CivilDate? = nil,
    amount: Money? = nil, payerControlNumber: String? = nil
  ) {
    self.reference = reference
    self.category = category
    self.statusCode = statusCode
    self.statedOn = statedOn
    self.amount = amount
    self.payerControlNumber = payerControlNumber
  }
}

/// What a receiver said about a whole file of claims (X12 999).
public struct FileAcknowledgement: Codable, Sendable {
  /// AK102, the file's GS06.
  public var groupControl: String
  /// IK501 of its claims, or AK901: A accepted, E with errors, P in part; R, M, W, X rejected.
  public var code: String
  /// Where and what, in codes.
  public var detail: String?

  public init(groupControl: String, code: String, detail: String? = nil) {
    self.groupControl = groupControl
    self.code = code
    self.detail = detail
  }
}

/// Records the answers of a clearinghouse or payer to claims that were sent, all at once.
public struct RecordAcknowledgements: Command {
  public static let name = "record-acknowledgements"
  public static let summary = "Records what was said about claims on their way in (X12 277CA, 999)."
  public static let help = [
    "claims": "answers to single claims (JSON form only)",
    "files": "answers to whole files of claims (JSON form only)",
    "fileSHA256": "SHA-256 of the file that brought them; the same file is recorded once",
  ]
  public static let roles: Set<Role> = [.biller]
  /// The rule by which a file that was recorded before is refused.
  public static let repeatRule = "acknowledgement.fileRepeated"

  public var claims: [ClaimAcknowledgement]?
  public var files: [FileAcknowledgement]?
  public var fileSHA256: FileHash?

  public init(
    claims: [ClaimAcknowledgement]? = nil, files: [FileAcknowledgement]? = nil,
    fileSHA256: FileHash? = nil
  ) {
    self.claims = claims
    self.files = files
    self.fileSHA256 = fileSHA256
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    if let fileSHA256 {
      let earlier = try facts.history(tagged: .file(fileSHA256))
      guard earlier.isEmpty else {
        throw Refusal(
          rule: Self.repeatRule, field: "fileSHA256", problem: "this file was recorded before",
          remedy: "nothing is left to do; see the events", evidence: earlier.map(\.eventID))
      }
    }
    var decision = Decision([])
    var unknown = 0
    var (answers, seen): ([(EntityID, ClaimAcknowledgement)], Set<EntityID>) = ([], [])
    for claim in claims ?? [] {
      guard let id = try? EntityID(claim.reference, expecting: .claim),
        try facts.owner(of: .entity(id)) != nil
      else {
        unknown += 1
        continue
      }
      answers.append((id, claim))
    }
    for file in files ?? [] {
      guard let batch = try facts.batch(groupControl: file.groupControl) else {
        unknown += 1
        continue
      }
      answers += try batch.claims.map { claim in
        (
          try EntityID(claim),
          ClaimAcknowledgement(reference: claim, category: file.code, statusCode: file.detail)
        )
      }
    }
    guard !answers.isEmpty else {
      throw Refusal(
        rule: "acknowledgement.unknown", field: claims == nil ? "files" : "claims",
        problem: "it speaks of no claim, and no file of claims, of this clinic",
        remedy:
          "check that the file is this clinic's; a 999 needs the file recorded with send-claim-batch"
      )
    }
    for (id, answer) in answers {
      guard seen.insert(id).inserted else {
        decision.warnings.append("\(id): it is answered more than once; the first counts")
        continue
      }
      try decide(id, answer, facts, &context, &decision)
    }
    if unknown > 0 {
      decision.warnings.append("\(unknown) of the answers are about no claim of this clinic")
    }
    guard !decision.facts.isEmpty else {
      throw Refusal(
        rule: "acknowledgement.nothing", problem: "nothing new is said about any claim",
        remedy: "nothing is left to do", details: decision.warnings)
    }
    return decision
  }

  private func decide(
    _ id: EntityID, _ answer: ClaimAcknowledgement, _ facts: some Facts,
    _ context: inout DecisionContext, _ decision: inout Decision
  ) throws {
    let (patient, state) = try facts.holder(of: id, .claim, field: "claims")
    let sent = try state.account.claim(id, field: "claims")
    let today = context.today
    let date = min(answer.statedOn ?? today, today)
    let hash = fileSHA256?.bytes
    func propose(_ fact: Fact) {
      decision.facts.append(ProposedFact(patient, fact, effectiveOn: date))
    }
    if let amount = answer.amount, amount.cents != sent.submitted.totalCents {
      decision.warnings.append(
        "\(id): it was received as \(amount), not \(Money(cents: sent.submitted.totalCents))")
    }
    let isWaiting = sent.status == .submitted || sent.status == .acknowledged
    switch FrontEndCategory(answer.category) {
    case .some where !isWaiting:
      decision.warnings.append("\(id): it was answered or replaced before; not recorded")
    case .accepted:
      var fact = ClaimAcknowledged()
      fact.claim = id.description
      fact.category = answer.category
      fact.acknowledgedOn = date.compact
      fact.payerControlNumber = String((answer.payerControlNumber ?? "").prefix(50))
      fact.fileSha256 = hash ?? fact.fileSha256
      decision.warnings += try sent.lateWarnings(date).map { "\(id): \($0)" }
      propose(.claimAcknowledged(fact))
    case .rejected:
      var fact = ClaimRejectedFrontEnd()
      fact.claim = id.description
      fact.category = answer.category
      fact.statusCode = String((answer.statusCode ?? "").prefix(50))
      fact.rejectedOn = date.compact
      fact.fileSha256 = hash ?? fact.fileSha256
      propose(.claimRejectedFrontEnd(fact))
    case nil where ClaimStatusCategory.isKnown(answer.category):
      var fact = ClaimStatusReceived()
      fact.claim = id.description
      fact.category = answer.category
      fact.statusCode = String((answer.statusCode ?? "").prefix(50))
      fact.receivedOn = date.compact
      fact.payerControlNumber = String((answer.payerControlNumber ?? "").prefix(50))
      fact.fileSha256 = hash ?? fact.fileSha256
      propose(.claimStatusReceived(fact))
    case nil:
      decision.warnings.append("\(id): category \(answer.category.prefix(4)) is not known here")
    }
  }
}

/// What a code of the front end means for a claim.
enum FrontEndCategory {
  case accepted, rejected

  /// X12 277CA STC01-1, or 999 IK501 and AK901; nil for what is neither.
  init?(_ code: String) {
    switch code {
    case "A0", "A1", "A2", "A5", "A", "E", "P": self = .accepted
    case "A3", "A4", "A6", "A7", "A8", "R", "M", "W", "X": self = .rejected
    default: return nil
    }
  }
}

extension AccountState.Claim {
  /// The day on which the payer received a claim decides whether it was filed in time.
  func lateWarnings(_ date: CivilDate) throws -> [String] {
    guard let deadline = submitted.fileByOn.civilDate, date > deadline else { return [] }
    return ["the payer has it since \(date), after its last day \(deadline)"]
  }
}
