import Practice

/// A plot as SVG 1.1: self-contained, in colours that the colour-blind tell apart (Okabe and Ito),
/// with a dash pattern of its own for each line, so that it reads in grey too.
///
/// Coordinates are whole tenths of a pixel: the same plot gives the same bytes everywhere.
struct SVGPlot {
  private let plot: Plot
  private let subject: String
  private let caption: String
  /// Tells the parts of several pictures on one page apart.
  private let prefix: String

  private static let size = (width: 8_200, height: 4_400)
  private static let area = (left: 620, right: 6_560, top: 1_080, bottom: 3_640)
  private static let (ink, faint) = ("#222222", "#5a5a5a")
  private static let (series, goal) = ("#0072b2", "#b34a00")

  init(_ plot: Plot, subject: String = "", caption: String = "", prefix: String = "plot") {
    self.plot = plot
    self.subject = subject
    self.caption = caption
    self.prefix = prefix
  }

  /// - Throws: `ReportError.noPicture` when the answer has none.
  init(_ answer: ReportAnswer) throws {
    guard let plot = answer.body.plot else { throw ReportError.noPicture(report: answer.name) }
    self.init(
      plot, subject: answer.body.subject ?? "",
      caption: "\(answer.name)\(answer.asOf.map { ", \($0.text)" } ?? "")")
  }

  func render() -> String {
    let (width, height) = (Self.size.width / 10, Self.size.height / 10)
    let heading = subject.isEmpty ? plot.title : "\(subject): \(plot.title)"
    let body = [band, grid, phases, levels, curve, notes].flatMap { $0 }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 \(width) \(height)" \
      width="\(width)" height="\(height)" aria-labelledby="\(prefix)-t \(prefix)-d" \
      font-family="Helvetica, Arial, 'Liberation Sans', sans-serif" font-size="12">
      <title id="\(prefix)-t">\(XMLText.escaped(heading))</title>
      <desc id="\(prefix)-d">\(XMLText.escaped(description))</desc>
      <rect width="\(width)" height="\(height)" fill="#ffffff"/>
      \(text(heading, x: 200, y: 300, size: 16, weight: "bold"))
      \(text(scale, x: 200, y: 500, fill: Self.faint))
      \(body.joined(separator: "\n"))
      </svg>

      """
  }

  private var scale: String {
    "\(plot.lowerIsBetter ? "Lower" : "Higher") is better; the scale runs from "
      + "\(Cell.decimal(hundredths: plot.range.lowerBound)) to \(plot.text(plot.range.upperBound))."
  }

  /// For those who hear it.
  private var description: String {
    plot.points.isEmpty
      ? "No scores."
      : plot.points.map { "\($0.on): \(plot.text($0.hundredths))" }.joined(separator: "; ")
  }

  // MARK: Parts

  private var band: [String] {
    guard let important = plot.importantAt else { return [] }
    let axis = plot.axis.range
    let edge = y(min(max(important, axis.lowerBound), axis.upperBound))
    let (top, bottom) =
      plot.lowerIsBetter ? (edge, Self.area.bottom) : (Self.area.top, edge)
    let place =
      "x=\"\(px(Self.area.left))\" y=\"\(px(top))\" "
      + "width=\"\(px(Self.area.right - Self.area.left))\" height=\"\(px(bottom - top))\""
    return [
      """
      <defs><pattern id="\(prefix)-h" width="7" height="7" patternUnits="userSpaceOnUse" \
      patternTransform="rotate(45)"><path d="M0 0V7" stroke="#7f9fb5" stroke-width="1"/>\
      </pattern></defs>
      """,
      "<rect \(place) fill=\"#e4eff6\"/>",
      "<rect \(place) fill=\"url(#\(prefix)-h)\" opacity=\"0.45\"/>",
      line(Self.area.left, edge, Self.area.right, edge, stroke: "#4f7d99", width: "1"),
    ]
  }

  private var grid: [String] {
    let (axis, step) = plot.axis
    let levels = stride(from: axis.lowerBound, through: axis.upperBound, by: step).flatMap {
      value in
      [
        line(Self.area.left, y(value), Self.area.right, y(value), stroke: "#d4d4d4", width: "0.7"),
        text(
          Cell.decimal(hundredths: value), x: Self.area.left - 90, y: y(value) + 40,
          fill: Self.faint, anchor: "end"),
      ]
    }
    let middle = (Self.area.top + Self.area.bottom) / 2
    let unit =
      "<text transform=\"translate(\(px(180)) \(px(middle))) rotate(-90)\" text-anchor=\"middle\" "
      + "fill=\"\(Self.faint)\">\(XMLText.escaped(plot.unit))</text>"
    let frame =
      line(Self.area.left, Self.area.bottom, Self.area.right, Self.area.bottom, stroke: Self.ink)
      + "\n"
      + line(Self.area.left, Self.area.top, Self.area.left, Self.area.bottom, stroke: Self.ink)
    var dates: [String] = []
    var year: Int?
    for date in ticks {
      let at = x(date)
      dates.append(
        line(at, Self.area.bottom, at, Self.area.bottom + 50, stroke: Self.ink, width: "1"))
      dates.append(
        text(
          "\(date.monthName.prefix(3)) \(date.day)", x: at, y: Self.area.bottom + 190,
          fill: Self.faint, anchor: "middle"))
      if year != date.year {
        dates.append(
          text(
            "\(date.year)", x: at, y: Self.area.bottom + 340, fill: Self.faint, anchor: "middle"))
      }
      year = date.year
    }
    return levels + [unit, frame] + dates
  }

  private var phases: [String] {
    guard let last = plot.points.last?.on, let first = plot.points.first?.on else { return [] }
    var free = [0, 0]
    return plot.phases.filter { $0.from <= last }.flatMap { phase -> [String] in
      let at = x(max(first, phase.from))
      let length = phase.label.count * 60
      let row = at >= free[0] ? 0 : at >= free[1] ? 1 : nil
      let top = Self.area.top - (row == 1 ? 200 : 50)
      let mark = line(
        at, top - 90, at, Self.area.bottom, stroke: "#777777", width: "1", dash: "1 3")
      guard let row else { return [mark] }
      free[row] = at + length + 120
      return [
        mark, text(phase.label, x: at + 40, y: top, size: 11, fill: Self.ink),
      ]
    }
  }

  /// Baseline, goal and threshold, each with its name at the right; names are moved apart.
  private var levels: [String] {
    var marks: [(y: Int, stroke: String?, dash: String, fill: String, lines: [String])] = []
    if let baseline = plot.baseline {
      marks.append(
        (y(baseline), Self.faint, "7 4", Self.faint, ["Baseline", plot.text(baseline)]))
    }
    if let important = plot.importantAt {
      let side = plot.lowerIsBetter ? "or less" : "or more"
      marks.append(
        (y(important), nil, "", "#2b5670", ["Important (MCID)", "\(plot.text(important)) \(side)"]))
    }
    if let goal = plot.goal {
      let due = goal.due.map { " by \($0.monthName.prefix(3)) \($0.day)" } ?? ""
      marks.append(
        (
          y(goal.hundredths), Self.goal, "12 3 3 3", Self.goal,
          ["Goal", plot.text(goal.hundredths) + due]
        ))
    }
    marks.sort { $0.y < $1.y }
    var tops = marks.map { $0.y }
    for index in tops.indices.dropFirst() { tops[index] = max(tops[index], tops[index - 1] + 330) }
    let excess = max(0, (tops.last ?? 0) - Self.area.bottom)
    for index in tops.indices.reversed() {
      let limit = index + 1 < tops.count ? tops[index + 1] - 330 : (tops.last ?? 0) - excess
      tops[index] = min(tops[index], limit)
    }
    return zip(marks, tops).flatMap { mark, top -> [String] in
      let rule = mark.stroke.map {
        line(Self.area.left, mark.y, Self.area.right, mark.y, stroke: $0, dash: mark.dash)
      }
      let tie = line(
        Self.area.right, mark.y, Self.area.right + 90, top - 20, stroke: "#999999", width: "0.8")
      let names = mark.lines.enumerated().map { index, name in
        text(
          name, x: Self.area.right + 120, y: top + index * 150, fill: mark.fill,
          weight: index == 0 ? "bold" : "normal")
      }
      return [rule].compactMap { $0 } + [tie] + names
    }
  }

  private var curve: [String] {
    let places = plot.points.map { (x: x($0.on), y: y($0.hundredths), point: $0) }
    let path = places.map { "\(px($0.x)),\(px($0.y))" }.joined(separator: " ")
    // Many labels hide the curve; then its ends and extremes have to do.
    let values = plot.points.map(\.hundredths)
    let labelled = places.indices.filter { index in
      places.count <= 12 || index == 0 || index == places.count - 1
        || values[index] == values.min() || values[index] == values.max()
    }
    return [
      "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(Self.series)\" stroke-width=\"2.4\" "
        + "stroke-linejoin=\"round\"/>"
    ]
      + places.map {
        "<circle cx=\"\(px($0.x))\" cy=\"\(px($0.y))\" r=\"4.6\" fill=\"#ffffff\" "
          + "stroke=\"\(Self.series)\" stroke-width=\"2.4\"/>"
      }
      + labelled.map { index in
        text(
          Cell.decimal(hundredths: values[index]), x: places[index].x + 30,
          y: places[index].y - 100, weight: "bold", anchor: index == 0 ? "start" : "middle",
          halo: true)
      }
  }

  private var notes: [String] {
    let source =
      plot.importantAt == nil || plot.importantSource.isEmpty
      ? ""
      : "Shaded: a change that matters to patients (MCID; \(plot.importantSource))."
    return [
      text(source, x: 200, y: Self.size.height - 220, size: 11, fill: Self.faint),
      text(caption, x: 200, y: Self.size.height - 70, size: 10, fill: Self.faint),
    ]
  }

  // MARK: Places

  private func y(_ hundredths: Int) -> Int {
    let axis = plot.axis.range
    let span = max(1, axis.upperBound - axis.lowerBound)
    let height = Self.area.bottom - Self.area.top
    return Self.area.bottom - (hundredths - axis.lowerBound) * height / span
  }

  private func x(_ date: CivilDate) -> Int {
    guard let first = plot.points.first?.on, let last = plot.points.last?.on else {
      return Self.area.left
    }
    // Room on both sides for the marks.
    let (left, right) = (Self.area.left + 140, Self.area.right - 140)
    return left + first.days(until: date) * (right - left) / max(1, first.days(until: last))
  }

  /// Every week or two of a short time, firsts of months of a long one, eight at most.
  private var ticks: [CivilDate] {
    guard let first = plot.points.first?.on, let last = plot.points.last?.on else { return [] }
    let days = first.days(until: last)
    if days <= 112 {
      let step = max(7, (days / 8 + 6) / 7 * 7)
      return stride(from: 0, through: days, by: step).map(first.adding(days:))
    }
    let step = [1, 2, 3, 6, 12].first { days <= $0 * 30 * 8 } ?? 24
    var found: [CivilDate] = []
    var month = first.endOfMonth.adding(days: 1)
    while month <= last {
      if (month.month - 1) % min(12, step) == 0 { found.append(month) }
      month = month.endOfMonth.adding(days: 1)
    }
    return found
  }

  private func px(_ tenths: Int) -> String { Cell.decimal(hundredths: tenths * 10) }

  private func line(
    _ x1: Int, _ y1: Int, _ x2: Int, _ y2: Int, stroke: String, width: String = "1.4",
    dash: String = ""
  ) -> String {
    "<line x1=\"\(px(x1))\" y1=\"\(px(y1))\" x2=\"\(px(x2))\" y2=\"\(px(y2))\" "
      + "stroke=\"\(stroke)\" stroke-width=\"\(width)\""
      + (dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"") + "/>"
  }

  private func text(
    _ text: String, x: Int, y: Int, size: Int = 12, fill: String = SVGPlot.ink,
    weight: String = "normal", anchor: String = "start", halo: Bool = false
  ) -> String {
    "<text x=\"\(px(x))\" y=\"\(px(y))\" font-size=\"\(size)\" fill=\"\(fill)\""
      + (weight == "normal" ? "" : " font-weight=\"\(weight)\"")
      + (anchor == "start" ? "" : " text-anchor=\"\(anchor)\"")
      + (halo ? " stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\"" : "")
      + ">\(XMLText.escaped(text))</text>"
  }
}

extension CivilDate {
  /// In English.
  var monthName: String {
    let names = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September",
      "October", "November", "December",
    ]
    return names.indices.contains(month - 1) ? names[month - 1] : ""
  }

  /// As letters are dated: `March 11, 2026`.
  var inWords: String { "\(monthName) \(day), \(year)" }
}
