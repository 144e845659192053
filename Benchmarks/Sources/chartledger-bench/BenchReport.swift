import Foundation

/// All figures of one run, with what they were measured on.
struct BenchReport: Encodable {
  /// The figures for one number of events.
  struct Section: Encodable {
    var sizes: Bench.Sizes
    var events: Int
    /// Of the history, or of the last part of it.
    var patients: Int
    /// Mean bytes of an event's payload.
    var payloadBytes: Int
    var rows: [Row]
  }

  /// RFC 3339, UTC.
  var date = Date().formatted(.iso8601)
  var machine: Machine
  var peers: [Peer] = []
  var sections: [Section] = []
  var reading = Self.reading
  var notCompared = Self.notCompared

  init(_ machine: Machine) { self.machine = machine }

  /// The peers stand beside the rows of the first number of events only, which is theirs.
  mutating func add(_ bench: Bench, _ rows: [Row]) {
    let rows = sections.isEmpty ? rows.map { Self.judged($0.beside(peers)) } : rows
    let events = bench.corpus.events
    sections.append(
      Section(
        sizes: bench.sizes, events: bench.eventCount, patients: bench.corpus.patients.count,
        payloadBytes: events.reduce(0) { $0 + $1.event.payload.count } / max(1, events.count),
        rows: rows))
  }

  /// With the goals that are set against other stores.
  private static func judged(_ row: Row) -> Row {
    switch row.key {
    case "lone":
      let uma = row.speed(againstPeer: "UmaDB")
      return row.aiming("at least 0.9 of C", row.ratio.map { 1 / $0 >= 0.9 })
        .aiming("at least 1.2 of UmaDB", uma.map { $0 >= 1.2 })
    case "group 64":
      // Set against UmaDB with sixteen clients, whose figure stands in another row.
      return row
    default:
      return row
    }
  }

  static let reading = [
    "Cost is ours by the other's: 1.00 is as fast, above is slower, below is faster.",
    "Figures are medians where a p99 is given, and of several passes where the whole log is read.",
    "Floor and ours take turns in the same run, on the same disk, with the same sync flags; "
      + "concurrent writers run alone and are set against one thread that commits as many events at a time.",
    "Flushes are calls of fdatasync, fsync and msync, counted within the process that makes them; "
      + "LMDB adds a synchronous write of 120 bytes to each commit.",
    "The floor of writes only puts: no encoding, hashing, salts, checks for repeats or reads of heads.",
    "Served stores answer through a socket, embedded ones within the process: compare each with its "
      + "like. Ours takes appends only embedded; UmaDB and PostgreSQL exist only served.",
    "Other stores get the same events, and keep less of them: no tree, no commitments, no signatures.",
  ]

  static let notCompared = [
    "Cold starts: all pages are in the system's cache.",
    "Power failures: a disk that acknowledges a flush it has not done makes every figure better.",
  ]

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

extension BenchReport {
  func table() -> String {
    let load = Self.number(machine.load, digits: 2)
    var lines = [
      "\(date)  \(machine.processor), \(machine.cores) cores, \(machine.memoryGiB) GiB, load \(load)",
      "\(machine.system), \(machine.fileSystem), \(machine.storageLibrary)",
    ]
    for section in sections {
      lines += [
        "",
        "\(section.events) events, \(section.patients) patients, payloads of "
          + "\(section.payloadBytes) bytes on average", "",
      ]
      lines += Self.aligned([Self.titles] + section.rows.flatMap(Self.lines))
    }
    lines += [""] + goals() + [""] + peerNotes() + [""] + Self.reading
    lines += ["", "Not compared:"] + Self.notCompared.map { "- " + $0 }
    return lines.joined(separator: "\n")
  }

  private static let titles = ["measurement", "figure", "p99", "unit", "cost", "flushes", "how"]

  /// Ours, then the floor, then the others.
  private static func lines(of row: Row) -> [[String]] {
    var lines = [
      [
        row.name, figure(row.ours), figure(row.p99), row.unit.rawValue, "",
        flushes(row.flushes, row.operations),
        row.durability,
      ]
    ]
    if let floor = row.floor {
      lines.append([
        "  floor", figure(floor), "", row.unit.rawValue, ratio(row.ratio), "", row.floorIs,
      ])
    }
    lines += row.peers.map { peer in
      [
        "  \(peer.name)", figure(peer.figure), figure(peer.p99), row.unit.rawValue,
        ratio(peer.ratio), flushes(peer.flushes, peer.operations),
        [peer.place.rawValue, peer.note].compactMap { $0 }.joined(separator: ", "),
      ]
    }
    return lines
  }

  /// Goals as they were met for each number of events.
  private func goals() -> [String] {
    let all = sections.flatMap { section in
      section.rows.flatMap { row in
        row.goals.map { goal in
          let verdict = goal.isMet.map { $0 ? "met    " : "MISSED " } ?? "unknown"
          return "\(verdict)  \(row.name), \(section.events) events: \(goal.text)"
        }
      }
    }
    return ["Goals:"] + all + groupGoal()
  }

  /// Sixty-four of our writers against sixteen clients of UmaDB.
  private func groupGoal() -> [String] {
    guard let section = sections.first,
      let ours = section.rows.first(where: { $0.key == "group 64" }),
      let uma = peers.first(where: { $0.name.hasPrefix("UmaDB") })?.figures["group 16"]
    else { return [] }
    let times = ours.speed(against: ours.unit.figure(uma.nanoseconds))
    return [
      "\(times >= 5 ? "met    " : "MISSED ")  \(ours.name): at least 5 times UmaDB with 16 clients; "
        + "is \(Self.number(times, digits: 1)) times"
    ]
  }

  /// How each other store keeps what it acknowledged, and who could not be measured.
  private func peerNotes() -> [String] {
    peers.map { peer in
      let verdict =
        switch peer.isDurable {
        case true?: "at least one flush for each lone append: durable"
        case false?: "FEWER flushes than lone appends: not durable"
        case nil: "flushes not counted"
        }
      let problem = peer.problem.map { "; NOT MEASURED to the end: \($0)" } ?? ""
      return "\(peer.name): \(peer.durability); \(verdict)\(problem)"
    }
  }

  // MARK: Text

  private static func aligned(_ cells: [[String]]) -> [String] {
    let widths = titles.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    let isText = [true, false, false, true, false, false, true]
    return cells.map { row in
      var line = row.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        return isText[column] ? row[column] + space : space + row[column]
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  private static func number(_ value: Double, digits: Int) -> String {
    value.formatted(
      .number.precision(.fractionLength(digits)).locale(Locale(identifier: "en_US")))
  }

  private static func figure(_ value: Double?) -> String {
    value.map { number($0, digits: $0 < 10 ? 2 : $0 < 100 ? 1 : 0) } ?? ""
  }

  private static func ratio(_ value: Double?) -> String {
    value.map { number($0, digits: $0 < 10 ? 2 : 0) } ?? ""
  }

  private static func flushes(_ count: Int?, _ operations: Int) -> String {
    count.map { "\($0) for \(operations)" } ?? ""
  }
}
