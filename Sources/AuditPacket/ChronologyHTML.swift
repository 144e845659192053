import EventLog
import Foundation
import Practice
import PracticeEvents
import Reports
import TransparencyLog

/// `human/chronology.html`: the record to read and to print, in the order of recording: first a line for
/// each entry, then each whole. Every line cites its position, corrections stand beside what they
/// correct, late entries say so.
struct ChronologyHTML {
  private let rendering: Rendering
  private let details: DetailLines
  private let accountTexts: [String: String]
  /// Corrections by the id of the event that they correct.
  private let corrections: [String: [OpenedEvent]]
  private let positions: [String: Position]

  init(rendering: Rendering) {
    self.rendering = rendering
    let opened = rendering.events.compactMap(\.opened)
    accountTexts = Dictionary(
      AccountLedger.lines(of: opened.map(\.recorded)).map { ($0.eventID, $0.what) },
      uniquingKeysWith: { $1 })
    corrections = Dictionary(grouping: opened.filter { !$0.event.corrects.isEmpty }) {
      $0.event.corrects
    }
    positions = Dictionary(
      opened.map { ($0.id.description, $0.leaf.position) }, uniquingKeysWith: { $1 })
    details = DetailLines(
      zone: rendering.contents.zone,
      names: Dictionary(
        rendering.references.map { ($0.id, $0.name) }, uniquingKeysWith: { $1 }))
  }

  /// Something that is not parted between pages, and about how high it is.
  private struct Block {
    var html: String
    var height: Int
  }

  /// In tenths of a point. What is higher has a page to itself.
  private static let pageHeight = 6_500
  private static let lineHeight = 135
  private static let detailHeight = 119
  private static let rowHeight = 158
  private static let rowLineHeight = 122

  /// - Parameter perLine: how many characters fit about.
  private static func height(_ text: String, perLine: Int = 88) -> Int {
    lineHeight * (1 + text.count / perLine) + 40
  }

  /// - Parameter head: how high is what stands above them on each page.
  private static func pages(of blocks: [Block], below head: Int = 0) -> [[String]] {
    var pages: [[String]] = []
    var room = 0
    for block in blocks {
      if block.height > room {
        pages.append([])
        room = pageHeight - head
      }
      pages[pages.count - 1].append(block.html)
      room -= block.height
    }
    return pages
  }

  var text: String {
    let overview = Self.pages(of: runs.map { row($0) }, below: 500).enumerated().map {
      index, rows in
      [
        """
        <h1>Overview\(index == 0 ? "" : ", continued")</h1>
        <table><thead><tr><th>Position</th><th>Counts on</th><th>What</th><th>By</th></tr></thead>
        <tbody>
        \(rows.joined(separator: "\n"))
        </tbody></table>
        """
      ]
    }
    let entries = Self.pages(
      of: runs.map { run in run[0].opened.map(entry) ?? withheld(run.map(\.leaf)) })
    let pages = [[cover]] + overview + entries
    let bodies = pages.enumerated().map { index, entries in
      """
      <section>
      <p class="foot">CONFIDENTIAL &middot; stream \(PacketText.hex(contents.stream)) &middot; \
      page \(index + 1) of \(pages.count)</p>
      \(entries.joined(separator: "\n"))
      </section>
      """
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <title>Chronology of a record</title>
      <style>
      body { font: 10pt/1.35 serif; max-width: 46em; margin: auto; }
      section { break-after: page; margin-bottom: 3em; }
      article { border-top: 1px solid #888; padding: 0.3em 0; break-inside: avoid-page; }
      h1 { font-size: 14pt; } h2 { font-size: 11pt; margin: 0; } p { margin: 0.2em 0; }
      pre { font: 9pt/1.3 monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
      pre { margin: 0.2em 0 0.2em 1.5em; } .details { columns: 2; column-gap: 2em; }
      table { border-collapse: collapse; width: 100%; } td, th { text-align: left; }
      td, th { vertical-align: top; padding: 0.1em 0.8em 0.1em 0; font-size: 9pt; }
      td { border-top: 1px solid #ccc; } tr { break-inside: avoid-page; }
      td:nth-child(-n+2), th { white-space: nowrap; }
      .foot { text-align: right; font-size: 8pt; } .flag { font-weight: bold; }
      .correction { margin: 0.2em 0 0.2em 3em; border-left: 3px solid #888; padding-left: 0.6em; }
      .withheld { color: #555; }
      </style>
      </head>
      <body>
      \(bodies.joined(separator: "\n"))
      </body>
      </html>

      """
  }

  private var contents: PacketContents { rendering.contents }

  // MARK: First page

  private var cover: String {
    let shown = rendering.events.count { $0.opened != nil }
    let count = rendering.events.count
    let opened = rendering.events.compactMap(\.opened)
    let flagged = opened.count {
      !TimeFlag.flags(of: $0, rendering.brackets, contents).isEmpty
    }
    var facts = [
      ("For", contents.recipient), ("Address", contents.address), ("Purpose", contents.purpose),
      ("Basis", contents.basis), ("Profile", contents.profile.rawValue),
    ]
    if contents.from != nil || contents.to != nil {
      facts.append(
        (
          "Days",
          "\(contents.from?.description ?? "the first") to "
            + "\(contents.to?.description ?? "the last")"
        ))
    }
    facts += patientFacts(opened)
    facts += [
      ("Log", rendering.checkpoint.origin),
      ("Checkpoint", "\(rendering.checkpoint.size) events, root \(rendering.checkpoint.root)"),
      (
        "Complete",
        "\(count) events up to position \(contents.asOf) of the log: \(shown) shown, "
          + "\(count - shown) proved to exist and withheld"
      ),
      ("Flagged for their times", "\(flagged) of \(shown)"),
    ]
    let rows = facts.map { "<p>\(escaped($0.0)): \(escaped($0.1))</p>" }
    let times = rendering.brackets.checkpoints.map { checkpoint in
      let seen = checkpoint.times.map { ($0.isWitness ? "cosigned " : "stamped ") + time(of: $0) }
      return "checkpoint \(checkpoint.size): "
        + (seen.isEmpty ? "signed by the log alone" : seen.joined(separator: "; "))
    }
    return """
      <h1>Chronology of a record</h1>
      \(rows.joined(separator: "\n"))
      <p>Overview and entries are in the order of recording. Times are of the clinic (\(escaped("\(contents.zone)"))). "Recorded" is the log's own clock. \
      This page is a rendering: the evidence is in the files beside it, and \
      <code>chartledger audit verify</code> derives it from them again. Times of witnesses and \
      of time stamps are as these state them; the verifier says which of them it has checked.</p>
      <pre>\(escaped(times.joined(separator: "\n")))</pre>
      """
  }

  /// Who the patient is, as far as the shown events tell.
  private func patientFacts(_ opened: [OpenedEvent]) -> [(String, String)] {
    var profile = ProfileState()
    for event in opened { profile.apply(event.recorded) }
    let current = profile.current
    let name = [current.legalName.given, current.legalName.middle, current.legalName.family]
      .filter { !$0.isEmpty }.joined(separator: " ")
    guard !current.mrn.isEmpty || !name.isEmpty else { return [] }
    let born = current.bornOn.civilDate.map { ", born \($0)" } ?? ""
    return [("Patient", "\(name)\(born), MRN \(current.mrn)")]
  }

  // MARK: Entries

  /// Shown events one by one, withheld ones together as long as their bracket is the same.
  private var runs: [[(leaf: Leaf, opened: OpenedEvent?)]] {
    rendering.events.reduce(into: []) { runs, event in
      if event.opened == nil, let last = runs.last?.last, last.opened == nil,
        bracket(last.leaf) == bracket(event.leaf)
      {
        runs[runs.count - 1].append(event)
      } else {
        runs.append([event])
      }
    }
  }

  private func bracket(_ leaf: Leaf) -> String {
    let (before, after) = rendering.brackets.around(leaf.position)
    let dated = rendering.brackets.dated(around: leaf.position)
    let notYet = dated.before.flatMap { checkpoint in
      checkpoint.lastWitnessed.map { "not yet \(time(of: $0)), in checkpoint \(checkpoint.size)" }
    }
    let there = dated.after.flatMap { checkpoint in
      checkpoint.times.first.map { "there by \(time(of: $0)), in checkpoint \(checkpoint.size)" }
    }
    let times = [notYet, there].compactMap { $0 }.map { "; \(escaped($0))" }.joined()
    return "in the log " + (before.map { "after checkpoint \($0.size) and " } ?? "")
      + (after.map { "by checkpoint \($0.size)" } ?? "") + times
  }

  private func time(of stated: DatedCheckpoint.Stated) -> String {
    "\(local(Instant(secondsSinceEpoch: Int64(stated.seconds)))) by \(stated.by)"
  }

  /// The line of the overview.
  private func row(_ run: [(leaf: Leaf, opened: OpenedEvent?)]) -> Block {
    guard let opened = run[0].opened else {
      let last = run[run.count - 1].leaf.position
      let range = run.count == 1 ? "\(last)" : "\(run[0].leaf.position) to \(last)"
      let text = "\(run.count) withheld"
      return Block(
        html: "<tr class=\"withheld\"><td>\(range)</td><td></td><td>\(text)</td><td></td></tr>",
        height: Self.rowHeight)
    }
    let event = opened.event
    let day = event.effectiveOn.civilDate.map { "\($0)" } ?? ""
    var marks = TimeFlag.flags(of: opened, rendering.brackets, contents).map(\.text)
    if !event.corrects.isEmpty {
      marks.append("corrects \(positions[event.corrects].map { "position \($0)" } ?? "another")")
    }
    marks += (corrections[opened.id.description] ?? []).map {
      "corrected at position \($0.leaf.position)"
    }
    let what = headline(of: opened)
    let flags = marks.map { "; <span class=\"flag\">\(escaped($0))</span>" }.joined()
    return Block(
      html: "<tr><td>\(opened.leaf.position)</td><td>\(day)</td><td>\(escaped(what))\(flags)</td>"
        + "<td>\(escaped(event.actor.user))</td></tr>",
      height: Self.rowHeight
        + Self.rowLineHeight * ((what.count + marks.reduce(0) { $0 + $1.count + 2 }) / 58))
  }

  /// What happened, in a line. What moves money says how much.
  private func headline(of opened: OpenedEvent) -> String {
    guard let text = accountTexts[opened.id.description] else {
      let summary = opened.event.fact?.summary ?? ""
      return opened.kindName.words + (summary.isEmpty ? "" : ": \(summary)")
    }
    let amount = tree(of: opened)?.lastMembers.first { $0.name == "amountCents" }
    var headline = text.prefix(1).uppercased() + text.dropFirst()
    if case .scalar(let cents)? = amount?.value, let cents = Int64(cents) {
      headline += ", \(Money(cents: cents).grouped)"
    }
    return headline
  }

  private func withheld(_ leaves: [Leaf]) -> Block {
    let positions = leaves.map(\.position.description).joined(separator: ", ")
    let text = """
      Entries \(leaves[0].sequence) to \(leaves[leaves.count - 1].sequence) of this record, \
      \(bracket(leaves[0])), at positions \(positions).
      """
    return Block(
      html: """
        <article class="withheld"><h2>\(leaves.count) withheld</h2><p>\(text)</p></article>
        """,
      height: 260 + Self.height(text))
  }

  private func entry(_ opened: OpenedEvent) -> Block {
    let leaf = opened.leaf
    let title =
      "Position \(leaf.position): \(escaped(opened.kindName.words))\(escaped(effectiveOn(opened)))"
    var paragraphs = ["By \(escaped(who(opened))); \(escaped(when(opened))); \(bracket(leaf))."]
    paragraphs += TimeFlag.flags(of: opened, rendering.brackets, contents).map {
      "<span class=\"flag\">\(escaped($0.text))</span>"
    }
    let summary = summary(of: opened)
    if !summary.isEmpty { paragraphs.append(escaped(summary)) }
    if !opened.event.corrects.isEmpty {
      let target = positions[opened.event.corrects].map { "position \($0)" }
      paragraphs.append("Corrects \(target ?? "an event that is not shown").\(reason(opened))")
    } else if !opened.event.reason.isEmpty {
      paragraphs.append(reason(opened).trimmingCharacters(in: .whitespaces))
    }
    var html = "<h2>\(title)</h2>\n" + paragraphs.map { "<p>\($0)</p>" }.joined(separator: "\n")
    let lines = detailLines(of: opened)
    html += Self.html(ofDetails: lines.map(escaped))
    var height = 260 + paragraphs.reduce(0) { $0 + Self.height($1) } + Self.height(ofDetails: lines)
    for correction in corrections[opened.id.description] ?? [] {
      let text =
        "Corrected at position \(correction.leaf.position): \(escaped(correction.kindName.words)), by "
        + "\(escaped(who(correction))); \(escaped(when(correction))).\(reason(correction))"
      let lines = detailLines(of: correction)
      html += """

        <div class="correction"><p>\(text)</p>\(Self.html(ofDetails: lines.map(escaped)))</div>
        """
      height += 60 + Self.height(text, perLine: 80) + Self.height(ofDetails: lines)
    }
    return Block(html: "<article>\(html)</article>", height: height)
  }

  private func summary(of opened: OpenedEvent) -> String {
    accountTexts[opened.id.description] ?? opened.event.fact?.summary ?? ""
  }

  private func detailLines(of event: OpenedEvent) -> [String] {
    tree(of: event).map { details.lines($0.lastMembers) } ?? []
  }

  private func tree(of event: OpenedEvent) -> JSONTree? {
    (try? event.event.json).flatMap(JSONTree.init)
  }

  private static func html(ofDetails lines: [String]) -> String {
    "\n<pre class=\"details\">\(lines.joined(separator: "\n"))</pre>"
  }

  /// In two columns.
  private static func height(ofDetails lines: [String]) -> Int {
    detailHeight * ((lines.reduce(0) { $0 + 1 + $1.count / 36 } + 1) / 2) + 40
  }

  private func who(_ event: OpenedEvent) -> String {
    let actor = event.event.actor
    let name = details.names[actor.practitioner].map { "; \($0)" } ?? ""
    return "\(actor.user) (\(actor.role.text), initials \(actor.initials)\(name))"
  }

  private func when(_ event: OpenedEvent) -> String {
    let recorded = local(Instant(microseconds: event.recordedAt.rawValue))
    guard event.event.hasOccurredAt else { return "recorded \(recorded)" }
    let occurred = local(event.event.occurredAt.instant)
    return occurred == recorded
      ? "occurred and recorded \(recorded)" : "occurred \(occurred), recorded \(recorded)"
  }

  private func effectiveOn(_ event: OpenedEvent) -> String {
    event.event.effectiveOn.civilDate.map { ", counts on \($0)" } ?? ""
  }

  private func reason(_ event: OpenedEvent) -> String {
    event.event.reason.isEmpty ? "" : " Reason: \(escaped(event.event.reason))."
  }

  private func local(_ instant: Instant) -> String {
    let local = contents.zone.local(of: instant)
    return "\(local.date) \(local.time) \(contents.zone.offset(at: instant))"
  }

  private func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { escaped, scalar in
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
  }
}
