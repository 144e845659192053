import Practice
import PracticeEvents

extension ReportFormat {
  /// The difference as text that ends with a newline: the changes and the events behind them. CSV
  /// has the changes alone, a line for each cell.
  ///
  /// - Parameter width: columns of the terminal, for `table`.
  /// - Throws: `ReportError`: a difference is neither a calendar nor a picture.
  public func render(_ difference: AnswerDifference, width: Int = 100) throws -> String {
    switch self {
    case .table:
      try render(difference.changedRowsAnswer, width: width) + "\n"
        + render(difference.eventsAnswer, width: width)
    case .csv: try render(difference.changesAnswer)
    case .ndjson:
      difference.changes.map { difference.json($0) + "\n" }.joined()
        + difference.eventObjects.map { $0 + "\n" }.joined()
    case .json: difference.json
    case .ics: throw ReportError.noCalendar(report: difference.changesAnswer.name)
    case .html:
      HTMLAnswer.page(of: [difference.changesAnswer, difference.eventsAnswer])
    case .svg: throw ReportError.noPicture(report: difference.changesAnswer.name)
    }
  }
}

extension AnswerDifference {
  private var heading: String {
    "from \(earlier.asOf?.text ?? "") to \(later.asOf?.text ?? "")"
  }

  private func answer(_ title: String, _ columns: [Column], _ body: ReportBody) -> ReportAnswer {
    ReportAnswer(
      name: "audit.diff", title: title, parameters: later.parameters, asOf: later.asOf,
      projectorVersions: later.projectorVersions, columns: columns, body: body)
  }

  /// A line for each row that is there or not, or for each value that became another.
  fileprivate var changedRowsAnswer: ReportAnswer {
    let rows = changes.map { change -> [Cell] in
      let what: Cell =
        if change.kind == .changed {
          .list(
            change.cells.map {
              "\($0.column.title): \($0.before.shown) → \($0.after.shown)"
            })
        } else {
          .text(
            change.cells.filter { !report.key.contains($0.column.name) }
              .map { "\($0.column.title) \((change.kind == .added ? $0.after : $0.before).text)" }
              .joined(separator: "; "))
        }
      return [.text(change.kind.rawValue), .text(change.rowName), what, .word(change.positions)]
    }
    return answer(
      "What changed in \(report.name)",
      [
        Column("change", "Change", .text), Column("row", "Row", .text),
        Column("what", "What", .list), Column("events", "Events", .text),
      ], ReportBody(subject: later.body.subject, rows: rows, notes: ["\(heading)."]))
  }

  fileprivate var changesAnswer: ReportAnswer {
    let rows = changes.flatMap { change in
      change.cells.map { cell -> [Cell] in
        [
          .text(change.kind.rawValue),
          .text(change.rowName),
          .text(cell.column.title), .word(cell.before.text), .word(cell.after.text),
          .word(change.positions),
        ]
      }
    }
    return answer(
      "What changed in \(report.name)",
      [
        Column("change", "Change", .text), Column("row", "Row", .text),
        Column("column", "Column", .text), Column("before", "Before", .text),
        Column("after", "After", .text), Column("events", "Events", .text),
      ], ReportBody(subject: later.body.subject, rows: rows, notes: ["\(heading)."]))
  }

  fileprivate var eventsAnswer: ReportAnswer {
    let rows = events.map { fact -> [Cell] in
      let event = fact.event
      return [
        .integer(Int(clamping: fact.position)), .instant(Instant(microseconds: fact.recordedAt)),
        .text(event.kindName), .word(event.what), .word(event.actor.user),
        .text(event.actor.role.text), .word(event.reason), .word(event.corrects),
        .text(fact.eventID),
      ]
    }
    return answer(
      "The events behind it",
      [
        Column("position", "Position", .integer), Column("recordedAt", "Recorded", .instant),
        Column("type", "Type", .eventType), Column("what", "What", .text),
        Column("user", "By", .text),
        Column("role", "Role", .text, isDetail: true), Column("reason", "Reason", .text),
        Column("corrects", "Corrects", .text, isDetail: true),
        Column("event", "Event", .text, isDetail: true),
      ],
      ReportBody(
        rows: rows,
        notes: [
          "Those that the changed rows name, or else those of the patients in them. What changes "
            + "without an event changed with the calendar."
        ]))
  }

  fileprivate var json: String {
    func list(_ items: [String]) -> String {
      items.isEmpty ? "[]" : "[\n    " + items.joined(separator: ",\n    ") + "\n  ]"
    }
    return """
      {
        "report": \(JSONRenderer.string(report.name)),
        "parameters": \(JSONRenderer.parameters(later)),
        "from": \(JSONRenderer.asOf(earlier)),
        "to": \(JSONRenderer.asOf(later)),
        "changes": \(list(changes.map(json))),
        "events": \(list(eventObjects))
      }

      """
  }

  fileprivate func json(_ change: Change) -> String {
    let keyColumns = report.columns.filter { report.key.contains($0.name) }
    let cells = change.cells.map { cell in
      JSONRenderer.members([
        ("column", JSONRenderer.string(cell.column.name)),
        ("before", JSONRenderer.value(cell.before)), ("after", JSONRenderer.value(cell.after)),
      ])
    }
    return JSONRenderer.members([
      ("change", JSONRenderer.string(change.kind.rawValue)),
      ("key", JSONRenderer.object(row: change.key, keyColumns)),
      ("cells", "[" + cells.joined(separator: ", ") + "]"),
      ("events", "[" + change.events.map { String($0.position) }.joined(separator: ", ") + "]"),
    ])
  }

  /// One object for each event.
  fileprivate var eventObjects: [String] {
    let answer = eventsAnswer
    return answer.body.rows.map { JSONRenderer.object(row: $0, answer.columns) }
  }
}

extension Cell {
  /// In a sentence, where nothing must be told too.
  fileprivate var shown: String { text.isEmpty ? "nothing" : text }
}

extension AnswerDifference.Change {
  fileprivate var rowName: String {
    key.map(\.text).filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// Positions of its events, a few of many.
  fileprivate var positions: String {
    let shown = events.prefix(8).map { String($0.position) }.joined(separator: " ")
    return events.count > 8 ? "\(shown) and \(events.count - 8) more" : shown
  }
}
