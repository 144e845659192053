/// Which columns of a table a terminal has room for, and how wide each is.
struct TableLayout {
  /// Indexes of the columns, in order.
  let shown: [Int]
  private let widths: [Int]
  private let isNumber: [Bool]
  private let gap: String

  /// The longest word that a column is made wide for: an event's id.
  private static let longestUnbroken = 36
  /// Sentences in narrower columns than this are a strain to read.
  private static let readable = 16

  /// How wide a column would be, and how narrow it can be.
  private struct Measure {
    /// Header and contents on one line.
    let natural: Int
    /// The header wrapped, the contents on one line.
    let headerWrapped: Int
    /// Both wrapped, texts no further than is readable.
    let least: Int

    init(_ column: Column, _ texts: [String]) {
      let content = texts.map(widestLine).max() ?? 0
      natural = max(content, column.title.columns)
      headerWrapped = max(content, longestWord(column.title))
      least =
        column.kind.isText
        ? max(
          longestWord(column.title), texts.map(longestWord).max() ?? 0, min(content, readable))
        : headerWrapped
    }
  }

  /// All columns if they fit, else without details, the last one first; then closer together.
  ///
  /// - Returns: nil when there is no room even so.
  static func fitting(_ columns: [Column], cells: [[String]], width: Int) -> TableLayout? {
    let measures = columns.indices.map { index in
      Measure(columns[index], cells.map { $0[index] })
    }
    for gap in ["  ", " "] {
      var shown = Array(columns.indices)
      while true {
        if let layout = TableLayout(columns, measures, shown, gap: gap, width: width) {
          return layout
        }
        guard let detail = shown.lastIndex(where: { columns[$0].isDetail }) else { break }
        shown.remove(at: detail)
      }
    }
    return nil
  }

  /// Narrows headers that are wider than their column first, then the widest texts.
  private init?(
    _ columns: [Column], _ measures: [Measure], _ shown: [Int], gap: String, width: Int
  ) {
    self.shown = shown
    self.gap = gap
    isNumber = shown.map { columns[$0].kind.isNumber }
    let available = width - gap.count * max(0, shown.count - 1)
    let measures = shown.map { measures[$0] }
    guard measures.reduce(0, { $0 + $1.least }) <= available else { return nil }
    widths = Self.narrowed(
      Self.narrowed(measures.map(\.natural), downTo: measures.map(\.headerWrapped), available),
      downTo: measures.map(\.least), available)
  }

  private static func narrowed(_ widths: [Int], downTo floors: [Int], _ available: Int) -> [Int] {
    var widths = widths
    while widths.reduce(0, +) > available {
      let narrowable = widths.indices.filter { widths[$0] > floors[$0] }
      guard let widest = narrowable.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
    }
    return widths
  }

  private static func widestLine(_ text: String) -> Int {
    text.split(separator: "\n").map(\.columns).max() ?? 0
  }

  private static func longestWord(_ text: String) -> Int {
    let words = text.split { $0 == " " || $0 == "\n" }
    return min(longestUnbroken, words.map(\.columns).max() ?? 0)
  }

  var rule: String {
    widths.map { String(repeating: "─", count: $0) }.joined(separator: gap)
  }

  /// A row of all columns, wrapped within those shown.
  func lines(_ row: [String]) -> [String] {
    let cells = zip(shown, widths).map { TableRenderer.wrap(row[$0], to: $1) }
    return (0..<(cells.map(\.count).max() ?? 1)).map { line in
      cells.indices.map { index in
        let text = line < cells[index].count ? cells[index][line] : ""
        return text.padded(to: widths[index], onTheLeft: isNumber[index])
      }
      .joined(separator: gap).trimmingTrailingSpaces
    }
  }
}
