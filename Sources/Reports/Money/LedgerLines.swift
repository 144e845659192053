import Practice
import PracticeEvents
import ReadModels

/// One line of a journal entry: an account, and what the entry changes it by.
struct LedgerLine {
  var account: LedgerAccount
  /// The payer's stream; empty where the account is not kept by payer.
  var payer: String
  var charge: String
  /// Debit above zero, credit below.
  var cents: Int64

  var debit: Cell { cents > 0 ? .cents(cents) : .none }
  var credit: Cell { cents < 0 ? .cents(0 &- cents) : .none }
}

extension LedgerEntry {
  /// The entry's lines, debits first; they add up to zero. What an entry takes from an account and
  /// gives back to it for one charge is one line, or none.
  var lines: [LedgerLine] {
    var lines: [LedgerLine] = []
    func add(_ number: Int32, _ payer: String, _ charge: String, _ cents: Int64) {
      guard let account = LedgerAccount(rawValue: number) else { return }
      if let index = lines.firstIndex(where: {
        $0.account == account && $0.payer == payer && $0.charge == charge
      }) {
        lines[index].cents &+= cents
      } else {
        lines.append(LedgerLine(account: account, payer: payer, charge: charge, cents: cents))
      }
    }
    for transfer in transfers {
      add(transfer.debit, transfer.debitPayer, transfer.charge, transfer.cents)
      add(transfer.credit, transfer.creditPayer, transfer.charge, 0 &- transfer.cents)
    }
    let moving = lines.filter { $0.cents != 0 }
    return moving.filter { $0.cents > 0 } + moving.filter { $0.cents < 0 }
  }

  /// The name of the event's kind.
  var kindName: String { "\(PracticeEvent.Kind(rawValue: UInt16(clamping: kind)))" }
}

extension LedgerAccount {
  /// The account with this number.
  ///
  /// - Throws: `ReportError.notFound`, which names those there are.
  static func numbered(_ number: Int, parameter: String) throws -> LedgerAccount {
    guard let account = Int32(exactly: number).flatMap(LedgerAccount.init(rawValue:)) else {
      let known = allCases.map { "\($0.rawValue) \($0.name)" }.joined(separator: ", ")
      throw ReportError.notFound(
        parameter: parameter, problem: "there is no account \(number); there are \(known)")
    }
    return account
  }

  /// E.g. `1020 Bank`.
  var label: String { "\(rawValue) \(name)" }
}

extension ReportSource {
  public func ledger() throws -> LedgerQueries {
    LedgerQueries(try views.rows(of: LedgerProjector.self))
  }
}
