import PracticeEvents

/// Minutes of a session turned into billable units: 15-minute units for timed codes, one unit for
/// each service that is not timed.
///
/// Lines of the same code are pooled, because both rules count a code's minutes of the day; the
/// code's units then go to its lines in the same way.
public struct BillableUnits: Hashable, Sendable {
  /// One line of a session as units see it.
  public struct Line: Hashable, Sendable {
    public let cpt: String
    /// Minutes of direct contact; ignored for a service that is not timed.
    public let minutes: Int
    public let isTimed: Bool

    public init(cpt: String, minutes: Int, isTimed: Bool) {
      self.cpt = cpt
      self.minutes = max(0, minutes)
      self.isTimed = isTimed
    }
  }

  /// Units by line, in the order of the lines.
  public let units: [Int]
  /// Timed minutes beyond 15 for each unit earned, by the pool that the rule rounds: all timed
  /// codes together (CMS), or each code alone (AMA).
  public let droppedMinutes: Int
  /// The last unit could as well have gone to another line; the clinician may choose.
  public let isTie: Bool

  /// - Parameter rule: an unspecified rule counts as the CMS rule.
  public init(_ lines: [Line], rule: UnitRule) {
    let timed = lines.indices.filter { lines[$0].isTimed }
    var codes: [String] = []
    for index in timed where !codes.contains(lines[index].cpt) { codes.append(lines[index].cpt) }
    let linesOfCode = codes.map { code in timed.filter { lines[$0].cpt == code } }
    let minutesOfCode = linesOfCode.map { $0.reduce(0) { $0 + lines[$1].minutes } }

    let byCode: Allocation
    switch rule {
    case .amaMidpoint:
      byCode = Allocation(
        units: minutesOfCode.map(Self.midpointUnits), isTie: false)
      droppedMinutes = zip(minutesOfCode, byCode.units).reduce(0) { $0 + max(0, $1.0 - 15 * $1.1) }
    case .cmsEightMinute, .unspecified, .UNRECOGNIZED:
      let total = minutesOfCode.reduce(0, +)
      let earned = Self.eightMinuteUnits(total)
      byCode = Allocation(of: earned, to: minutesOfCode)
      droppedMinutes = max(0, total - 15 * earned)
    }

    var units = lines.map { $0.isTimed ? 0 : 1 }
    var isTie = byCode.isTie
    for (indices, earned) in zip(linesOfCode, byCode.units) {
      let byLine = Allocation(of: earned, to: indices.map { lines[$0].minutes })
      for (index, share) in zip(indices, byLine.units) { units[index] = share }
      isTie = isTie || byLine.isTie
    }
    self.units = units
    self.isTie = isTie
  }

  /// Units of all timed minutes together: none below 8, then one more every 15
  /// (Medicare Claims Processing Manual, chapter 5, section 20.2.C).
  static func eightMinuteUnits(_ minutes: Int) -> Int { minutes < 8 ? 0 : (minutes + 7) / 15 }

  /// Units of one code alone: a unit is earned past its midpoint (CPT, time).
  static func midpointUnits(_ minutes: Int) -> Int { minutes / 15 + (minutes % 15 >= 8 ? 1 : 0) }

  /// Units shared out: whole quarter hours first, then one each to the largest remainders; of equal
  /// remainders the one with more minutes, then the one recorded first.
  private struct Allocation {
    let units: [Int]
    let isTie: Bool

    init(units: [Int], isTie: Bool) {
      self.units = units
      self.isTie = isTie
    }

    init(of earned: Int, to minutes: [Int]) {
      var units = minutes.map { $0 / 15 }
      let left = min(max(0, earned - units.reduce(0, +)), minutes.count)
      let order = minutes.indices.sorted { a, b in
        (minutes[b] % 15, minutes[b], a) < (minutes[a] % 15, minutes[a], b)
      }
      for index in order.prefix(left) { units[index] += 1 }
      self.units = units
      isTie =
        left > 0 && left < order.count
        && minutes[order[left - 1]] % 15 == minutes[order[left]] % 15
    }
  }
}

extension [SessionService] {
  /// Units of all services together under a payer's rule; a code that is not known earns none by
  /// time.
  func units(rule: UnitRule) -> Int {
    BillableUnits(
      map {
        BillableUnits.Line(
          cpt: $0.cpt.description, minutes: $0.minutes,
          isTimed: ProcedureFacts.of($0.cpt)?.isTimed ?? false)
      }, rule: rule
    ).units.reduce(0, +)
  }
}

extension UnitsDetermined {
  /// What a session's services earn under a payer's rule.
  init(session: String, services: [SessionDelivered.Service], rule: UnitRule) {
    let billable = BillableUnits(
      services.map {
        BillableUnits.Line(cpt: $0.cpt, minutes: Int($0.minutes), isTimed: $0.timed)
      }, rule: rule)
    self.init()
    self.session = session
    self.rule = rule == .amaMidpoint ? .amaMidpoint : .cmsEightMinute
    lines = zip(services, billable.units).map { service, units in
      var line = Line()
      line.line = service.line
      line.cpt = service.cpt
      line.minutes = service.minutes
      line.units = Int32(clamping: units)
      return line
    }
    droppedMinutes = Int32(clamping: billable.droppedMinutes)
    tie = billable.isTie
  }
}
