import Projection

/// Every read model there is. A new one is listed here and nowhere else.
public enum ReadModelCatalog {
  public static let all: [any Projector.Type] = [
    ScheduleProjector.self, TreatmentProgressProjector.self, BalancesProjector.self,
    ReadinessProjector.self, RemittancesProjector.self, LedgerProjector.self,
  ]
}
