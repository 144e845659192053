import PracticeEvents

/// The arithmetic of a session's units, in words.
public struct UnitsExplanation: Sendable, Hashable {
  /// What each line earns, in the order of the lines.
  public let lines: [String]
  /// What all lines together earn, drop and lose.
  public let sums: [String]

  /// - Parameters:
  ///   - cap: as given to `BillableUnits`.
  public init(
    _ billable: BillableUnits, of lines: [BillableUnits.Line], rule: UnitRule, cap: Int? = nil
  ) {
    self.lines = lines.indices.map { index in
      Self.line(
        lines[index], earned: billable.earned[index], dropped: billable.dropped[index], rule)
    }
    let timed = lines.filter(\.isTimed).reduce(0) { $0 + $1.minutes }
    let earned = zip(lines, billable.earned).filter(\.0.isTimed).reduce(0) { $0 + $1.1 }
    var sums: [String] = []
    switch rule {
    case .amaMidpoint:
      sums.append("each code alone: a unit for every 15 minutes, one more for 8 or more left over")
    case .cmsEightMinute, .unspecified, .UNRECOGNIZED:
      sums.append(
        timed < 8
          ? "\(timed) timed minutes together are fewer than 8: no unit"
          : "\(timed) timed minutes together: (\(timed) + 7) ÷ 15, rounded down, are \(earned)")
    }
    if billable.droppedMinutes > 0 {
      sums.append("minutes that earned no unit: \(billable.droppedMinutes)")
    }
    if billable.isTie {
      let tied = billable.tied.map { "\($0 + 1)" }.joined(separator: ", ")
      sums.append(
        "a unit could as well go to another of the lines \(tied); the clinician may choose")
    }
    let total = billable.earned.reduce(0, +)
    if let cap, total > cap {
      let lost = billable.dropped.enumerated().filter { $0.element > 0 }
        .map { "\($0.element) of line \($0.offset + 1)" }.joined(separator: ", ")
      sums.append("the payer takes \(cap) of \(total) units this day; dropped: \(lost)")
    }
    self.sums = sums
  }

  private static func line(
    _ line: BillableUnits.Line, earned: Int, dropped: Int, _ rule: UnitRule
  ) -> String {
    guard line.isTimed else {
      return "not timed: 1" + (dropped > 0 ? ", dropped for the cap" : "")
    }
    let (full, left) = (line.minutes / 15, line.minutes % 15)
    var text = "\(line.minutes) = \(full) × 15 + \(left)"
    if earned > full {
      text +=
        rule == .amaMidpoint
        ? "; \(left) is past the midpoint" : "; its remainder earns one of the units left"
    } else if earned < full {
      text += "; counted with the code's other lines"
    }
    text += ": \(earned)"
    return dropped > 0 ? text + ", of which \(dropped) dropped for the cap" : text
  }
}
