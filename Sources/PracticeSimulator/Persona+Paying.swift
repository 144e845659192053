import Practice

extension Persona {
  /// How a patient pays when insurance does not cover the care.
  enum Way: Sendable {
    /// Out of pocket, with a package of ten.
    case package
    /// From a health savings account, with a letter of medical necessity.
    case healthAccount
    /// By income, the rest in instalments.
    case slidingScale
    /// Out of pocket, with a statement for the tax return.
    case taxStatement
    /// Out of pocket, with superbills for the insurer.
    case superbill

    var route: RouteChoice {
      switch self {
      case .package: .outOfPocket
      case .healthAccount: .hsaFsa
      case .slidingScale: .slidingOrPlan
      case .taxStatement: .taxStatement
      case .superbill: .patientReimbursement
      }
    }

    /// What the others pay with.
    var method: PaymentMethodChoice { self == .healthAccount ? .hsa : .card }
  }

  /// One patient for each way to pay.
  static func paying(_ firstDay: CivilDate, _ lastDay: CivilDate) throws -> [Persona] {
    // Three weeks of the year before, so that there is a payment in it, as far as the history goes;
    // a week before that the papers are made.
    let sinceNewYear = lastDay.startOfYear.days(until: lastDay)
    let twoYears = min(max(355, sinceNewYear + 21), firstDay.days(until: lastDay) - 8)
    return [
      try paying("DEMO-PACKAGE", "Noor", "Haddad", "1979-02-11", .package, visits: 8),
      try paying("DEMO-HSA", "Peter", "Lindqvist", "1983-09-30", .healthAccount, visits: 6),
      try paying("DEMO-SLIDING", "Rosa", "Jimenez", "1992-05-08", .slidingScale, visits: 7),
      try paying(
        "DEMO-TAX", "Howard", "Ellis", "1958-12-19", .taxStatement, visits: 14,
        beginsBefore: twoYears),
      try paying("DEMO-SUPERBILL", "Grace", "Kim", "1990-03-27", .superbill, visits: 8),
    ]
  }

  /// Chronic low back pain, seen every other week; for a tax statement over two calendar years.
  private static func paying(
    _ mrn: String, _ given: String, _ family: String, _ bornOn: String, _ way: Way, visits: Int,
    beginsBefore: Int = 150
  ) throws -> Persona {
    let gap = way == .taxStatement ? (beginsBefore - 10) / visits : 14
    return Persona(
      mrn: mrn, given: given, family: family, bornOn: try CivilDate(bornOn),
      isFemale: ["Noor", "Rosa", "Grace"].contains(given), payer: nil,
      complaint: Complaint.chronic[1], beginsBefore: beginsBefore,
      goal: ("Sit and drive an hour: ODI at most 20 %", "20", 150),
      activity: "Sit through a working day", phases: [(.chronic, "0.5", "1", 26)],
      visits: (0..<visits).map { number in
        let pain = max(2, 7 - number)
        return Visit(
          day: number * gap, painBefore: pain, painAfter: pain - 1,
          items: number % 3 == 0 ? Array(repeating: number < 3 ? 2 : 1, count: 10) : nil,
          degrees: number % 3 == 0 ? 34 + number * 2 : nil,
          recommendation: number > 0 && number % 3 == 0 ? .continue : nil,
          note: "Sits longer than last time.")
      }, ending: .ongoing, outcome: "", way: way)
  }
}
