import Practice
import PracticeEvents
import Projection
import ReadModels

/// Every report there is. A new one is listed here and nowhere else.
public enum ReportCatalog {
  public static let all: [any Report.Type] = [
    ScheduleDayReport.self, ScheduleAvailabilityReport.self, ScheduleWaitlistReport.self,
    ScheduleUtilizationReport.self, ScheduleNoShowReport.self,
    ScheduleFrequencyAdherenceReport.self, ScheduleIcsReport.self,
    ProgressPatientReport.self, ProgressEpisodeSummaryReport.self, ProgressPlanReport.self,
    ProgressGoalsReport.self, ProgressOutcomesReport.self, ProgressPlateauReport.self,
    ProgressDiscrepanciesReport.self,
    BalancePatientReport.self, BalanceExplainReport.self, ArAgingReport.self,
    ArCreditsReport.self, CashDailyReport.self, CashDepositsReport.self, RevenueReport.self,
    TaxSalesReport.self, LedgerJournalReport.self, LedgerTrialBalanceReport.self,
    LedgerAccountReport.self, PackagesLiabilityReport.self, PlansArrearsReport.self,
    SlidingDiscountsReport.self, GfeVarianceReport.self, TaxPatientYearReport.self,
    LmnMissingReport.self, StatementsIssuedReport.self, DocumentsIssuedReport.self,
    ReadyReport.self, RxExpiringReport.self, AuthExpiringReport.self, VerifyStaleReport.self,
    ReevalDueReport.self, TaperDueReport.self, MaintenanceOnInsuranceReport.self,
    NotesUnsignedReport.self, SessionsUnbilledReport.self,
    LicensesExpiringReport.self, OverridesReport.self,
    ClaimsStatusReport.self, ClaimsUnsubmittedReport.self, ClaimsTimelyFilingReport.self,
    RemitExceptionsReport.self, RemitAdjustmentsReport.self, ClaimsDenialsReport.self,
    DenialsOpenReport.self, AppealsDueReport.self, ClaimExplainReport.self,
    SessionExplainReport.self, AppointmentExplainReport.self, ClearanceExplainReport.self,
    PrescriptionExplainReport.self,
    CoverageExplainReport.self, FrequencyExplainReport.self, PlateauExplainReport.self,
    AuditPatientReport.self, AuditStateReport.self, AuditUserReport.self,
    AuditAmendmentsReport.self, AuditLateReport.self, AuditEditedAfterRequestReport.self,
    AuditAccessReport.self, AuditDisclosuresReport.self,
  ]

  private static let byName: [String: any Report.Type] = Dictionary(
    uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// The report of exactly this name, if there is one.
  public static func report(_ name: String) -> (any Report.Type)? { byName[name] }

  /// - Throws: `ReportError.unknownReport`, which names those there are.
  public static func named(_ name: String) throws -> any Report.Type {
    guard let report = byName[name] else {
      throw ReportError.unknownReport(name, known: all.map { $0.name })
    }
    return report
  }
}

extension Report {
  /// Whether someone of the role may read it.
  public static func isReadable(by role: Role) -> Bool {
    role == .supervisor || role == .auditor || role == .system || roles.contains(role)
  }

  /// Checks the parameters and answers.
  ///
  /// - Parameter given: values as text, by parameter name.
  public static func answer(
    _ given: [String: String], from source: ReportSource
  ) throws
    -> ReportAnswer
  {
    let arguments = try Arguments(given, for: name, parameters, source)
    let body = try run(arguments, source)
    return ReportAnswer(
      name: name, title: title, parameters: arguments.resolved, asOf: source.asOf,
      projectorVersions: ReadModelCatalog.views(behind: projectors).map { ($0.name, $0.version) },
      columns: columns, body: body,
      disclosed: try Disclosure(of: body, columns, arguments, source.facts))
  }
}
