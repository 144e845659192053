/// The chart of accounts. The raw value is the account's number, as accountants know it.
///
/// Four accounts are more than a small practice's chart usually has. 1015 keeps checks apart from
/// the cash of a till until they are deposited. 1115 stands between what payers decided and what they
/// paid: an adjudication without its remittance is a debit there, a remittance with claims that wait
/// for a person a credit. So 1110 is at every moment what claims are open for. 2390 holds
/// provider-level adjustments (X12 PLB) whose code this program does not know. 2190 carries what goes
/// from one patient to another between the two events of it.
public enum LedgerAccount: Int32, CaseIterable, Sendable, Hashable {
  case tills = 1010
  case checks = 1015
  case bank = 1020
  case cards = 1030
  case healthAccounts = 1035
  case paymentServices = 1040
  case patients = 1100
  case insurers = 1110
  case insurancePayments = 1115
  case packages = 2100
  case credits = 2110
  case giftCards = 2120
  case betweenPatients = 2190
  case salesTax = 2200
  case recoupments = 2300
  case unknownAdjustments = 2390
  case openingBalances = 3900
  case services = 4000
  case fees = 4010
  case breakage = 4090
  case contractual = 4900
  case discounts = 4910
  case courtesies = 4920
  case administrative = 4930
  case charity = 4940
  case badDebt = 5100
  case cardFees = 5200
  case cashOverShort = 6010
  case interest = 7100
  case otherPayerIncome = 7200

  public var name: String {
    switch self {
    case .tills: "Cash in tills"
    case .checks: "Checks not deposited"
    case .bank: "Bank"
    case .cards: "Card clearing"
    case .healthAccounts: "HSA and FSA card clearing"
    case .paymentServices: "Payment service clearing"
    case .patients: "Receivable from patients"
    case .insurers: "Receivable from insurers"
    case .insurancePayments: "Insurance payments clearing"
    case .packages: "Deferred revenue: packages"
    case .credits: "Patient credits"
    case .giftCards: "Gift cards"
    case .betweenPatients: "Transfers between patients"
    case .salesTax: "Sales tax payable"
    case .recoupments: "Payer recoupments payable"
    case .unknownAdjustments: "Payer adjustments to be classified"
    case .openingBalances: "Opening balances"
    case .services: "Service revenue"
    case .fees: "No-show and cancellation fees"
    case .breakage: "Package breakage"
    case .contractual: "Contractual adjustments"
    case .discounts: "Discounts and sliding scale"
    case .courtesies: "Courtesy adjustments"
    case .administrative: "Administrative adjustments"
    case .charity: "Charity care"
    case .badDebt: "Bad debt"
    case .cardFees: "Card processing fees"
    case .cashOverShort: "Cash over and short"
    case .interest: "Interest income"
    case .otherPayerIncome: "Other payer income and expense"
    }
  }

  public enum Class: String, Sendable, Hashable, CaseIterable {
    case asset, liability, equity, income, expense
  }

  /// Contra-revenue (49xx) is income with a debit balance.
  public var accountClass: Class {
    switch rawValue {
    case ..<2000: .asset
    case ..<3000: .liability
    case ..<4000: .equity
    case ..<5000, 7000...: .income
    default: .expense
    }
  }

  /// Whether the account is kept by payer.
  public var isByPayer: Bool {
    switch self {
    case .insurers, .insurancePayments, .recoupments, .unknownAdjustments: true
    default: false
    }
  }

  /// What somebody owes the clinic for care.
  public var isReceivable: Bool { self == .patients || self == .insurers }

  /// Revenue before adjustments.
  public var isGrossRevenue: Bool { (4000..<4090).contains(rawValue) }

  /// What gross revenue is reduced by: contra-revenue and bad debt.
  public var isAdjustment: Bool { (4900..<5000).contains(rawValue) || self == .badDebt }
}
