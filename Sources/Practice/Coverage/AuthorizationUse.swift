import PracticeEvents

extension CoverageState {
  /// The authorization that a visit uses: approved for the coverage and the date, for every code
  /// planned when it names codes, with a visit and the visit's units left; of several the one that
  /// ends first.
  ///
  /// - Parameters:
  ///   - units: what the visit needs; 0, when nobody knows, asks for one.
  ///   - sessions: sessions that do not count, e.g. the visit's own.
  public func usableAuthorization(
    of coverage: String, on date: CivilDate, cpt: [ProcedureCode] = [], units: Int = 0,
    excluding sessions: Set<String> = []
  ) -> Authorization? {
    authorizations.values.filter {
      $0.approved.coverage == coverage && $0.holds(on: date) && $0.covers(cpt)
        && $0.visitsLeft(excluding: sessions) != 0
        && $0.unitsLeft(excluding: sessions) ?? .max >= max(1, units)
    }.min {
      ($0.approved.throughDateOn, $0.approved.authorization)
        < ($1.approved.throughDateOn, $1.approved.authorization)
    }
  }
}

extension CoverageState.Authorization {
  public func holds(on date: CivilDate) -> Bool {
    hasApproved && !denied && approved.fromDateOn <= date.compact
      && date.compact <= approved.throughDateOn
  }

  /// Whether every code is authorized. An authorization without codes is for any.
  public func covers(_ cpt: [ProcedureCode]) -> Bool {
    approved.cpt.isEmpty || cpt.allSatisfy { approved.cpt.contains($0.description) }
  }

  /// Nil when visits are not counted.
  public func visitsLeft(excluding sessions: Set<String> = []) -> Int? {
    guard approved.visits > 0 else { return nil }
    return max(0, Int(approved.visits) - unitsBySession.keys.count { !sessions.contains($0) })
  }

  /// Nil when units are not counted.
  public func unitsLeft(excluding sessions: Set<String> = []) -> Int? {
    guard approved.units > 0 else { return nil }
    let used = unitsBySession.reduce(0) { sessions.contains($1.key) ? $0 : $0 + Int($1.value) }
    return max(0, Int(approved.units) - used)
  }
}

extension CoverageState.Authorization {
  /// Whether the visits or units used through a session, in order of time, are more than approved.
  func isExceeded(by session: CareState.Session, among care: CareState) -> Bool {
    func order(_ session: CareState.Session) -> (Int32, Int64, String) {
      let delivered = session.delivered
      return (delivered.deliveredOn, delivered.startedAt.seconds, delivered.session)
    }
    let through = unitsBySession.filter { id, _ in
      care.sessions[id].map { order($0) <= order(session) } ?? false
    }
    let units = through.values.reduce(0) { $0 + Int($1) }
    return approved.units > 0 && units > Int(approved.units)
      || approved.visits > 0 && through.count > Int(approved.visits)
  }
}
