/// A plot as a small picture of characters: `●` a score, `▒` where the change from the baseline is
/// important to patients (MCID), `┄` the baseline, `═` the goal, `┴` where a phase begins.
struct PlotRenderer {
  let width: Int
  /// A line for each tenth of the axis.
  let height = 11

  func lines(_ plot: Plot) -> [String] {
    guard let first = plot.points.first, let last = plot.points.last else {
      return [plot.title, "(no scores)"]
    }
    let axis = plot.axis.range
    let labels = (0..<height).map { Cell.decimal(hundredths: value(ofRow: $0, axis)) }
    let margin = labels.map(\.count).max() ?? 0
    let columns = max(10, width - margin - 2)
    let days = max(1, first.on.days(until: last.on))
    var grid = (0..<height).map { row in
      Array(repeating: isImportant(row, axis, plot) ? Character("▒") : " ", count: columns)
    }
    for (value, sign) in [(plot.baseline, Character("┄")), (plot.goal?.hundredths, "═")] {
      guard let value else { continue }
      grid[row(of: value, axis)] = Array(repeating: sign, count: columns)
    }
    for point in plot.points {
      let column = first.on.days(until: point.on) * (columns - 1) / days
      grid[row(of: point.hundredths, axis)][column] = "●"
    }
    let rows = grid.indices.map { row in
      let label = row % 2 == 0 || row == height - 1 ? labels[row] : ""
      return String(repeating: " ", count: margin - label.count) + label + " │" + String(grid[row])
    }
    let indent = String(repeating: " ", count: margin)
    let (start, end) = (first.on.description, last.on.description)
    let gap = max(1, columns - start.count - end.count)
    var foot = [Character](repeating: "─", count: columns)
    var phases = ""
    for phase in plot.phases where phase.from <= last.on {
      let column = max(0, first.on.days(until: phase.from)) * (columns - 1) / days
      foot[column] = "┴"
      // A label that would run into the one before it stays away; the mark is there.
      guard phases.isEmpty || phases.count < column else { continue }
      guard column + phase.label.count <= columns else { continue }
      phases = phases.padding(to: column) + phase.label
    }
    let dates =
      start + String(repeating: " ", count: gap) + (plot.points.count > 1 ? end : "")
    return [plot.title] + rows + ["\(indent) └\(String(foot))", "\(indent)  \(dates)"]
      + (phases.isEmpty ? [] : ["\(indent)  \(phases)"]) + legend(plot)
  }

  private func legend(_ plot: Plot) -> [String] {
    var lines: [String] = []
    let levels = [
      plot.baseline.map { "┄ baseline \(plot.text($0))" },
      plot.goal.map { goal in
        "═ goal \(plot.text(goal.hundredths))" + (goal.due.map { " by \($0)" } ?? "")
      },
    ].compactMap { $0 }
    if !levels.isEmpty { lines.append(levels.joined(separator: "   ")) }
    if let important = plot.importantAt {
      lines += TableRenderer.wrap(
        "▒ important change (MCID) is \(plot.lowerIsBetter ? "at or below" : "at or above") "
          + "\(plot.text(important)); \(plot.lowerIsBetter ? "lower" : "higher") is better"
          + (plot.importantSource.isEmpty ? "" : " (\(plot.importantSource))"), to: width)
    }
    return lines
  }

  private func value(ofRow row: Int, _ axis: ClosedRange<Int>) -> Int {
    axis.upperBound - (axis.upperBound - axis.lowerBound) * row / (height - 1)
  }

  private func row(of hundredths: Int, _ axis: ClosedRange<Int>) -> Int {
    let span = max(1, axis.upperBound - axis.lowerBound)
    let clamped = min(max(hundredths, axis.lowerBound), axis.upperBound)
    return ((axis.upperBound - clamped) * (height - 1) + span / 2) / span
  }

  private func isImportant(_ row: Int, _ axis: ClosedRange<Int>, _ plot: Plot) -> Bool {
    guard let threshold = plot.importantAt else { return false }
    let value = value(ofRow: row, axis)
    return plot.lowerIsBetter ? value <= threshold : value >= threshold
  }
}

extension String {
  fileprivate func padding(to count: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, count - self.count))
  }
}
