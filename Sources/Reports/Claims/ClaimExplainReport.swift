import Practice
import PracticeEvents
import Projection

public enum ClaimExplainReport: Report {
  public static let name = "claims.explain"
  public static let title = "A claim, to the cent"
  public static let summary =
    "Every amount of a claim with its event, what each reason code means, and the arithmetic."
  public static let roles: Set<Role> = [.biller]
  public static let parameters: [Parameter] = [
    .required("claim", .text, "identifier of the claim")
  ]
  public static let columns = [
    Column("on", "Date", .date), Column("what", "What", .text), Column("line", "Line", .text),
    Column("amount", "Amount", .money), Column("bearer", "Who bears it", .text),
    Column("meaning", "Meaning", .text), Column("position", "Position", .integer),
    Column("event", "Event", .text, isDetail: true),
    Column("mrn", "MRN", .patient, isDetail: true),
  ]
  public static let key = ["position", "what", "line", "meaning"]
  public static let projectors: [any Projector.Type] = []

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let missing = ReportError.notFound(
      parameter: "claim", problem: "no claim has this identifier")
    guard let id = try? EntityID(arguments.text("claim") ?? ""), id.kind == .claim,
      let patient = try source.facts.owner(of: .entity(id))
    else { throw missing }
    let account = try source.facts.patient(patient).account
    guard let claim = account.claims[id.description] else { throw missing }
    let charges = Set(claim.charges)
    let codes = Dictionary(
      claim.charges.compactMap { account.charges[$0] }.enumerated().map { index, charge in
        (charge.charge, "\(index + 1) \(charge.cpt)")
      }, uniquingKeysWith: { first, _ in first })
    let mrn = try source.facts.patient(patient).profile.current.mrn
    var steps: [Step] = []
    for fact in try source.facts.history(of: patient) {
      let told = explained(fact, id.description, charges)
      steps += told.map { step in
        var step = step
        step.line = step.line.isEmpty ? "" : codes[step.line] ?? step.line
        step.fact = fact
        return step
      }
    }
    let open = claim.charges.compactMap { account.charges[$0] }
    return ReportBody(
      subject: try source.subject(patient), rows: steps.map { $0.cells + [.word(mrn)] },
      notes: open.map { charge in
        "\(codes[charge.charge] ?? charge.charge) (\(charge.charge)): "
          + "\(Money(cents: charge.voided ? 0 : charge.amountCents)) charged = "
          + "insurer paid \(Money(cents: charge.insurancePaidCents)) + "
          + "patient paid \(Money(cents: charge.patientPaidCents)) + "
          + "adjusted \(Money(cents: charge.adjustedCents)) + "
          + "written off \(Money(cents: charge.writtenOffCents)) + "
          + "prepaid \(Money(cents: charge.redeemedCents)) + "
          + "open with the insurer \(Money(cents: charge.insuranceOpenCents)) + "
          + "open with the patient \(Money(cents: charge.patientOpenCents))"
          + (charge.voided ? "; voided" : "")
      })
  }

  private struct Step {
    var what: String
    var line = ""
    var amount: Int64?
    var bearer = ""
    var meaning = ""
    var fact: RecordedFact?

    var cells: [Cell] {
      [
        fact.map { .day($0.event.effectiveOn) } ?? .none, .text(what), .word(line),
        amount.map(Cell.cents) ?? .none, .word(bearer), .word(meaning),
        fact.map { .integer(Int(clamping: $0.position)) } ?? .none,
        fact.map { .text($0.eventID) } ?? .none,
      ]
    }
  }

  /// What an event says of the claim or its charges; nothing for any other event.
  private static func explained(
    _ recorded: RecordedFact, _ claim: String, _ charges: Set<String>
  ) -> [Step] {
    switch recorded.event.fact {
    case .claimHeld(let fact) where fact.claim == claim:
      return fact.problems.map { Step(what: "held", meaning: $0.problem) }
    case .claimReleased(let fact) where fact.claim == claim: return [Step(what: "released")]
    case .claimSubmitted(let fact) where fact.claim == claim:
      return submitted(fact, recorded.event.reason)
    case .claimAcknowledged(let fact) where fact.claim == claim:
      return [Step(what: "acknowledged", meaning: "\(fact.category) \(fact.payerControlNumber)")]
    case .claimRejectedFrontEnd(let fact) where fact.claim == claim:
      return [Step(what: "rejected unread", meaning: "\(fact.category) \(fact.statusCode)")]
    case .claimStatusReceived(let fact) where fact.claim == claim:
      return [
        Step(
          what: "status", meaning: "\(fact.category) \(ClaimStatusCategory.text(fact.category))")
      ]
    case .claimAdjudicated(let fact) where fact.claim == claim: return adjudicated(fact)
    case .claimAdjudicated(let fact):
      return fact.lines.filter { charges.contains($0.charge) }.map {
        Step(
          what: "answer on claim \(fact.claim)", line: $0.charge, amount: $0.paidCents,
          bearer: "that payer paid")
      }
    case .claimReversed(let fact) where fact.claim == claim:
      return [
        Step(
          what: "answer taken back", meaning: "adjudication \(fact.adjudication) counts no more")
      ]
    case .balanceTransferred(let fact) where charges.contains(fact.charge):
      return [
        Step(
          what: "moved", line: fact.charge, amount: fact.amountCents,
          bearer: fact.to == .patient ? "the patient" : "the payer of \(fact.toCoverage)",
          meaning: fact.from == .patient ? "was the patient's" : "was the payer's")
      ]
    case .paymentApplied(let fact) where charges.contains(fact.charge):
      return [
        Step(
          what: "patient paid", line: fact.charge, amount: fact.amountCents,
          meaning: fact.payment)
      ]
    case .paymentUnapplied(let fact) where charges.contains(fact.charge):
      return [
        Step(
          what: "patient's payment freed", line: fact.charge, amount: 0 &- fact.amountCents,
          meaning: "\(fact.payment) is credit again")
      ]
    case .writeOffPosted(let fact) where charges.contains(fact.charge):
      return [
        Step(
          what: "written off", line: fact.charge, amount: fact.amountCents, bearer: "the clinic",
          meaning: recorded.event.reason)
      ]
    case .chargeVoided(let fact) where charges.contains(fact.charge):
      return [Step(what: "charge voided", line: fact.charge)]
    case .appealFiled(let fact) where fact.claim == claim:
      return [Step(what: "appeal filed", meaning: "\(fact.appeal), level \(fact.level)")]
    case .claimClosed(let fact) where fact.claim == claim: return [Step(what: "closed")]
    default: return []
    }
  }

  private static func submitted(_ fact: ClaimSubmitted, _ reason: String) -> [Step] {
    let kind =
      switch fact.frequencyCode {
      case 7: "replaces \(fact.replaces)"
      case 8: "withdraws \(fact.replaces)"
      default: ""
      }
    let overridden =
      fact.overriddenRules.isEmpty
      ? ""
      : "set aside by a supervisor: \(fact.overriddenRules.joined(separator: ", ")) (\(reason))"
    return fact.lines.map { line in
      let prior =
        line.priorSettledCents == 0
        ? "" : "\(Money(cents: line.priorSettledCents)) was settled before"
      return Step(
        what: "charged", line: line.charge, amount: line.chargeCents, bearer: "asked of the payer",
        meaning: [kind, overridden, prior].filter { !$0.isEmpty }.joined(separator: "; "))
    }
  }

  /// Line by line: charge − adjustments = paid, and what each part means for whom.
  private static func adjudicated(_ fact: ClaimAdjudicated) -> [Step] {
    let source = fact.remittance.isEmpty ? "" : " by \(fact.remittance)"
    var steps: [Step] = []
    for line in fact.lines {
      let isOpen = fact.leavesOpen(line)
      for adjustment in line.adjustments {
        let bearer: String =
          switch adjustment.group {
          case .pr: "the patient"
          case .oa where line.priorSettledCents > 0: "settled before"
          default: isOpen ? "open: to be worked" : "nobody: adjusted"
          }
        steps.append(
          Step(
            what: "\(adjustment.group.code)-\(adjustment.carc)", line: line.charge,
            amount: 0 &- adjustment.amountCents, bearer: bearer,
            meaning: AdjustmentReason.label(adjustment.carc)))
      }
      let sum = line.adjustments.map { " − \(Money(cents: $0.amountCents))" }.joined()
      steps.append(
        Step(
          what: (fact.isDenial ? "denied" : "paid") + source, line: line.charge,
          amount: line.paidCents, bearer: "the payer",
          meaning: "\(Money(cents: line.chargeCents))\(sum) = \(Money(cents: line.paidCents))"))
      steps += line.rarc.map {
        Step(what: "remark", line: line.charge, meaning: RemarkCode.text($0))
      }
    }
    return steps + fact.rarc.map { Step(what: "remark", meaning: RemarkCode.text($0)) }
  }
}
