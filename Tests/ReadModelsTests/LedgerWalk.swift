import Practice
import PracticeEvents
import Projection
import Testing

@testable import ReadModels

/// The books beside the accounts that decisions fold, event by event.
struct LedgerWalk {
  let rows = MemoryRows(of: LedgerProjector.self)
  private(set) var balances: [LedgerQueries.Place: LedgerQueries.Turnover] = [:]
  private(set) var postedKinds: Set<PracticeEvent.Kind> = []
  private(set) var seenKinds: Set<PracticeEvent.Kind> = []
  private var accounts: [SubjectID: AccountState] = [:]
  private var sums = Sums()

  /// What all accounts come to, in cents.
  private struct Sums: Equatable {
    var receivable: Int64 = 0
    var unapplied: Int64 = 0
    var deferred: Int64 = 0

    static func + (left: Sums, right: Sums) -> Sums {
      Sums(
        receivable: left.receivable + right.receivable, unapplied: left.unapplied + right.unapplied,
        deferred: left.deferred + right.deferred)
    }
    static func - (left: Sums, right: Sums) -> Sums {
      Sums(
        receivable: left.receivable - right.receivable, unapplied: left.unapplied - right.unapplied,
        deferred: left.deferred - right.deferred)
    }
    init() {}
    init(receivable: Int64, unapplied: Int64, deferred: Int64) {
      (self.receivable, self.unapplied, self.deferred) = (receivable, unapplied, deferred)
    }
    init(_ account: AccountState) {
      let open = account.receivableCents
      receivable = open.insurance + open.patient
      unapplied = account.unappliedCents
      deferred = account.packages.values.reduce(0) { $0 + $1.valueLeftCents }
    }
  }

  /// Debits less credits over all payers, in cents.
  func balance(_ accounts: LedgerAccount...) -> Int64 {
    balances.filter { accounts.contains($0.key.account) }.reduce(0) { $0 + $1.value.balance }
  }

  /// The entry that an event made; nil when it moved nothing.
  @discardableResult
  mutating func apply(_ fact: RecordedFact) throws -> LedgerEntry? {
    try rows.apply([fact], with: LedgerProjector.self)
    if let kind = fact.event.kind { seenKinds.insert(kind) }
    let key = RowKey().adding(max(0, fact.event.effectiveOn)).adding(fact.position)
    let entry = try rows.row(in: LedgerProjector.entries, at: key)
    for transfer in entry?.transfers ?? [] { balances.add(transfer) }
    if entry != nil, let kind = fact.event.kind { postedKinds.insert(kind) }
    guard fact.subjectKind == .patient else { return entry }
    let before = Sums(accounts[fact.subject] ?? AccountState())
    accounts[fact.subject, default: AccountState()].apply(fact)
    sums = sums + Sums(accounts[fact.subject] ?? AccountState()) - before
    return entry
  }

  /// After this event, debits equal credits, and the controlled accounts are what patients' accounts
  /// say.
  func expectAgreement(at fact: RecordedFact) {
    let kind = fact.event.kind.map { "\($0)" } ?? ""
    #expect(balances.values.reduce(0) { $0 + $1.balance } == 0, "#\(fact.position) \(kind)")
    #expect(
      balance(.patients, .insurers) == sums.receivable, "receivables at #\(fact.position) \(kind)")
    #expect(-balance(.credits) == sums.unapplied, "credits at #\(fact.position) \(kind)")
    #expect(-balance(.packages) == sums.deferred, "packages at #\(fact.position) \(kind)")
  }

  /// The sums by month, the entries and the small rows tell the same.
  func expectRowsAgree() throws {
    let queries = LedgerQueries(rows)
    let turnover = try queries.turnover()
    #expect(turnover == balances)
    for account in LedgerAccount.allCases {
      #expect(try queries.balance(of: account) == balance(account))
    }
    var (open, unapplied, deferred) = (Int64(0), Int64(0), Int64(0))
    try queries.forEachCharge { open += $1.insuranceOpenCents + $1.patientOpenCents }
    try queries.forEachPayment { unapplied += $1.unappliedCents }
    try queries.forEachPackage { deferred += $1.deferredCents }
    #expect(open == balance(.patients, .insurers))
    #expect(unapplied == -balance(.credits))
    #expect(deferred == -balance(.packages))
    if let last = turnover.isEmpty ? nil : try CivilDate("2026-02-14") {
      var expected: [LedgerQueries.Place: LedgerQueries.Turnover] = [:]
      try queries.forEachEntry(CivilDate.earliest...last) { entry in
        for transfer in entry.transfers { expected.add(transfer) }
      }
      #expect(try queries.turnover(through: last) == expected)
    }
  }
}
