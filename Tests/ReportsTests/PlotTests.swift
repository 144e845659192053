import Foundation
import Practice
import Testing

@testable import Reports

@Suite("Pictures")
struct PlotTests {
  private func plot(_ values: [Int] = [4_400, 3_200, 2_000]) throws -> Plot {
    let first = try CivilDate("2026-03-02")
    return Plot(
      title: "NDI, neck & \"shoulder\" <pain>", unit: "%",
      points: values.enumerated().map {
        Plot.Point(on: first.adding(days: 14 * $0.offset), hundredths: $0.element)
      }, range: 0...10_000, baseline: 4_400, importantAt: 2_900,
      importantSource: "Carreon 2010", goal: .init(hundredths: 1_400, due: first.adding(days: 60)),
      phases: [
        .init(from: first, label: "acute 2-3/wk"),
        .init(from: first.adding(days: 14), label: "acute 1-2/wk"),
      ], lowerIsBetter: true)
  }

  /// Where the circles are, in order of the points.
  private func circles(_ svg: String) -> [(x: Double, y: Double)] {
    svg.split(separator: "<circle cx=\"").dropFirst().compactMap { part in
      let words = part.split(separator: "\"")
      guard words.count > 2, let x = Double(words[0]), let y = Double(words[2]) else { return nil }
      return (x, y)
    }
  }

  @Test("the SVG is well-formed, names what it shows and puts better scores lower")
  func svg() throws {
    let svg = SVGPlot(try plot(), subject: "1001 Diaz, A.", caption: "as of position 7").render()
    #expect(try wellFormed(svg))
    for text in [
      "Baseline", "44 %", "Important (MCID)", "29 % or less", "Goal", "14 % by May 1",
      "Carreon 2010",
      "acute 2-3/wk", "acute 1-2/wk", "Mar 2", "2026", "as of position 7", "Lower is better",
      "neck &amp; &quot;shoulder&quot; &lt;pain&gt;",
    ] { #expect(svg.contains(text), "\(text)") }
    let places = circles(svg)
    #expect(places.count == 3)
    #expect(places[0].x < places[1].x && places[1].x < places[2].x)
    #expect(places[0].y < places[1].y && places[1].y < places[2].y)
    #expect(SVGPlot(try plot()).render() == SVGPlot(try plot()).render())
  }

  /// The picture's tags nest, and attributes and text hold no stray sign.
  private func wellFormed(_ svg: String) throws -> Bool {
    var open: [Substring] = []
    for part in svg.split(separator: "<").map(String.init) where !part.isEmpty {
      guard let end = part.firstIndex(of: ">") else { return false }
      let tag = part[..<end]
      if part[part.index(after: end)...].contains(">") { return false }
      if tag.hasPrefix("/") {
        guard open.popLast() == tag.dropFirst() else { return false }
      } else if !tag.hasSuffix("/") {
        open.append(tag.prefix { $0 != " " })
      }
      guard tag.count(where: { $0 == "\"" }).isMultiple(of: 2) else { return false }
    }
    return open.isEmpty
  }

  @Test(
    "the axis runs from the best end of the scale to a round number past the worst score",
    arguments: [
      ([4_400, 2_000], 0, 5_000, 1_000), ([800], 0, 5_000, 1_000), ([10_000], 0, 10_000, 2_000),
    ])
  func axis(values: [Int], low: Int, high: Int, step: Int) throws {
    let axis = try plot(values).axis
    #expect(axis.range == low...high)
    #expect(axis.step == step)
  }

  @Test("a picture without scores, and one of a single day, are drawn too")
  func few() throws {
    for values in [[], [4_400]] {
      let svg = SVGPlot(try plot(values)).render()
      #expect(try wellFormed(svg))
      #expect(circles(svg).count == values.count)
    }
  }

  @Test("the terminal's picture has baseline, goal, threshold and phases, and fits")
  func terminal() throws {
    let lines = PlotRenderer(width: 72).lines(try plot())
    #expect(lines.allSatisfy { $0.columns <= 72 })
    #expect(lines.count { $0.contains("┄") } >= 2, "the line and its legend")
    #expect(lines.contains { $0.contains("═ goal 14 % by 2026-05-01") })
    #expect(lines.contains { $0.contains("acute 2-3/wk") && $0.contains("acute 1-2/wk") })
    #expect(lines.contains { $0.contains("at or below 29 %") && $0.contains("lower is better") })
    #expect(lines.count { $0.contains("┴") } == 1)
  }

  @Test("a report without a picture says so and names those with one")
  func refused() throws {
    let answer = try ReportScenario.clinic().answer(ProgressPlateauReport.self)
    let error = #expect(throws: ReportError.self) { try ReportFormat.svg.render(answer) }
    #expect(error == .noPicture(report: "progress.plateau"))
    #expect(error?.description.contains("progress.patient") == true)
  }
}
