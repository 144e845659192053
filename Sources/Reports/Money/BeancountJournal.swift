import Practice
import PracticeEvents
import Projection
import ReadModels

/// The journal as a file for beancount (github.com/beancount/beancount, version 3), which checks every
/// transaction and every assertion anew.
///
/// The file asserts each account's balance at the end of each month, from sums that are kept apart
/// from the entries. Where it reaches to the last entry, it also asserts receivables, credits and
/// deferred packages as patients' accounts say them, which do not come from the books at all. Assertions
/// are to the cent: beancount would tolerate a cent otherwise. It names no patient.
public struct BeancountJournal {
  public static let projectors: [any Projector.Type] = [
    LedgerProjector.self, BalancesProjector.self, ReadinessProjector.self,
  ]

  public let dates: ClosedRange<CivilDate>
  public private(set) var entries = 0
  private let source: ReportSource
  private let ledger: LedgerQueries
  private let payers: NameBook

  /// - Parameters:
  ///   - from: the first day; nil is that of the first entry. What stood before is one transaction.
  ///   - through: the last day; nil is that of the last entry, or today.
  /// - Throws: `ReportError.malformedParameter` when the days are out of order.
  public init(_ source: ReportSource, from: CivilDate? = nil, through: CivilDate? = nil) throws {
    self.source = source
    ledger = try source.ledger()
    payers = NameBook(try source.readiness())
    let span = try ledger.span()
    let first = from ?? span?.lowerBound ?? through ?? source.today
    let last = through ?? max(span?.upperBound ?? source.today, first)
    guard first <= last else {
      throw ReportError.malformedParameter("through", problem: "\(last) is before \(first)")
    }
    dates = first...last
  }

  /// Writes the file in pieces, in order.
  public mutating func write(_ write: (String) throws -> Void) throws {
    try write(heading)
    let places = try placesUsed()
    try write(openings(places))
    try write(standing(try ledger.turnover(through: dates.lowerBound.adding(days: -1))))
    let months = try monthlyChanges()
    var month = dates.lowerBound.startOfMonth
    func close(_ month: CivilDate) throws {
      try write(assertions(at: month.endOfMonth, places, months))
    }
    var count = 0
    try ledger.forEachEntry(dates) { entry in
      while entry.on > month.endOfMonth.compact {
        try close(month)
        month = month.adding(months: 1)
      }
      try write(transaction(entry))
      count += 1
    }
    // Only whole months have sums of their own.
    while month.endOfMonth <= dates.upperBound {
      try close(month)
      month = month.adding(months: 1)
    }
    entries = count
    try write(accountsSay(places))
  }

  private var heading: String {
    """
    ;; Journal of \(source.clinic.profile.name.printable), \(dates.lowerBound) to \(dates.upperBound)
    ;; As of position \(source.asOf.position)\(source.asOf.recordedAt.map { ", recorded \($0)" } ?? "")
    ;; Projector ledger \(LedgerProjector.version); check with bean-check of beancount 3
    option "title" "\(source.clinic.profile.name.beancount)"
    option "operating_currency" "USD"


    """
  }

  /// Accounts with an entry up to the last day, by number and payer.
  private func placesUsed() throws -> [LedgerQueries.Place] {
    try ledger.turnover(through: dates.upperBound).keys.sorted()
  }

  private func openings(_ places: [LedgerQueries.Place]) -> String {
    let parents = Set(places.map(\.account).filter(\.isByPayer).map(name))
    let names = (parents + places.map(name)).sorted()
    return names.map { "\(dates.lowerBound) open \($0) USD\n" }.joined() + "\n"
  }

  /// An account over all payers.
  private func name(_ account: LedgerAccount) -> String {
    "\(account.beancountRoot):\(account.rawValue)-" + account.name.beancountComponent
  }

  private func name(_ place: LedgerQueries.Place) -> String {
    let parent = name(place.account)
    guard place.account.isByPayer else { return parent }
    guard !place.payer.isEmpty else { return parent + ":No-payer" }
    let payer = (try? payers.payer(place.payer)) ?? ""
    // Two payers may bear one name; the first digits of the stream tell them apart.
    return parent + ":" + (payer.isEmpty ? "Payer" : payer.beancountComponent) + "-"
      + String(place.payer.prefix(8))
  }

  /// What stood on the accounts before the first day, in one transaction.
  private func standing(_ sums: [LedgerQueries.Place: LedgerQueries.Turnover]) -> String {
    let standing = sums.filter { $0.value.balance != 0 }.sorted { $0.key < $1.key }
    guard !standing.isEmpty else { return "" }
    return "\(dates.lowerBound) * \"Balances before \(dates.lowerBound)\"\n"
      + standing.map { "  \(name($0.key))  \(Money(cents: $0.value.balance)) USD\n" }.joined()
      + "\n"
  }

  private func transaction(_ entry: LedgerEntry) -> String {
    guard let date = entry.on.civilDate else { return "" }
    var text =
      "\(date) * \"\(entry.kindName)\"\n  event: \"\(entry.event)\"\n"
      + "  position: \(entry.position)\n"
    for line in entry.lines {
      let place = LedgerQueries.Place(line.account, payer: line.payer)
      text += "  \(name(place))  \(Money(cents: line.cents)) USD"
      text += line.charge.isEmpty ? "\n" : " ; \(line.charge.printable)\n"
    }
    return text + "\n"
  }

  private typealias Changes = [LedgerQueries.Place: [(month: Int32, cents: Int64)]]

  /// How each account changed by month, from the sums of months.
  private func monthlyChanges() throws -> Changes {
    var months: Changes = [:]
    try ledger.forEachMonth { row in
      guard let account = LedgerAccount(rawValue: row.account) else { return }
      months[LedgerQueries.Place(account, payer: row.payer), default: []]
        .append((row.month, row.debitCents &- row.creditCents))
    }
    return months
  }

  private func assertions(
    at end: CivilDate, _ places: [LedgerQueries.Place], _ months: Changes
  ) -> String {
    let month = end.compact / 100
    return places.map { place in
      let changes = months[place, default: []].filter { $0.month <= month }
      return balanceLine(end.adding(days: 1), name(place), changes.reduce(0) { $0 &+ $1.cents })
    }.joined() + "\n"
  }

  private func balanceLine(_ date: CivilDate, _ account: String, _ cents: Int64) -> String {
    "\(date) balance \(account)  \(Money(cents: cents)) ~ 0.00 USD\n"
  }

  /// The controlled accounts as the patients' accounts have them. Possible where no entry is left out.
  private func accountsSay(_ places: [LedgerQueries.Place]) throws -> String {
    guard let last = try ledger.span()?.upperBound, last <= dates.upperBound else {
      return ";; Entries after \(dates.upperBound) exist: patients' accounts cannot be compared.\n"
    }
    let sums = try source.balances().sums()
    let date = dates.upperBound.adding(days: 1)
    let controlled: [(LedgerAccount, Int64)] = [
      (.patients, sums.patients), (.insurers, sums.insurers), (.packages, 0 &- sums.deferred),
      (.credits, 0 &- sums.unapplied),
    ]
    let used = Set(places.map(\.account))
    return ";; As patients' accounts have them.\n"
      + controlled.filter { used.contains($0.0) }
      .map { balanceLine(date, name($0.0), $0.1) }.joined()
  }
}

extension LedgerQueries {
  /// The days of the first and last entry; nil when there is none.
  public func span() throws -> ClosedRange<CivilDate>? {
    var (first, last): (Int32, Int32) = (.max, 0)
    try forEachMonth { row in
      first = min(first, row.month)
      last = max(last, row.month)
    }
    guard first <= last else { return nil }
    guard let start = (first &* 100 &+ 1).civilDate, let end = (last &* 100 &+ 1).civilDate else {
      return CivilDate.earliest...CivilDate.latest
    }
    var days: (first: CivilDate, last: CivilDate)?
    try forEachEntry(start...start.endOfMonth) { entry in
      if days == nil, let on = entry.on.civilDate { days = (on, on) }
    }
    try forEachEntry(end...end.endOfMonth) { entry in
      if let on = entry.on.civilDate { days = (days?.first ?? on, on) }
    }
    return days.map { $0.first...$0.last }
  }
}

/// What patients' accounts come to over all of them, in cents.
struct AccountSums {
  var patients: Int64 = 0
  var insurers: Int64 = 0
  var unapplied: Int64 = 0
  var deferred: Int64 = 0
}

extension BalancesQueries {
  func sums() throws -> AccountSums {
    var sums = AccountSums()
    try forEachAccount { _, account in
      let open = account.receivableCents
      sums.patients &+= open.patient
      sums.insurers &+= open.insurance
      sums.unapplied &+= account.unappliedCents
      sums.deferred &+= account.deferredCents
    }
    return sums
  }
}

extension AccountState {
  /// What packages were sold for and have not earned yet, in cents.
  var deferredCents: Int64 {
    packages.values.reduce(0) { $0 &+ $1.valueLeftCents }
  }
}

extension LedgerAccount {
  fileprivate var beancountRoot: String {
    switch accountClass {
    case .asset: "Assets"
    case .liability: "Liabilities"
    case .equity: "Equity"
    case .income: "Income"
    case .expense: "Expenses"
    }
  }
}

extension String {
  /// As a part of an account's name: letters, digits and hyphens, the first one a capital or digit.
  fileprivate var beancountComponent: String {
    let words = split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let joined = words.joined(separator: "-")
    return joined.isEmpty ? "X" : joined.prefix(1).uppercased() + joined.dropFirst()
  }

  /// As the text of a string.
  fileprivate var beancount: String {
    replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").printable
  }
}
