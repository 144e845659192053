/// A series as a small picture of characters: `●` a score, `▒` where the change from the first
/// score is important to patients (MCID).
struct PlotRenderer {
  let width: Int
  /// A line for each tenth of the scale.
  let height = 11

  func lines(_ plot: Plot) -> [String] {
    let points = plot.points.sorted { $0.on < $1.on }
    guard let first = points.first, let last = points.last else {
      return [plot.title, "(no scores)"]
    }
    let labels = (0..<height).map { Cell.decimal(hundredths: value(ofRow: $0, plot)) }
    let margin = labels.map(\.count).max() ?? 0
    let columns = max(10, width - margin - 2)
    var grid = (0..<height).map { row in
      Array(repeating: isImportant(row, plot) ? Character("▒") : " ", count: columns)
    }
    let days = max(1, first.on.days(until: last.on))
    for point in points {
      let column = first.on.days(until: point.on) * (columns - 1) / days
      grid[row(of: point.hundredths, plot)][column] = "●"
    }
    let axis = grid.indices.map { row in
      let label = row % 2 == 0 || row == height - 1 ? labels[row] : ""
      return String(repeating: " ", count: margin - label.count) + label + " │" + String(grid[row])
    }
    let (start, end) = (first.on.description, last.on.description)
    let gap = max(1, columns - start.count - end.count)
    let foot = [
      String(repeating: " ", count: margin + 1) + "└" + String(repeating: "─", count: columns),
      String(repeating: " ", count: margin + 2) + start + String(repeating: " ", count: gap)
        + (points.count > 1 ? end : ""),
    ]
    let legend = plot.importantAt.map {
      "▒ important change (MCID) is \(plot.lowerIsBetter ? "at or below" : "at or above") "
        + "\(Cell.decimal(hundredths: $0)); \(plot.lowerIsBetter ? "lower" : "higher") is better"
    }
    return [plot.title] + axis + foot + (legend.map { [$0] } ?? [])
  }

  private func value(ofRow row: Int, _ plot: Plot) -> Int {
    let span = plot.range.upperBound - plot.range.lowerBound
    return plot.range.upperBound - span * row / (height - 1)
  }

  private func row(of hundredths: Int, _ plot: Plot) -> Int {
    let span = max(1, plot.range.upperBound - plot.range.lowerBound)
    let clamped = min(max(hundredths, plot.range.lowerBound), plot.range.upperBound)
    return ((plot.range.upperBound - clamped) * (height - 1) + span / 2) / span
  }

  private func isImportant(_ row: Int, _ plot: Plot) -> Bool {
    guard let threshold = plot.importantAt else { return false }
    let value = value(ofRow: row, plot)
    return plot.lowerIsBetter ? value <= threshold : value >= threshold
  }
}
