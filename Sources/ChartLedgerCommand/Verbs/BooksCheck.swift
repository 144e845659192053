import Backend
import Practice
import Reports

/// `chartledger doctor --books`: six sums, each by two ways.
struct BooksCheck {
  let backend: Backend

  func checks() throws -> [HealthCheck] {
    let bar = ProgressBar()
    defer { bar.finish() }
    let sums = try backend.crossFoot { bar.show($0.phase, done: $0.done, total: $0.total) }
    return sums.map(check) + [try replay(bar)]
  }

  private func check(_ sum: CrossFootSum) -> HealthCheck {
    let (left, right) = (text(sum.left, sum.unit), text(sum.right, sum.unit))
    guard !sum.agrees else {
      return HealthCheck(name: sum.name, result: .ok, detail: "\(left) = \(right)")
    }
    return HealthCheck(
      name: sum.name, result: .wrong,
      detail: "\(left) ≠ \(right), difference \(text(sum.difference, sum.unit)); differing: "
        + sum.differences.joined(separator: ", "),
      remedy: "run chartledger view rebuild; if it stays, chartledger log verify, and report it")
  }

  private func text(_ side: CrossFootSum.Side, _ unit: CrossFootSum.Unit) -> String {
    "\(side.what) \(text(side.value, unit))"
  }
  private func text(_ value: Int64, _ unit: CrossFootSum.Unit) -> String {
    unit == .cents ? Money(cents: value).grouped : String(value)
  }

  /// A replay from the beginning gives the rows that the views hold.
  private func replay(_ bar: ProgressBar) throws -> HealthCheck {
    let difference = try backend.views.verify {
      bar.show($0.phase, done: $0.done, total: $0.total)
    }
    return HealthCheck(
      name: "replay", result: difference == nil ? .ok : .wrong,
      detail: difference.map { "\($0)" } ?? "a replay of the log gives the rows of every view",
      remedy: difference == nil ? "" : "run chartledger view rebuild")
  }
}
