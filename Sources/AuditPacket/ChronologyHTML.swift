import EventLog
import Practice
import PracticeEvents
import Reports
import TransparencyLog

/// `human/chronology.html`: the record to read and to print, in the order of recording. Each entry
/// cites its position, corrections stand beside what they correct, late entries say so.
struct ChronologyHTML {
  private let rendering: Rendering
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
  }

  /// About what fits on a printed page; a longer entry has a page to itself.
  private static let linesPerPage = 46

  var text: String {
    var pages: [[String]] = [[cover]]
    var room = 0
    for run in runs {
      let (entry, lines) = run[0].opened.map(entry) ?? withheld(run.map(\.leaf))
      if lines > room {
        pages.append([])
        room = Self.linesPerPage
      }
      pages[pages.count - 1].append(entry)
      room -= lines
    }
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
      pre { font: 9pt/1.3 monospace; white-space: pre-wrap; margin: 0.2em 0 0.2em 1.5em; }
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
      <p>Times are of the clinic (\(escaped("\(contents.zone)"))). "Recorded" is the log's own clock. \
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
    let born = (try? CivilDate(compact: current.bornOn)).map { ", born \($0)" } ?? ""
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

  private func withheld(_ leaves: [Leaf]) -> (html: String, lines: Int) {
    let positions = leaves.map(\.position.description).joined(separator: ", ")
    let html = """
      <article class="withheld"><h2>\(leaves.count) withheld</h2><p>Entries \(leaves[0].sequence) \
      to \(leaves[leaves.count - 1].sequence) of this record, \(bracket(leaves[0])), at positions \
      \(positions).</p></article>
      """
    return (html, 3 + positions.count / 90)
  }

  private func entry(_ opened: OpenedEvent) -> (html: String, lines: Int) {
    let leaf = opened.leaf
    var lines = [
      "<h2>Position \(leaf.position): \(escaped(opened.kindName))"
        + "\(escaped(effectiveOn(opened)))</h2>",
      "<p>\(escaped(who(opened)))</p>",
      "<p>\(escaped(when(opened))), \(bracket(leaf)).</p>",
    ]
    lines += TimeFlag.flags(of: opened, rendering.brackets, contents).map {
      "<p class=\"flag\">\(escaped($0.text))</p>"
    }
    let summary = accountTexts[opened.id.description] ?? opened.event.fact?.summary ?? ""
    if !summary.isEmpty { lines.append("<p>\(escaped(summary))</p>") }
    if !opened.event.corrects.isEmpty {
      let target = positions[opened.event.corrects].map { "position \($0)" }
      lines.append("<p>Corrects \(target ?? "an event that is not shown").\(reason(opened))</p>")
    } else if !opened.event.reason.isEmpty {
      lines.append("<p>\(reason(opened))</p>")
    }
    let details = details(opened)
    lines.append("<pre>\(escaped(details.joined(separator: "\n")))</pre>")
    var count = lines.count + wrapped(details)
    for correction in corrections[opened.id.description] ?? [] {
      let details = self.details(correction)
      lines.append(
        """
        <div class="correction"><p>Corrected at position \(correction.leaf.position): \
        \(escaped(correction.kindName)), \(escaped(who(correction))), \
        \(escaped(when(correction))).\(reason(correction))</p>\
        <pre>\(escaped(details.joined(separator: "\n")))</pre></div>
        """)
      count += 2 + wrapped(details)
    }
    return ("<article>" + lines.joined(separator: "\n") + "</article>", count)
  }

  private func details(_ event: OpenedEvent) -> [String] {
    guard let tree = (try? event.event.json).flatMap(JSONTree.init) else { return [] }
    return JSONTree.lines(tree.lastMembers)
  }

  private func wrapped(_ details: [String]) -> Int {
    details.reduce(0) { $0 + 1 + $1.count / 90 }
  }

  private func who(_ event: OpenedEvent) -> String {
    let actor = event.event.actor
    return "by \(actor.user) (\(actor.role.text)), initials \(actor.initials)"
  }

  private func when(_ event: OpenedEvent) -> String {
    let recorded = "recorded \(local(Instant(microseconds: event.recordedAt.rawValue)))"
    guard event.event.hasOccurredAt else { return recorded }
    return "occurred \(local(event.event.occurredAt.instant)), \(recorded)"
  }

  private func effectiveOn(_ event: OpenedEvent) -> String {
    (try? CivilDate(compact: event.event.effectiveOn)).map { ", counts on \($0)" } ?? ""
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
