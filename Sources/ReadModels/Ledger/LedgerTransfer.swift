import PracticeEvents

extension LedgerTransfer {
  /// Debits one account and credits another with the same amount, so that an entry made of transfers
  /// is balanced whatever it holds. An amount below zero goes the other way.
  ///
  /// - Parameters:
  ///   - payer: the payer's stream, for the sides that are kept by payer.
  ///   - charge: the charge that it is about.
  init(
    _ debit: LedgerAccount, _ credit: LedgerAccount, _ cents: Int64, payer: String = "",
    charge: String = ""
  ) {
    self.init()
    let (debit, credit) = cents < 0 ? (credit, debit) : (debit, credit)
    self.debit = debit.rawValue
    self.credit = credit.rawValue
    // The least number has no opposite; it stays below zero, and the sides still agree.
    self.cents = cents < 0 ? 0 &- cents : cents
    if debit.isByPayer { debitPayer = payer }
    if credit.isByPayer { creditPayer = payer }
    self.charge = charge
  }

  /// The same amount back.
  var reversed: LedgerTransfer {
    var back = self
    (back.debit, back.credit) = (credit, debit)
    (back.debitPayer, back.creditPayer) = (creditPayer, debitPayer)
    return back
  }

  /// How the debit balance of an account changes, in cents.
  public func change(of account: LedgerAccount) -> Int64 {
    (debit == account.rawValue ? cents : 0) &- (credit == account.rawValue ? cents : 0)
  }
}

/// What an event means in the books.
enum LedgerPosting {
  case moves([LedgerTransfer])
  /// It belongs to the money and moves none; why.
  case nothing(String)
  /// It is no event of the money.
  case outside
}

extension PaymentMethod {
  /// Where the money is when a patient has paid so; a gift card's was received when it was sold.
  public var account: LedgerAccount {
    switch self {
    case .cash: .tills
    case .check: .checks
    case .card: .cards
    case .hsa, .fsa: .healthAccounts
    case .ach: .bank
    case .giftCard: .giftCards
    case .external: .paymentServices
    case .unspecified, .UNRECOGNIZED: .bank
    }
  }

  /// Where the money is taken from when the clinic pays so: its own checks are drawn on the bank.
  var refundAccount: LedgerAccount { self == .check ? .bank : account }
}

extension DepositSource {
  var account: LedgerAccount {
    switch self {
    case .cash: .tills
    case .checks: .checks
    case .cards: .cards
    case .healthAccounts: .healthAccounts
    case .paymentService: .paymentServices
    case .unspecified, .UNRECOGNIZED: .openingBalances
    }
  }
}

extension WriteOffKind {
  var account: LedgerAccount {
    switch self {
    case .courtesy: .courtesies
    case .badDebt: .badDebt
    case .smallBalance, .timelyFiling: .administrative
    case .charity: .charity
    case .discount: .discounts
    case .unspecified, .UNRECOGNIZED: .administrative
    }
  }
}

extension ProviderAdjustmentSettlement {
  /// Nil while nothing is settled.
  var account: LedgerAccount? {
    switch self {
    case .recoupedClaim: .insurancePayments
    case .carriedForward: .recoupments
    case .incomeOrExpense: .otherPayerIncome
    case .disputed, .unspecified, .UNRECOGNIZED: nil
    }
  }
}

extension RemittanceReceived.ProviderLevelAdjustment {
  /// X12 PLB03-1: L6 is interest; overpayment recovery (WO), balances carried forward (FB),
  /// authorized returns (72), adjustments (CS), applied to earlier (B2) and offsets (OB) move what the
  /// payer wants back.
  var account: LedgerAccount {
    switch code {
    case "L6": .interest
    case "WO", "FB", "72", "CS", "B2", "OB", "AP": .recoupments
    default: .unknownAdjustments
    }
  }
}
