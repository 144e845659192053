extension DefaultRules {
  /// Whose prescription exempts massage from New Jersey's sales tax: 1 it does, 2 somebody should
  /// look, since the regulation names doctors only. The credential stands in small letters.
  static let salesTax = [
    Rule("prescriber-md", 1, "N.J.A.C. 18:24-33.4"),
    Rule("prescriber-do", 1, "N.J.A.C. 18:24-33.4"),
    Rule("prescriber-dc", 1, "N.J.A.C. 18:24-33.4"),
    Rule("prescriber-dpm", 1, "N.J.A.C. 18:24-33.4"),
    Rule("prescriber-psyd", 1, "N.J.A.C. 18:24-33.4"),
    Rule("prescriber-dds", 1, "N.J.A.C. 18:24-33.4"),
    Rule("prescriber-dmd", 1, "N.J.A.C. 18:24-33.4"),
    Rule("prescriber-np", 2, "not among the examples of N.J.A.C. 18:24-33.4"),
    Rule("prescriber-pa", 2, "not among the examples of N.J.A.C. 18:24-33.4"),
  ]

  /// Personal injury protection by New Jersey's usual policy.
  static let autoPIP = [
    Rule("deductible-cents", 25_000, "N.J.S.A. 39:6A-4.3(a); the policy may say more"),
    Rule("coinsurance-rate", 20_000, "N.J.A.C. 11:3-4.4(a): 20 % from 250 to 5,000"),
    Rule("coinsurance-through-cents", 500_000, "N.J.A.C. 11:3-4.4(a): 20 % from 250 to 5,000"),
  ]

  /// Days that are no business days though they are from Monday to Friday.
  static let holidays = [
    "2025-01-01", "2025-01-20", "2025-02-17", "2025-05-26", "2025-06-19", "2025-07-04",
    "2025-09-01", "2025-10-13", "2025-11-11", "2025-11-27", "2025-12-25",
    "2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-07-03",
    "2026-09-07", "2026-10-12", "2026-11-11", "2026-11-26", "2026-12-25",
    "2027-01-01", "2027-01-18", "2027-02-15", "2027-05-31", "2027-06-18", "2027-07-05",
    "2027-09-06", "2027-10-11", "2027-11-11", "2027-11-25", "2027-12-24", "2027-12-31",
  ].map { Rule($0, 1, "federal holiday, 5 U.S.C. 6103") }
}
