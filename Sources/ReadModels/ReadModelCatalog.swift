import Projection

/// Every read model there is. A new one is listed here and nowhere else.
public enum ReadModelCatalog {
  public static let all: [any Projector.Type] = [
    ScheduleProjector.self, TreatmentProgressProjector.self, BalancesProjector.self,
    ReadinessProjector.self, RemittancesProjector.self, LedgerProjector.self,
  ]

  /// All views that readers of these read: whoever asks for readiness reads care and accounts too.
  public static func views(
    behind projectors: [any Projector.Type]
  ) -> [any Projector.Type] {
    guard projectors.contains(where: { $0 == ReadinessProjector.self }) else { return projectors }
    let known = Set(projectors.map { $0.name })
    return projectors + ReadinessQueries.projectors.filter { !known.contains($0.name) }
  }
}
