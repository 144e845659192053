/// The numbers a new clinic starts with. `establish-clinic` publishes them as facts, so that a later
/// program with other defaults changes nothing for a clinic that exists.
public enum DefaultRules {
  public struct Rule: Sendable {
    public let key: String
    public let value: Int
    /// The regulation or habit that the number comes from.
    public let source: String
  }

  public struct Table: Sendable {
    public let name: String
    public let rules: [Rule]
    /// Whether other keys may be published: codes, and pairs of them.
    public var isOpen = false
  }

  /// The bundled number: days, hours, minutes, visits, units, cents or parts per 100 000, as the
  /// key's last word says; nil for a rule that the program does not know.
  public static func value(_ table: String, _ key: String) -> Int? {
    self.table(table)?.rules.first { $0.key == key }?.value
  }

  public static func table(_ name: String) -> Table? { all.first { $0.name == name } }

  public static let all = [
    Table(name: "clearance", rules: clearance), Table(name: "records", rules: records),
    Table(name: "prescription", rules: prescription), Table(name: "scheduling", rules: scheduling),
    Table(name: "billing", rules: billing), Table(name: "sliding-scale", rules: slidingScale),
    Table(name: "frequency", rules: frequency), Table(name: "outcomes", rules: outcomes),
    Table(name: "ncci", rules: ncci, isOpen: true),
    Table(name: "massage-codes", rules: massageCodes, isOpen: true),
    Table(name: "sales-tax", rules: salesTax, isOpen: true),
    Table(name: "auto-pip", rules: autoPIP), Table(name: "holidays", rules: holidays, isOpen: true),
  ]

  /// What the ready-to-treat gate weighs.
  private static let clearance = [
    Rule("verification-max-age-days", 31, "payers state benefits for the month of the call"),
    Rule("verification-same-month", 1, "eligibility ends with the month; 1 asks anew each month"),
    Rule("reevaluate-every-visits", 6, "progress report after 6 visits or a month (WA L&I)"),
    Rule("reevaluate-every-days", 30, "progress report after 6 visits or a month (WA L&I)"),
    Rule("maintenance-reevaluate-every-visits", 0, "by days alone; 0 counts no visits"),
    Rule("maintenance-reevaluate-every-days", 92, "clinic's choice: upkeep, once a quarter"),
    Rule("stress-reevaluate-every-visits", 0, "no treatment of a condition: 0 counts nothing"),
    Rule("stress-reevaluate-every-days", 0, "no treatment of a condition: 0 counts nothing"),
    Rule("acute-max-visits-per-week", 3, "acute conditions: 2 to 3 visits a week at first"),
    Rule("prescription-warning-days", 7, "time to ask the doctor for a renewal"),
    Rule("prescription-warning-visits", 2, "time to ask the doctor for a renewal"),
    Rule("authorization-warning-days", 7, "time to ask the payer for more"),
    Rule("authorization-warning-visits", 2, "time to ask the payer for more"),
    Rule("authorization-warning-units", 10, "two or three visits of 4 units"),
    Rule("balance-warning-cents", 10_000, "clinic's choice"),
  ]

  /// How records are kept.
  private static let records = [
    Rule("backdating-days", 7, "contemporaneous entries, N.J.A.C. 13:37A-5.2"),
    Rule("note-signing-hours", 72, "contemporaneous entries, N.J.A.C. 13:37A-5.2"),
    Rule("late-entry-hours", 24, "clinic's choice; contemporaneous entries, N.J.A.C. 13:37A-5.2"),
    Rule("records-request-days", 30, "45 CFR 164.524(b)(2), N.J.A.C. 13:37A-5.3(a)"),
    Rule("amendment-request-days", 60, "45 CFR 164.526(b)(2)"),
    Rule(
      "disclosure-accounting-years", 6, "the six years before the request, 45 CFR 164.528(a)(1)"),
    Rule("retention-years", 7, "seven years from the most recent entry, N.J.A.C. 13:37A-5.2"),
  ]

  /// How long a prescription holds when it does not say.
  private static let prescription = [
    Rule("default-days", 90, "clinic's choice"),
    Rule("max-days", 365, "a year at most unless the payer says less"),
  ]

  private static let scheduling = [
    Rule("late-cancel-notice-minutes", 1_440, "24 hours' notice"),
    Rule("no-show-grace-minutes", 15, "clinic's choice"),
    Rule("no-show-fee-cents", 5_000, "clinic's choice; charged to the patient, never to a payer"),
    Rule("late-cancel-fee-cents", 5_000, "clinic's choice; charged to the patient"),
    Rule("late-reschedule-fee-cents", 0, "clinic's choice; 0 charges nothing for a late move"),
    Rule("first-miss-is-free", 0, "clinic's choice; 1 lets a patient's first miss pass"),
    Rule("turnover-minutes", 10, "clinic's choice; the room's"),
    Rule("practitioner-turnover-minutes", 10, "clinic's choice"),
  ]

  private static let billing = [
    Rule(
      "sales-tax-rate", 6_625, "6.625 % since 2018, N.J.S.A. 54:32B-3; massage: (b)(9); unverified"),
    Rule("good-faith-estimate-tolerance-cents", 40_000, "45 CFR 149.620, patient-provider dispute"),
    Rule("good-faith-estimate-dispute-days", 120, "45 CFR 149.620(c)(1): 120 calendar days"),
    Rule("statement-due-days", 30, "clinic's choice"),
    Rule("good-faith-estimate-max-days", 365, "45 CFR 149.610: recurring services, 12 months"),
    Rule("instalment-grace-days", 5, "clinic's choice"),
    Rule("plan-default-misses", 2, "clinic's choice"),
    Rule(
      "package-breakage-allowed", 0,
      "1 where unclaimed-property law lets the clinic keep the money, e.g. N.J.S.A. 46:30B"),
    Rule("appeal-days", 180, "time for a first appeal, 29 CFR 2560.503-1(h)(3)(i)"),
    Rule("appeal-decision-days", 60, "decision on a post-service appeal, 29 CFR 2560.503-1(i)(2)"),
  ]

  /// Pairs of procedures that payers bundle, column 1 before column 2, with CMS's modifier indicator:
  /// 0 no modifier resolves it, 1 one does, 9 no edit.
  private static let ncci = [
    Rule(
      "97140-97124", 1,
      "NCCI procedure-to-procedure; direction unverified: check CMS's quarterly file")
  ]

  /// Codes that a massage therapist may bill: 0 never, 1 where the payer lists it, 2 as a rule. A code
  /// that is not here goes by `ProcedureFacts`.
  private static let massageCodes = [
    Rule("97124", 2, "massage"), Rule("97140", 2, "manual therapy"),
    Rule("97010", 2, "hot or cold pack; many payers bundle it"),
    Rule("97112", 1, "not neuromuscular therapy, which is 97140"),
  ]

  /// Discounts on self-pay fees by income in percent of the poverty guideline, at most nine tiers;
  /// discounts are parts per 100,000.
  private static let slidingScale = [
    Rule(
      "guideline-first-person-cents", 1_565_000,
      "HHS 2025, 90 FR 5917; 91 FR 1797 replaced it on 2026-01-13: publish each year's"),
    Rule(
      "guideline-further-person-cents", 550_000,
      "HHS 2025, 90 FR 5917; 91 FR 1797 replaced it on 2026-01-13: publish each year's"),
    Rule("tier-1-percent", 100, "clinic's choice"),
    Rule("tier-1-discount-rate", 60_000, "clinic's choice"),
    Rule("tier-2-percent", 150, "clinic's choice"),
    Rule("tier-2-discount-rate", 40_000, "clinic's choice"),
    Rule("tier-3-percent", 200, "clinic's choice"),
    Rule("tier-3-discount-rate", 20_000, "clinic's choice"),
  ]
}

extension DefaultRules.Rule {
  init(_ key: String, _ value: Int, _ source: String) {
    self.init(key: key, value: value, source: source)
  }
}
