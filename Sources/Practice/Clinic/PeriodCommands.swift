import PracticeEvents

/// Closes the books of a month.
///
/// Closed months are a run without gaps, so "closed through" is one month and nothing can be dated
/// in or before it. The first month to be closed closes all that came before.
public struct ClosePeriod: Command {
  public static let name = "close-period"
  public static let summary = "Closes the books of a month that has ended."
  public static let help = ["month": "CCYYMM, e.g. 202603"]
  public static let roles: Set<Role> = [.biller]

  public var month: Int

  public init(
    month: Int
  ) {
    self.month = month
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let clinic = try facts.clinic()
    let month = try Month(month)
    guard month < Month(context.today) else {
      throw Refusal(
        rule: "period.notOver", field: "month", problem: "month \(month.number) has not ended",
        remedy: "close it when it is over")
    }
    if let last = clinic.closedThrough.flatMap({ try? Month(Int($0)) }), month != last.next {
      throw Refusal(
        rule: month > last ? "period.order" : "period.closed", field: "month",
        problem: "the books are closed through \(last.number)",
        remedy: "the next month to close is \(last.next.number)")
    }
    var fact = PeriodClosed()
    fact.month = Int32(month.number)
    return Decision([ProposedFact(.site, .periodClosed(fact))])
  }
}

/// Opens the last closed month again.
public struct ReopenPeriod: Command {
  public static let name = "reopen-period"
  public static let summary = "Reopens the last closed month, with a reason."
  public static let help = ["month": "CCYYMM, e.g. 202603"]
  public static let roles: Set<Role> = [.supervisor]

  public var month: Int

  public init(
    month: Int
  ) {
    self.month = month
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    _ = try context.requiredReason()
    let month = try Month(month)
    guard let last = try facts.clinic().closedThrough, Int(last) == month.number else {
      let last = try facts.clinic().closedThrough
      throw Refusal(
        rule: "period.notLast", field: "month",
        problem: last.map { "the last closed month is \($0)" } ?? "no month is closed",
        remedy: "reopen months from the last one back")
    }
    let closing = try facts.history(of: .site).last {
      if case .periodClosed(let fact) = $0.event.fact { fact.month == last } else { false }
    }
    var fact = PeriodReopened()
    fact.month = last
    return Decision([ProposedFact(.site, .periodReopened(fact), corrects: closing?.eventID)])
  }
}

/// A calendar month by its number CCYYMM.
private struct Month: Comparable {
  let number: Int

  init(_ number: Int) throws {
    guard (1900...2200).contains(number / 100), (1...12).contains(number % 100) else {
      throw Refusal(
        rule: "period.month", field: "month", problem: "\(number) is not a month",
        remedy: "write year and month, like 202603")
    }
    self.number = number
  }

  init(_ date: CivilDate) { number = Int(date.compact) / 100 }
  private init(unchecked number: Int) { self.number = number }

  var next: Month { Month(unchecked: number % 100 == 12 ? number + 89 : number + 1) }
  static func < (left: Month, right: Month) -> Bool { left.number < right.number }
}
