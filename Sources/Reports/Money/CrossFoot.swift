import Practice
import PracticeEvents
import Projection
import ReadModels

/// A sum that two parts of the program arrive at by different ways, and that must be one.
public struct CrossFootSum: Sendable, Hashable {
  public enum Unit: Sendable, Hashable { case cents, count }
  public struct Side: Sendable, Hashable {
    public var what: String
    public var value: Int64
    public init(_ what: String, _ value: Int64) {
      self.what = what
      self.value = value
    }
  }
  public var name: String
  public var unit: Unit
  public var left: Side
  public var right: Side
  /// Where the sides differ: ids of patients, packages or sessions, tills; the first few.
  public var differences: [String]

  public var difference: Int64 { left.value &- right.value }
  /// Equal sums may hide two differences, so both must be none.
  public var agrees: Bool { difference == 0 && differences.isEmpty }
}

/// The sums of the books. The left side is folded from the log here and now; the right one is what
/// the read models hold, which reports answer from.
public struct CrossFoot {
  public static let projectors: [any Projector.Type] = [
    BalancesProjector.self, LedgerProjector.self, TreatmentProgressProjector.self,
    ReadinessProjector.self,
  ]

  private let source: ReportSource
  private var log = LogSums()

  public init(_ source: ReportSource) throws {
    self.source = source
    try log.read(source.log)
  }

  public func sums() throws -> [CrossFootSum] {
    try accounts() + [cash(), packages(), sessions(), prescriptions()]
  }

  // MARK: Accounts

  /// Σ balance.patient = ar.aging total − credits = trial balance 1100 + 1110 − 2110, patient by
  /// patient.
  private func accounts() throws -> [CrossFootSum] {
    var aging: [SubjectID: Int64] = [:]
    var (agingTotal, agingCredits) = (Int64(0), Int64(0))
    try source.balances().forEachOpenAccount { patient, account in
      let owed = account.items.reduce(0) { $0 &+ $1.insuranceOpenCents &+ $1.patientOpenCents }
      agingTotal &+= owed
      agingCredits &+= account.unappliedCents
      aging[patient] = owed &- account.unappliedCents
    }
    var booked: [SubjectID: Int64] = [:]
    try source.ledger().forEachEntry { entry in
      let change = entry.transfers.reduce(0) {
        $0 &+ $1.change(of: .patients) &+ $1.change(of: .insurers) &+ $1.change(of: .credits)
      }
      if change != 0 { booked[entry.subject, default: 0] &+= change }
    }
    let ledger = try source.ledger()
    let trialBalance =
      try ledger.balance(of: .patients) &+ ledger.balance(of: .insurers)
      &+ ledger.balance(of: .credits)
    let accounts = log.accounts.mapValues(\.balanceCents)
    let total = accounts.values.reduce(0, &+)
    return [
      CrossFootSum(
        name: "accounts and aging", unit: .cents, left: .init("Σ balance.patient", total),
        right: .init("ar.aging total − credits", agingTotal &- agingCredits),
        differences: differing(accounts, aging)),
      CrossFootSum(
        name: "accounts and books", unit: .cents, left: .init("Σ balance.patient", total),
        right: .init("1100 + 1110 − 2110", trialBalance),
        differences: differing(accounts, booked)),
    ]
  }

  // MARK: Cash

  /// Σ cash.daily net = Σ payments − refunds − reversals, till by till; payers' money beside them.
  private func cash() throws -> CrossFootSum {
    var reported: [String: Int64] = [:]
    for entry in try source.balances().cash(CivilDate.earliest...CivilDate.latest) {
      reported[entry.till, default: 0] &+= entry.amountCents
    }
    return CrossFootSum(
      name: "cash", unit: .cents,
      left: .init("Σ payments − refunds − reversals", log.cash.values.reduce(0, &+)),
      right: .init("Σ cash.daily net", reported.values.reduce(0, &+)),
      differences: differing(log.cash, reported) { $0.isEmpty ? "no till" : "till \($0)" })
  }

  // MARK: Packages

  /// What packages are still worth = account 2100.
  private func packages() throws -> CrossFootSum {
    var left: [String: Int64] = [:]
    for account in log.accounts.values {
      for (id, package) in account.packages {
        left[id, default: 0] &+= package.valueLeftCents
      }
    }
    var booked: [String: Int64] = [:]
    try source.ledger().forEachPackage { booked[$0, default: 0] &+= $1.deferredCents }
    return CrossFootSum(
      name: "packages", unit: .cents,
      left: .init("value of sessions left", left.values.reduce(0, &+)),
      right: .init("2100", 0 &- (try source.ledger().balance(of: .packages))),
      differences: differing(left, booked))
  }

  // MARK: Sessions and prescriptions

  /// Sessions delivered and not voided = charged + unbilled + without anything to charge.
  private func sessions() throws -> CrossFootSum {
    var known: [String: Int64] = [:]
    var (charged, unbilled, nothing) = (Int64(0), Int64(0), Int64(0))
    try source.progress().forEach { _, care in
      for (id, session) in care.sessions where !session.voided {
        known[id] = 1
        if !session.linesWithoutCharge.isEmpty {
          unbilled += 1
        } else if session.chargeByLine.isEmpty {
          nothing += 1
        } else {
          charged += 1
        }
      }
    }
    return CrossFootSum(
      name: "sessions", unit: .count,
      left: .init("sessions delivered − voided", Int64(log.sessions.count)),
      right: .init(
        "\(charged) charged + \(unbilled) unbilled + \(nothing) without a charge",
        charged + unbilled + nothing),
      differences: differing(log.sessions.mapValues { _ in 1 }, known))
  }

  /// Visits used of prescriptions = sessions that relied on one, less voided ones.
  private func prescriptions() throws -> CrossFootSum {
    var relied: [String: Int64] = [:]
    for prescription in log.sessions.values where !prescription.isEmpty {
      relied[prescription, default: 0] += 1
    }
    var used: [String: Int64] = [:]
    try source.readiness().forEachPatient { _, state in
      for (id, prescription) in state.referral.prescriptions where !prescription.sessions.isEmpty {
        used[id] = Int64(prescription.sessions.count)
      }
    }
    return CrossFootSum(
      name: "prescriptions", unit: .count,
      left: .init("sessions on a prescription − voided", relied.values.reduce(0, +)),
      right: .init("visits used", used.values.reduce(0, +)), differences: differing(relied, used))
  }

  /// Where two sides differ; nothing and zero are the same.
  private func differing<Key: Hashable>(
    _ left: [Key: Int64], _ right: [Key: Int64], _ text: (Key) -> String = { "\($0)" }
  ) -> [String] {
    let keys = Set(left.keys).union(right.keys)
      .filter { left[$0, default: 0] != right[$0, default: 0] }
    let names = keys.map(text).sorted()
    return names.count <= Self.listed
      ? names : Array(names.prefix(Self.listed)) + ["and \(names.count - Self.listed) more"]
  }

  private static let listed = 10
}

/// What the log says, without any read model.
private struct LogSums {
  private(set) var accounts: [SubjectID: AccountState] = [:]
  private(set) var cash: [String: Int64] = [:]
  /// Sessions that stand, with the prescription they relied on.
  private(set) var sessions: [String: String] = [:]
  private var payments: [String: PaymentReceived] = [:]

  private static let kinds = Set(
    PracticeEvent.Kind.catalogue.map(\.kind).filter {
      (450...549).contains($0.rawValue) || $0 == .sessionDelivered || $0 == .sessionVoided
    })

  mutating func read(_ log: any FactLog) throws {
    try log.forEach(FactSelection(kinds: Self.kinds)) { fact in add(fact) }
  }

  private mutating func add(_ fact: RecordedFact) {
    switch fact.event.fact {
    case .sessionDelivered(let session):
      sessions[session.session] = session.prescription
      return
    case .sessionVoided(let voided):
      sessions[voided.session] = nil
      return
    case .paymentReceived(let payment):
      payments[payment.payment] = payment
      cash[payment.till, default: 0] &+= payment.amountCents
    case .refundIssued(let refund):
      cash[payments[refund.payment]?.till ?? "", default: 0] &-= refund.amountCents
    case .packageRefunded(let refund):
      cash[payments[refund.payment]?.till ?? "", default: 0] &-= refund.amountCents
    case .creditTransferReceived(let credit):
      payments[credit.payment, default: .init()].amountCents = credit.amountCents
    case .openingBalanceRecorded(let opening):
      payments[opening.payment, default: .init()].amountCents = opening.creditCents
    case .paymentReversed(let reversal):
      guard let payment = payments[reversal.payment] else { break }
      cash[payment.till, default: 0] &-= payment.amountCents
    case .remittanceReceived(let remittance):
      cash["", default: 0] &+= remittance.amountCents
    case .payerRefundIssued(let refund):
      cash["", default: 0] &-= refund.amountCents
    default: break
    }
    guard fact.subjectKind == .patient else { return }
    accounts[fact.subject, default: AccountState()].apply(fact)
  }
}
