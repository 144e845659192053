import Foundation
import Practice
import Testing

@testable import Reports

@Suite("Renderers")
struct RenderingTests {
  private func answer(
    _ columns: [Column], _ rows: [[Cell]], totals: [Cell]? = nil, notes: [String] = [],
    plot: Plot? = nil
  ) -> ReportAnswer {
    ReportAnswer(
      name: "test.report", title: "Test", parameters: [("date", "2026-03-02")],
      asOf: AsOf(position: 7, recordedAt: Instant(secondsSinceEpoch: 0)),
      projectorVersions: [("balances", 1)], columns: columns,
      body: ReportBody(rows: rows, totals: totals, notes: notes, plot: plot))
  }

  private let who = Column("who", "Who", .text)
  private let owes = Column("owes", "Owes", .money)

  // MARK: Table

  @Test("a table aligns numbers on the right and rules off totals")
  func table() throws {
    let text = try ReportFormat.table.render(
      answer(
        [who, owes], [[.text("Diaz, A."), .cents(123_456)], [.text("Young"), .cents(-5)]],
        totals: [.text("all"), .cents(123_451)], notes: ["A note."]), width: 80)
    #expect(
      text == """
        Test (date 2026-03-02)

        Who           Owes
        ────────  ────────
        Diaz, A.  1,234.56
        Young        -0.05
        ────────  ────────
        all       1,234.51

        A note.
        2 rows, as of position 7, 1970-01-01T00:00:00Z

        """)
  }

  @Test("no line is wider than the terminal", arguments: [40, 80, 100, 120])
  func widths(width: Int) throws {
    let long = "a sentence of some length that has to be wrapped somewhere or other"
    let columns = (0..<6).map { Column("c\($0)", "Column \($0)", .text) } + [owes]
    let rows = (0..<3).map { _ in
      (0..<6).map { Cell.text(String(long.prefix(10 * $0 + 8))) } + [.cents(99_999_999)]
    }
    let text = try ReportFormat.table.render(
      answer(columns, rows, totals: rows[0], notes: [long + " " + long]), width: width)
    for line in text.split(separator: "\n") { #expect(line.columns <= width, "\(line)") }
  }

  @Test("where whole words do not fit side by side, rows become blocks")
  func blocks() throws {
    let id = "01890a5d-ac96-774b-bcce-b302099a8057"
    let columns = ["first", "second"].map { Column($0, $0, .text) }
    let text = try ReportFormat.table.render(
      answer(columns + [owes], [[.text(id), .text(id), .none]]), width: 60)
    #expect(text.contains("first   \(id)\nsecond  \(id)\n"))
    #expect(!text.contains("Owes"))
  }

  @Test("a table shows the name of an event as words, data as it is")
  func eventTypes() throws {
    let answer = answer(
      [Column("type", "Type", .eventType)],
      [[.text("SoapNoteSigned")], [.text("SessionDelivered")]])
    let table = try ReportFormat.table.render(answer, width: 80)
    #expect(table.contains("Soap note signed\nSession delivered\n"))
    #expect(try ReportFormat.csv.render(answer, width: 80).contains("SoapNoteSigned"))
  }

  @Test("details give way before rows become blocks, and the table says which")
  func details() throws {
    let id = "01890a5d-ac96-774b-bcce-b302099a8057"
    let columns = [
      who, Column("note", "Note", .text), Column("event", "Event", .text, isDetail: true), owes,
    ]
    let text = try ReportFormat.table.render(
      answer(columns, [[.text("Diaz, A."), .text("a short one"), .text(id), .cents(100)]]),
      width: 40)
    #expect(text.contains("Diaz, A.  a short one  1.00\nLeft out for want of width: Event."))
    #expect(!text.contains(id))
  }

  @Test("a list has a line for each item, and instants are told to the second")
  func listsAndInstants() throws {
    let text = try ReportFormat.table.render(
      answer(
        [Column("list", "List", .list), Column("at", "At", .instant)],
        [[.list(["one", "two"]), .instant(Instant(microseconds: 1_999_999))]]), width: 80)
    #expect(text.contains("one   1970-01-01T00:00:01Z\ntwo\n"))
  }

  @Test("wide characters take two columns and accents none")
  func wideCharacters() throws {
    let text = try ReportFormat.table.render(
      answer(
        [who, owes],
        [
          [.text("山田, 太"), .cents(100)], [.text("Nu\u{0301}n\u{0303}ez"), .cents(100)],
          [.text("Ok, 👍"), .cents(100)],
        ]), width: 80)
    let rows = text.split(separator: "\n").filter { $0.hasSuffix("1.00") }
    #expect(rows.map(\.columns) == [14, 14, 14])
  }

  @Test("nothing in a value reaches the terminal as a command")
  func controls() throws {
    let text = try ReportFormat.table.render(
      answer([who], [[.text("a\u{1B}[31mb\u{202E}c\nd")]]), width: 80)
    #expect(text.contains("a\u{FFFD}[31mb\u{FFFD}c d"))
  }

  @Test("an empty answer says so")
  func nothing() throws {
    #expect(try ReportFormat.table.render(answer([who], []), width: 80).contains("(nothing)"))
  }

  @Test("wrapping breaks at spaces, and within a word only when it must")
  func wrapping() {
    #expect(TableRenderer.wrap("one two three", to: 7) == ["one two", "three"])
    #expect(TableRenderer.wrap("abcdefgh i", to: 3) == ["abc", "def", "gh", "i"])
    #expect(TableRenderer.wrap("山山", to: 1) == ["山", "山"])
    #expect(TableRenderer.wrap("", to: 5) == [""])
  }

  @Test("the picture puts scores on their days, whatever their order, and marks what matters")
  func plot() throws {
    let points = try [("2026-03-30", 2_000), ("2026-03-02", 4_000)].map {
      Plot.Point(on: try CivilDate($0.0), hundredths: $0.1)
    }
    let plot = Plot(
      title: "NDI", points: points, range: 0...10_000, importantAt: 2_500, lowerIsBetter: true)
    let lines = PlotRenderer(width: 60).lines(plot)
    #expect(lines.first == "NDI")
    #expect(lines.allSatisfy { $0.columns <= 60 })
    let dots = lines.filter { $0.contains("●") }
    #expect(dots.count == 2)
    #expect(dots[0].contains("│●"))
    #expect(dots[1].hasSuffix("●") && dots[1].contains("▒"))
    #expect(lines.contains { $0.contains("2026-03-02") && $0.hasSuffix("2026-03-30") })
    #expect(lines.last?.contains("at or below 25") == true)
  }

  // MARK: CSV

  @Test(
    "a text that a spreadsheet would run gets an apostrophe",
    arguments: ["=1+1", "+1 201 555 0100", "-2", "@SUM(A1)", "\tx"])
  func formulas(text: String) throws {
    let csv = try ReportFormat.csv.render(answer([who], [[.text(text)]]))
    #expect(csv == "who\r\n'\(text)\r\n")
  }

  @Test("numbers stay numbers, and quotes, commas and line breaks are quoted")
  func csv() throws {
    let csv = try ReportFormat.csv.render(
      answer(
        [who, owes, Column("list", "List", .list), Column("ok", "Ok", .flag)],
        [[.text("Diaz, \"A\"\nB"), .cents(-123_456), .list(["a", "=b"]), .flag(true)]]))
    #expect(csv == "who,owes,list,ok\r\n\"Diaz, \"\"A\"\"\nB\",-1234.56,a; =b,true\r\n")
  }

  // MARK: JSON

  @Test("JSON reads back as what was written, whatever the text holds")
  func json() throws {
    let nasty = "q\" b\\ n\n r\r t\t nul\u{0} bell\u{7} ü 山 👍 \u{2028}"
    let text = try ReportFormat.json.render(
      answer(
        [
          who, owes, Column("score", "Score", .hundredths), Column("items", "Items", .list),
          Column("ok", "Ok", .flag), Column("none", "None", .integer),
        ],
        [[.text(nasty), .cents(-12_345), .hundredths(4_550), .list([nasty]), .flag(false), .none]],
        totals: [.none, .cents(1), .none, .none, .none, .integer(3)], notes: [nasty]))
    let root = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let row = try #require((root["rows"] as? [[String: Any]])?.first)
    #expect(row["who"] as? String == nasty)
    #expect(row["owes"] as? Int == -12_345)
    #expect(row["score"] as? Double == 45.5)
    #expect(row["items"] as? [String] == [nasty])
    #expect(row["ok"] as? Bool == false)
    #expect(row["none"] is NSNull)
    #expect((root["totals"] as? [String: Any])?["owes"] as? Int == 1)
    #expect(root["notes"] as? [String] == [nasty])
    #expect((root["asOf"] as? [String: Any])?["position"] as? Int == 7)
    #expect((root["parameters"] as? [String: String]) == ["date": "2026-03-02"])
    let columns = try #require(root["columns"] as? [[String: String]])
    #expect(columns[1] == ["name": "owes", "title": "Owes", "kind": "money", "unit": "cents"])
  }

  @Test("each line of NDJSON is an object: the answer, then the rows")
  func ndjson() throws {
    let text = try ReportFormat.ndjson.render(
      answer([who], [[.text("a\nb")], [.text("c")]], totals: [.text("all")]))
    let lines = try text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(lines.count == 3)
    #expect(lines[0]["report"] as? String == "test.report")
    #expect((lines[0]["totals"] as? [String: Any])?["who"] as? String == "all")
    #expect(lines[1]["who"] as? String == "a\nb")
  }

  @Test(
    "hundredths are written with the decimals they need",
    arguments: [(0, "0"), (100, "1"), (4_550, "45.5"), (4_505, "45.05"), (-25, "-0.25")])
  func hundredths(number: Int, text: String) {
    #expect(Cell.decimal(hundredths: number) == text)
  }
}
