import PracticeEvents

/// How a bundling edit is answered.
public enum CodingEditChoice: String, WordChoice {
  case modifier, lineDropped, payerExempt

  var resolution: CodingEditResolution {
    switch self {
    case .modifier: .modifier
    case .lineDropped: .lineDropped
    case .payerExempt: .payerExempt
    }
  }
}

/// When a line of a session began: `2@30` is line 2, 30 minutes after the session's start.
public struct LineStart: TextValue {
  public static let what = "start of a line"
  public static let example = "2@30"

  public let line: Int32
  /// From the start of the session.
  public let minute: Int32
  public var description: String { "\(line)@\(minute)" }

  public init(_ text: String) throws(ValueError) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
      .map { asciiDigits(String($0)) }
    guard parts.count == 2, let line = parts[0], let minute = parts[1], (1...99).contains(line),
      (0...480).contains(minute)
    else {
      throw ValueError(
        Self.what, given: text, problem: "it is not a line and the minute it began",
        remedy: "write it like \"\(Self.example)\"")
    }
    self.line = Int32(line)
    self.minute = Int32(minute)
  }
}

/// Says why two codes that payers bundle stand side by side, or gives one up.
public struct ResolveCodingEdit: Command {
  public static let name = "resolve-coding-edit"
  public static let summary = "Resolves a pair of codes that the payer bundles (NCCI)."
  public static let help = [
    "line": "the line with the column-2 code; the only open one by default",
    "modifier": "59, XS or XU on that line, or XE beside another session; 59 by default",
    "starts": "when lines began, where the session does not say, e.g. 1@0",
    "justification": "why, in words; of a payer's exemption who said so. Regions and times are "
      + "added",
  ]
  public static let roles: Set<Role> = [.therapist, .biller]

  public var session: EntityID
  public var resolution: CodingEditChoice
  public var line: Int?
  public var modifier: Modifier?
  public var starts: [LineStart]?
  public var justification: String?

  public init(
    session: EntityID, resolution: CodingEditChoice, line: Int? = nil, modifier: Modifier? = nil,
    starts: [LineStart]? = nil, justification: String? = nil
  ) {
    self.session = session
    self.resolution = resolution
    self.line = line
    self.modifier = modifier
    self.starts = starts
    self.justification = justification
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state, found) = try facts.session(session)
    let date = try CivilDate(compact: found.delivered.deliveredOn)
    let policy = try facts.billedPolicy(of: found, state, on: date)
    let edit = try openEdit(
      state.care.openEdits(of: found, policy: policy, clinic: facts.clinic(), on: date), found)
    guard found.chargeByLine[edit.line] == nil else {
      throw edit.refusal("the line's charge is posted", "void it with void-charge first")
    }
    var fact = CodingEditResolved()
    fact.session = found.delivered.session
    fact.line = edit.line
    fact.columnOneCpt = edit.columnOne
    fact.columnOneSession = edit.columnOneSession
    fact.resolution = resolution.resolution
    let said = justification ?? ""
    switch resolution {
    case .modifier:
      fact.modifier = try statedModifier(edit)
      fact.blocks = try blocks(found.delivered)
      let starts = Dictionary(
        fact.blocks.map { ($0.line, $0.startsAtMinute) }, uniquingKeysWith: { $1 })
      let other = state.care.sessions[edit.columnOneSession]?.delivered ?? found.delivered
      let separate = try edit.justification(
        fact.modifier, found.delivered, other, starts: starts)
      fact.justification = said.isEmpty ? separate : "\(said) (\(separate))"
    case .lineDropped:
      fact.justification = said
    case .payerExempt:
      try require(said, in: "justification", atMost: 500)
      fact.justification = said
    }
    let isRaised = found.edits.contains {
      edit.isSame(
        line: $0.raised.line, columnOne: $0.raised.columnOneCpt,
        session: $0.raised.columnOneSession)
    }
    let raised = isRaised ? [] : [Fact.codingEditRaised(edit.raised)]
    return Decision(
      (raised + [.codingEditResolved(fact)]).map { ProposedFact(patient, $0, effectiveOn: date) })
  }

  private func openEdit(
    _ open: [CodingEdit], _ session: CareState.Session
  ) throws -> CodingEdit {
    let named = line.map { line in open.filter { Int($0.line) == line } } ?? open
    guard let edit = named.first, named.count == 1 || line != nil else {
      throw Refusal(
        rule: "ncci.none", field: "line",
        problem: named.isEmpty ? "no edit is open there" : "several edits are open",
        remedy: open.isEmpty ? "nothing needs to be resolved" : "name the line",
        evidence: [session.event], details: open.map(\.name))
    }
    return edit
  }

  private func statedModifier(_ edit: CodingEdit) throws -> String {
    let modifier = modifier?.description ?? "59"
    guard CodingEdit.modifiers.contains(modifier) else {
      throw edit.refusal("\(modifier) does not say that services were separate", "use 59, XS or XU")
    }
    return modifier
  }

  private func blocks(_ session: SessionDelivered) throws -> [CodingEditResolved.Block] {
    try (starts ?? []).map { start in
      guard let service = session.services.first(where: { $0.line == start.line }),
        !service.hasStartsAtMinute, start.minute + service.minutes <= session.totalMinutes
      else {
        throw Refusal(
          rule: "session.blocks", field: "starts",
          problem: "line \(start.line) is no line without a start, or would end after the session",
          remedy: "give the start of a line that has none")
      }
      var block = CodingEditResolved.Block()
      block.line = start.line
      block.startsAtMinute = start.minute
      return block
    }
  }
}

extension Facts {
  /// The policy of the payer whom the session's claim goes to; nil when the patient pays.
  func billedPolicy(
    of session: CareState.Session, _ state: PatientState, on date: CivilDate
  ) throws -> PayerPolicy? {
    let bill = try SessionBill(session, of: state, coverage: nil, self)
    return try bill.payer.map { try payer($0).policy(on: date) }
  }
}
