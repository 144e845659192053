import Foundation

/// All figures of one run, with what they were measured on.
struct BenchReport: Encodable {
  /// RFC 3339, UTC.
  var date: String
  var machine: Machine
  var sizes: Bench.Sizes
  var events: Int
  var patients: Int
  /// Mean bytes of an event's payload.
  var payloadBytes: Int
  var rows: [Row]
  var reading = Self.reading
  var notCompared = Self.notCompared

  init(_ bench: Bench, _ machine: Machine, _ rows: [Row]) {
    date = Date().formatted(.iso8601)
    self.machine = machine
    sizes = bench.sizes
    events = bench.corpus.events.count
    patients = bench.corpus.patients.count
    payloadBytes =
      bench.corpus.events.reduce(0) { $0 + $1.event.payload.count } / max(1, events)
    self.rows = rows
  }

  static let reading = [
    "Cost is ours by the floor's: 1.00 is as fast as the floor, above is slower, below is faster.",
    "Ours is a median where a p99 is given, and of several passes where the whole log is read.",
    "Floor and ours take turns in the same run, on the same disk, with the same sync flags; "
      + "concurrent writers run alone and are set against the floor of one writer.",
    "Commits are counted by the storage library; each is one flush.",
    "The floor of writes only puts: no encoding, hashing, salts, checks for repeats or reads of heads.",
  ]

  static let notCompared = [
    "Other event stores: they would be reached through a socket, this one is a library.",
    "Cold starts: all pages are in the system's cache.",
    "HTTP and the command line: figures end at the library's answer.",
    "Power failures: a disk that acknowledges a flush it has not done makes every figure better.",
  ]

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  func table() -> String {
    let load = Self.number(machine.load, digits: 2)
    var lines = [
      "\(date)  \(machine.processor), \(machine.cores) cores, \(machine.memoryGiB) GiB, load \(load)",
      "\(machine.system), \(machine.fileSystem), \(machine.storageLibrary)",
      "\(events) events of \(patients) patients, payloads of \(payloadBytes) bytes on average", "",
    ]
    let cells =
      [
        [
          "measurement", "ours", "p99", "floor", "unit", "cost", "commits", "durability",
          "floor is",
        ]
      ]
      + rows.map(Self.cells)
    let widths = cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    let isText = [true, false, false, false, true, false, false, true, true]
    for row in cells {
      let padded = row.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        return isText[column] ? row[column] + space : space + row[column]
      }
      lines.append(padded.joined(separator: "  ").trimmingTrailingSpaces())
    }
    lines += [""] + Self.reading + ["", "Not compared:"] + Self.notCompared.map { "- " + $0 }
    return lines.joined(separator: "\n")
  }

  private static func number(_ value: Double, digits: Int) -> String {
    value.formatted(
      .number.precision(.fractionLength(digits)).locale(Locale(identifier: "en_US")))
  }

  private static func figure(_ value: Double?) -> String {
    value.map { number($0, digits: $0 < 10 ? 2 : $0 < 100 ? 1 : 0) } ?? "–"
  }

  private static func cells(_ row: Row) -> [String] {
    return [
      row.name, figure(row.ours), figure(row.p99), figure(row.floor), row.unit.rawValue,
      row.ratio.map { number($0, digits: 2) } ?? "–",
      row.commits.map { "\($0) for \(row.operations)" } ?? "–", row.durability, row.floorIs,
    ]
  }
}

extension String {
  fileprivate func trimmingTrailingSpaces() -> String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
