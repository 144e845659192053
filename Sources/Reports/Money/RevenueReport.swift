import Practice
import PracticeEvents
import Projection
import ReadModels

public enum RevenueReport: Report {
  public static let name = "revenue"
  public static let title = "Revenue"
  public static let summary =
    "What was charged, adjusted and collected between two days, by payer, procedure, therapist, "
    + "class of service or route of payment."
  public static let roles: Set<Role> = [.biller]
  public static let parameters: [Parameter] = [
    .optional("from", .date, "first day", default: "startOfMonth"),
    .optional("through", .date, "last day", default: "today"),
    .optional("groupBy", .text, "payer, cpt, lmt, class or route", default: "payer"),
  ]
  public static let columns = [
    Column("group", "Group", .text), Column("charges", "Charged", .money),
    Column("adjustments", "Adjusted", .money), Column("net", "Net", .money),
    Column("collected", "Collected", .money), Column("units", "Units", .integer, unit: "units"),
    Column("netPerUnit", "Net per unit", .money),
  ]
  public static let projectors: [any Projector.Type] = [
    LedgerProjector.self, ReadinessProjector.self,
  ]

  private enum Grouping: String, CaseIterable {
    case payer, cpt, lmt, serviceClass = "class", route
  }

  private struct Sums {
    var charges: Int64 = 0
    var adjustments: Int64 = 0
    var collected: Int64 = 0
    var units = 0

    mutating func add(_ other: Sums) {
      charges &+= other.charges
      adjustments &+= other.adjustments
      collected &+= other.collected
      units += other.units
    }
    var net: Int64 { charges &- adjustments }
    var cells: [Cell] {
      [
        .cents(charges), .cents(adjustments), .cents(net), .cents(collected), .integer(units),
        units > 0 ? .cents(Self.perUnit(net, units)) : .none,
      ]
    }
    /// To the nearest cent, halves away from zero.
    private static func perUnit(_ cents: Int64, _ units: Int) -> Int64 {
      let (quotient, remainder) = cents.quotientAndRemainder(dividingBy: Int64(units))
      return remainder.magnitude * 2 >= UInt64(units) ? quotient &+ remainder.signum() : quotient
    }
  }

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let dates = try arguments.dates(from: "from", through: "through")
    let word = arguments.text("groupBy") ?? Grouping.payer.rawValue
    guard let grouping = Grouping(rawValue: word) else {
      throw ReportError.malformedParameter(
        "groupBy",
        problem: "\"\(word)\" is none of "
          + Grouping.allCases.map(\.rawValue).joined(separator: ", "))
    }
    let ledger = try source.ledger()
    let labels = Labels(grouping, source, try source.readiness())
    var groups: [String: Sums] = [:]
    var total = Sums()
    try ledger.forEachEntry(dates) { entry in
      for (id, sums) in changes(of: entry) {
        let charge = try ledger.charge(id)
        var sums = sums
        // A charge's units come with its posting and go with its voiding.
        if let charge {
          if entry.kind == UInt32(PracticeEvent.Kind.chargePosted.rawValue) {
            sums.units += Int(charge.units)
          } else if entry.kind == UInt32(PracticeEvent.Kind.chargeVoided.rawValue) {
            sums.units -= Int(charge.units)
          }
        }
        groups[try labels.group(of: charge), default: Sums()].add(sums)
        total.add(sums)
      }
    }
    return ReportBody(
      rows: groups.sorted { $0.key < $1.key }.map { [.text($0.key)] + $0.value.cells },
      totals: [.text("all")] + total.cells,
      notes: [
        "Charged is before discounts and without tax (accounts 4000 and 4010); adjusted is discounts, "
          + "contractual adjustments, write-offs and bad debt (4900 to 4940 and 5100); all counted "
          + "on the day of their entry, as in ledger.journal.",
        "Collected is what settled charges in these days: payments applied, what payers decided to "
          + "pay, prepaid sessions used.",
      ])
  }

  /// What an entry changes, by charge; breakage and other revenue without a charge under no name.
  private static func changes(of entry: LedgerEntry) -> [(String, Sums)] {
    var order: [String] = []
    var sums: [String: Sums] = [:]
    for line in entry.lines {
      var change = Sums()
      if line.account.isGrossRevenue {
        change.charges = 0 &- line.cents
      } else if line.account.isAdjustment {
        change.adjustments = line.cents
      } else if line.account.settlesCharges, !line.charge.isEmpty {
        change.collected = line.cents
      } else {
        continue
      }
      if sums[line.charge] == nil { order.append(line.charge) }
      sums[line.charge, default: Sums()].add(change)
    }
    return order.map { ($0, sums[$0] ?? Sums()) }
  }

  /// What groups are called; remembers patients' routes.
  private final class Labels {
    private let grouping: Grouping
    private let names: NameBook
    private let readiness: ReadinessQueries
    private var patients: [SubjectID: PatientState] = [:]

    init(_ grouping: Grouping, _ source: ReportSource, _ readiness: ReadinessQueries) {
      self.grouping = grouping
      self.readiness = readiness
      names = NameBook(readiness)
    }

    func group(of charge: LedgerCharge?) throws -> String {
      guard let charge else { return "without a charge" }
      switch grouping {
      case .payer:
        guard !charge.payer.isEmpty else { return "patients" }
        let name = try names.payer(charge.payer)
        return name.isEmpty ? "unknown payer" : name
      case .cpt: return charge.isFee ? "fee" : charge.cpt.isEmpty ? "none" : charge.cpt
      case .lmt:
        if charge.isFee { return "fee" }
        let name = try names.practitioner(charge.practitioner)
        return name.isEmpty ? "nobody" : name
      case .serviceClass: return charge.isFee ? "fee" : charge.serviceClass.text
      case .route:
        if charge.isFee { return "fee" }
        guard let date = charge.serviceOn.civilDate else { return "unknown" }
        let state = try patients[charge.subject] ?? readiness.patient(charge.subject)
        patients[charge.subject] = state
        let route = state.effectiveRoute(on: date)
        return route == .unspecified ? "not chosen" : route.text
      }
    }
  }
}

extension ServiceClass {
  fileprivate var text: String {
    switch self {
    case .medical: "medical"
    case .relaxation: "relaxation"
    default: "other"
    }
  }
}

extension LedgerAccount {
  /// Whether money or prepaid value is taken from it to settle a charge.
  fileprivate var settlesCharges: Bool {
    self == .credits || self == .insurancePayments || self == .packages
  }
}
