import Practice
import PracticeEvents
import ReadModels

/// What changed in a report between two states of the log, and which events did it.
public struct AnswerDifference: Sendable {
  public enum Kind: String, Sendable { case added, removed, changed }

  public struct CellChange: Sendable {
    public var column: Column
    public var before: Cell
    public var after: Cell
  }

  /// One row that one answer has and the other has not, or has with other values.
  public struct Change: Sendable {
    public var kind: Kind
    /// The cells of the key's columns.
    public var key: [Cell]
    /// Of a changed row those that differ, of another all that hold something.
    public var cells: [CellChange]
    /// The row as it is in the later answer, or was in the earlier.
    public var row: [Cell]
    /// The events that the change is put down to, in order.
    public var events: [RecordedFact] = []
  }

  public var report: any Report.Type
  public var earlier: ReportAnswer
  public var later: ReportAnswer
  public var changes: [Change]
  /// Events between the two states that did the changes, or are of the patient that was asked for.
  public var events: [RecordedFact] = []

  /// - Parameters:
  ///   - earlier: an answer of the report, `later` one of a later state with the same parameters.
  public init(of report: any Report.Type, from earlier: ReportAnswer, to later: ReportAnswer) {
    self.report = report
    self.earlier = earlier
    self.later = later
    let columns = report.columns
    let keyed = columns.indices.filter { report.key.contains(columns[$0].name) }
    let before = Self.byKey(earlier.body.rows, keyed)
    let after = Self.byKey(later.body.rows, keyed)
    func change(_ kind: Kind, _ key: RowKey, _ old: [Cell]?, _ new: [Cell]?) -> Change? {
      let cells = columns.indices.compactMap { index -> CellChange? in
        let (before, after) = (old?[index] ?? .none, new?[index] ?? .none)
        guard before != after else { return nil }
        return CellChange(column: columns[index], before: before, after: after)
      }
      guard !cells.isEmpty else { return nil }
      return Change(kind: kind, key: key.cells, cells: cells, row: new ?? old ?? [])
    }
    let removed = before.order.filter { after.rows[$0] == nil }
      .compactMap { change(.removed, $0, before.rows[$0], nil) }
    changes =
      removed
      + after.order.compactMap { key in
        let old = before.rows[key]
        return change(old == nil ? .added : .changed, key, old, after.rows[key])
      }
  }

  /// The cells that tell a row apart, and which it is of those that have the same.
  private struct RowKey: Hashable {
    var cells: [Cell]
    var occurrence: Int
  }

  private static func byKey(
    _ rows: [[Cell]], _ keyed: [Int]
  ) -> (order: [RowKey], rows: [RowKey: [Cell]]) {
    var seen: [[Cell]: Int] = [:]
    var order: [RowKey] = []
    var byKey: [RowKey: [Cell]] = [:]
    for row in rows {
      let cells = keyed.map { row[$0] }
      let key = RowKey(cells: cells, occurrence: seen[cells, default: 0])
      seen[cells, default: 0] += 1
      order.append(key)
      byKey[key] = row
    }
    return (order, byKey)
  }
}

extension AnswerDifference {
  /// Puts each change down to events between the two states: the one that the row itself names, or
  /// those of the patients in the row, or those of the patient that was asked for; in a row without
  /// a patient, a sum for instance, every event of a kind that the report's views look at. Where some
  /// of these name the same charge, claim, appointment and so on as the row, only they.
  ///
  /// - Parameters:
  ///   - events: all between the two states, in order.
  ///   - patients: stream by MRN, of every patient in a changed row.
  ///   - asked: the patients that the report's parameters name.
  public mutating func explain(
    by events: [RecordedFact], patients: [String: SubjectID], asked: Set<SubjectID>
  ) {
    let columns = report.columns
    let eventColumn = columns.firstIndex { $0.name == "event" }
    let kinds = ReadModelCatalog.views(behind: report.projectors).map { $0.kinds }
    let payloads = Dictionary(
      events.map { ($0.position, (try? $0.event.json) ?? "") }, uniquingKeysWith: { $1 })
    var used: Set<UInt64> = []
    for index in changes.indices {
      let row = changes[index].row
      let named = eventColumn.flatMap { column in
        events.first { .text($0.eventID) == row[column] }
      }
      let subjects = Set(row.mrns(columns).compactMap { patients[$0] }).union(asked)
      if let named {
        changes[index].events = [named]
      } else if subjects.isEmpty {
        changes[index].events = events.filter { event in
          guard !kinds.isEmpty, let kind = event.event.kind else { return true }
          return kinds.contains { $0?.contains(kind) ?? true }
        }
      } else {
        changes[index].events = events.filter { subjects.contains($0.subject) }
      }
      if let kinds = report.kinds(behind: row) {
        changes[index].events.removeAll { $0.event.kind.map { !kinds.contains($0) } ?? false }
      }
      let ids = row.ids
      let naming = changes[index].events.filter { event in
        !ids.isEmpty && ids.contains { payloads[event.position]?.contains($0) ?? false }
      }
      if !naming.isEmpty { changes[index].events = naming }
      used.formUnion(changes[index].events.map(\.position))
    }
    self.events = events.filter { used.contains($0.position) || asked.contains($0.subject) }
  }

  /// Whom the changed rows name, by MRN.
  public var mrns: Set<String> { Set(changes.flatMap { $0.row.mrns(report.columns) }) }

  /// Whose data it tells: of either answer, and of the events.
  public var disclosed: Disclosure {
    let subjects = events.filter { $0.subjectKind == .patient }.map(\.subject)
    return earlier.disclosed.union(later.disclosed).union(.patients(Set(subjects)))
  }
}

extension [Cell] {
  /// What the row is about besides a patient: a charge, a claim, an appointment.
  fileprivate var ids: [String] {
    compactMap { cell in
      guard case .text(let text) = cell, (try? EntityID(text)) != nil else { return nil }
      return text
    }
  }
}
