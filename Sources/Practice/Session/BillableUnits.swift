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

  /// Units by line that the minutes earn, in the order of the lines.
  public let earned: [Int]
  /// Units by line that are billed: those earned, less what is over the payer's cap.
  public let units: [Int]
  /// Timed minutes beyond 15 for each unit earned, by the pool that the rule rounds: all timed
  /// codes together (CMS), or each code alone (AMA).
  public let droppedMinutes: Int
  /// Indices of the lines that could as well have the last unit; the clinician may choose among
  /// them. Empty when the minutes decide.
  public let tied: [Int]

  /// The last unit could as well have gone to another line.
  public var isTie: Bool { !tied.isEmpty }
  /// Units by line that the cap takes away.
  public var dropped: [Int] { zip(earned, units).map { $0 - $1 } }

  /// - Parameters:
  ///   - rule: an unspecified rule counts as the CMS rule.
  ///   - cap: the most units that may be billed; nil is no limit. What is not timed is dropped
  ///     first, then the units that rest on the fewest minutes, of equals the last recorded.
  ///   - preferred: indices of the lines that get a tied unit, best first.
  public init(
    _ lines: [Line], rule: UnitRule, cap: Int? = nil, preferring preferred: [Int] = []
  ) {
    let timed = lines.indices.filter { lines[$0].isTimed }
    var codes: [String] = []
    for index in timed where !codes.contains(lines[index].cpt) { codes.append(lines[index].cpt) }
    let linesOfCode = codes.map { code in timed.filter { lines[$0].cpt == code } }
    let minutesOfCode = linesOfCode.map { $0.reduce(0) { $0 + lines[$1].minutes } }
    func rank(_ indices: [Int]) -> Int {
      preferred.firstIndex { indices.contains($0) } ?? preferred.count
    }

    let byCode: Allocation
    switch rule {
    case .amaMidpoint:
      byCode = Allocation(units: minutesOfCode.map(Self.midpointUnits), tied: [])
      droppedMinutes = zip(minutesOfCode, byCode.units).reduce(0) { $0 + max(0, $1.0 - 15 * $1.1) }
    case .cmsEightMinute, .unspecified, .UNRECOGNIZED:
      let total = minutesOfCode.reduce(0, +)
      let earned = Self.eightMinuteUnits(total)
      byCode = Allocation(of: earned, to: minutesOfCode, ranks: linesOfCode.map(rank))
      droppedMinutes = max(0, total - 15 * earned)
    }

    var units = lines.map { $0.isTimed ? 0 : 1 }
    var tied = Set(byCode.tied.flatMap { linesOfCode[$0] })
    for (indices, earned) in zip(linesOfCode, byCode.units) {
      let byLine = Allocation(
        of: earned, to: indices.map { lines[$0].minutes }, ranks: indices.map { rank([$0]) })
      for (index, share) in zip(indices, byLine.units) { units[index] = share }
      tied.formUnion(byLine.tied.map { indices[$0] })
    }
    earned = units
    self.tied = tied.sorted()
    self.units = Self.capped(units, lines, at: cap)
  }

  private static func capped(_ earned: [Int], _ lines: [Line], at cap: Int?) -> [Int] {
    guard let cap else { return earned }
    var units = earned
    var excess = earned.reduce(0, +) - max(0, cap)
    while excess > 0 {
      /// Minutes that the last unit of a line rests on.
      func basis(_ index: Int) -> Int {
        lines[index].isTimed ? min(15, lines[index].minutes - 15 * (units[index] - 1)) : -15
      }
      let weakest = units.indices.filter { units[$0] > 0 }
        .min { (basis($0), -$0) < (basis($1), -$1) }
      guard let weakest else { break }
      units[weakest] -= 1
      excess -= 1
    }
    return units
  }

  /// Units of all timed minutes together: none below 8, then one more every 15
  /// (Medicare Claims Processing Manual, chapter 5, section 20.2.C).
  static func eightMinuteUnits(_ minutes: Int) -> Int { minutes < 8 ? 0 : (minutes + 7) / 15 }

  /// Units of one code alone: a unit is earned past its midpoint (CPT, time).
  static func midpointUnits(_ minutes: Int) -> Int { minutes / 15 + (minutes % 15 >= 8 ? 1 : 0) }

  /// Units shared out: whole quarter hours first, then one each to the largest remainders; of equal
  /// remainders the one preferred, then the one with more minutes, then the one recorded first.
  private struct Allocation {
    let units: [Int]
    /// Those with the remainder of the last unit, when not all of them got one.
    let tied: [Int]

    init(units: [Int], tied: [Int]) {
      self.units = units
      self.tied = tied
    }

    init(of earned: Int, to minutes: [Int], ranks: [Int]) {
      var units = minutes.map { $0 / 15 }
      let left = min(max(0, earned - units.reduce(0, +)), minutes.count)
      let order = minutes.indices.sorted { a, b in
        (minutes[b] % 15, ranks[a], minutes[b], a) < (minutes[a] % 15, ranks[b], minutes[a], b)
      }
      for index in order.prefix(left) { units[index] += 1 }
      self.units = units
      guard left > 0, left < order.count,
        minutes[order[left - 1]] % 15 == minutes[order[left]] % 15
      else {
        tied = []
        return
      }
      let remainder = minutes[order[left]] % 15
      tied = minutes.indices.filter { minutes[$0] % 15 == remainder }
    }
  }
}

extension UnitRule {
  /// As people and payers call it.
  public var text: String {
    switch self {
    case .amaMidpoint: "AMA midpoint rule"
    case .cmsEightMinute, .unspecified, .UNRECOGNIZED: "CMS 8-minute rule"
    }
  }

  /// Where it stands.
  public var source: String {
    switch self {
    case .amaMidpoint: "CPT, time: a unit is earned past its midpoint, each code alone"
    case .cmsEightMinute, .unspecified, .UNRECOGNIZED:
      "Medicare Claims Processing Manual, chapter 5, section 20.2.C"
    }
  }
}
