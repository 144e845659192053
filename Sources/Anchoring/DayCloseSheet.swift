public import TransparencyLog

/// One page for a bound binder: what the log was at the end of a day, to be signed by two people.
///
/// Paper outlives software and cannot be rewritten from afar. It holds no patient data: an origin,
/// a count, a hash and a signature.
public struct DayCloseSheet: Sendable {
  public var clinic: String
  /// The day closed, as the clinic writes it.
  public var date: String
  /// As the log released it, without cosignatures.
  public var note: SignedNote
  public var logKey: VerifierKey
  /// Events recorded by the end of the day that the checkpoint does not hold yet.
  public var eventsAfter: UInt64
  private let checkpoint: Checkpoint

  /// - Throws: `EvidenceError` unless the note is a checkpoint signed by `logKey`.
  public init(
    clinic: String, date: String, note: SignedNote, logKey: VerifierKey, eventsAfter: UInt64
  ) throws(EvidenceError) {
    _ = try note.verify(with: [logKey])
    self.clinic = clinic
    self.date = date
    self.note = try note.asReleased()
    self.logKey = logKey
    self.eventsAfter = eventsAfter
    checkpoint = try Checkpoint(parsing: note.text)
  }

  /// The text of the QR code: the exact bytes of the signed checkpoint.
  public var checkpointText: String { String(decoding: note.encoded, as: UTF8.self) }

  /// The root in sixteen groups of four hexadecimal digits, in four lines.
  var rootForReading: [[String]] {
    let digits = Array(checkpoint.root.hex)
    let groups = stride(from: 0, to: digits.count, by: 4).map { String(digits[$0..<$0 + 4]) }
    return stride(from: 0, to: groups.count, by: 4).map { Array(groups[$0..<$0 + 4]) }
  }

  private var facts: [(String, String)] {
    [
      ("Date", date), ("Log", checkpoint.origin), ("Events in all", String(checkpoint.size)),
      ("Later that day", "\(eventsAfter) events, covered by the next checkpoint"),
    ]
  }

  private static let statement = """
    We have compared date, count and root with the screen. This page holds no patient data.
    """

  /// Plain text, 72 columns.
  public var text: String {
    let facts = facts.map { "\($0): \($1)" }
    let root = rootForReading.map { "    " + $0.joined(separator: " ") }
    let lines =
      ["DAY-CLOSE SHEET", clinic, ""] + facts + ["", "Root, to be read aloud:", ""] + root
      + ["", "Verifier key of the log:", "", "    \(logKey)", "", "Signed checkpoint:", ""]
    let signatures = (1...2).map { _ in
      "\n\nName ______________________  Signature ______________________  Date __________\n"
    }
    return lines.map { $0 + "\n" }.joined() + checkpointText + "\n" + Self.statement + "\n"
      + signatures.joined()
  }

  /// One page of HTML, complete in itself, for paper of letter size or A4.
  ///
  /// - Throws: `QRCode.Failure` when an origin is so long that the checkpoint fits into no code.
  public func html() throws(QRCode.Failure) -> String {
    let code = try QRCode(checkpointText)
    let facts = facts.map {
      "<tr><th>\(Self.escaped($0))</th><td>\(Self.escaped($1))</td></tr>"
    }
    let root = rootForReading.map { line in
      "<tr>" + line.map { "<td>\($0)</td>" }.joined() + "</tr>"
    }
    let signature = """
      <div class="signature"><span>Name</span><span>Signature</span><span>Date</span></div>
      """
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8">
      <title>Day-close sheet \(Self.escaped(date))</title>
      <style>
      @page { margin: 16mm }
      body { font: 11pt/1.4 Georgia, "DejaVu Serif", serif; max-width: 175mm; margin: 8mm auto;
        color: #000; background: #fff }
      @media print { body { margin: 0; max-width: none } }
      h1 { font-size: 20pt; margin: 0 } h2 { font-size: 11pt; margin: 5mm 0 1mm }
      p { margin: 0 }
      .facts th { text-align: left; white-space: nowrap; font-weight: normal;
        padding-right: 8mm; vertical-align: top }
      .facts td { font-weight: bold; overflow-wrap: anywhere }
      .root { font: 16pt/1.2 "DejaVu Sans Mono", monospace }
      .root td { padding-right: 8mm }
      .evidence { display: flex; gap: 8mm; align-items: flex-start }
      .evidence svg { width: 66mm; height: 66mm; flex: none }
      pre { font: 7.5pt/1.4 "DejaVu Sans Mono", monospace; white-space: pre-wrap;
        overflow-wrap: anywhere; margin: 0 }
      .signature { display: flex; gap: 6mm; margin-top: 13mm;
        break-inside: avoid }
      .signature span { border-top: 0.3mm solid #000; flex: 2; font-size: 9pt }
      .signature span:last-child { flex: 1 }
      </style></head><body>
      <p>Day-close sheet</p><h1>\(Self.escaped(clinic))</h1>
      <h2></h2><table class="facts">\(facts.joined())</table>
      <h2>Root, to be read aloud</h2><table class="root">\(root.joined())</table>
      <h2>Signed checkpoint</h2>
      <div class="evidence">\(code.svg)<div><pre>\(Self.escaped(checkpointText))</pre>
      <h2>Verifier key of the log</h2><pre>\(Self.escaped(logKey.description))</pre></div></div>
      <h2></h2><p>\(Self.statement)</p>
      \(signature)\(signature)
      </body></html>

      """
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
