import Practice

/// What a receiver says about the form of files that it was sent: an X12 999 (005010X231A1). Read or
/// refused as a whole.
public struct ImplementationAcknowledgementFile: Sendable {
  /// One for each functional group of claims (AK1 HC).
  public let files: [FileAcknowledgement]
  public let isTest: Bool
  /// What was tolerated, in the order of the file.
  public let notes: [X12Note]

  /// - Throws: `X12Error` naming the segment and element.
  public init(_ bytes: [UInt8]) throws(X12Error) {
    let file = try X12File(bytes)
    var files: [FileAcknowledgement] = []
    var notes = file.notes
    let transactions = try file.transactions(of: "999")
    for transaction in transactions {
      var reader = ImplementationAcknowledgementReader(transaction)
      if let answer = try reader.read(transaction) { files.append(answer) }
      notes += reader.values.notes
    }
    guard !files.isEmpty else {
      throw X12Error(
        "the file is about no file of claims (AK101 HC)", at: transactions.first?.header,
        element: 1,
        remedy: "there is nothing to record")
    }
    self.files = files
    isTest = transactions.contains(where: \.isTest)
    self.notes = notes.sorted { ($0.segment, $0.text) < ($1.segment, $1.text) }
  }
}

private struct ImplementationAcknowledgementReader {
  var values: X12Values
  private var group: X12Segment?
  private var outcome = ""
  private var errors: [String] = []
  private var isRejected = false

  init(_ transaction: X12Transaction) { values = X12Values(transaction.separators) }

  /// Nil when it is about something else than claims.
  mutating func read(
    _ transaction: X12Transaction
  ) throws(X12Error) -> FileAcknowledgement? {
    let header = transaction.header
    if transaction.isTest { values.note("a test interchange (ISA15 T)", header) }
    if !transaction.implementation.hasPrefix("005010X231") {
      values.note("it does not say that it is 005010X231A1", header)
    }
    for segment in transaction.segments { try take(segment) }
    guard let group else { throw X12Error("it has no AK1 segment", at: header) }
    guard !outcome.isEmpty else {
      throw X12Error("it has neither IK5 nor AK9: nothing is acknowledged", at: header)
    }
    guard group[1] == "HC" else {
      values.note("it is about a group that holds no claims; skipped", group)
      return nil
    }
    let control = try values.required(group, 2, "the control number of the group")
    return FileAcknowledgement(
      groupControl: control, code: outcome,
      detail: errors.isEmpty ? nil : errors.joined(separator: ", "))
  }

  private mutating func take(_ segment: X12Segment) throws(X12Error) {
    switch segment.id {
    case "AK1":
      guard group == nil else { throw X12Error("a second group in one answer", at: segment) }
      group = segment
    // A set that is rejected decides; else the word about the group.
    case "IK5", "AK9":
      let code = try values.required(segment, 1, "whether it was accepted").uppercased()
      guard ["A", "E", "P", "R", "M", "W", "X"].contains(code) else {
        throw X12Error("it is no acknowledgement code", at: segment, element: 1)
      }
      if segment.id == "IK5", !segment[2].isEmpty { errors.append("IK5 \(segment[2])") }
      if !isRejected { outcome = code }
      isRejected = isRejected || ["R", "M", "W", "X"].contains(code)
    case "IK3", "IK4":
      let text = (1...min(4, max(1, segment.elements.count))).map { segment[$0] }
        .filter { !$0.isEmpty }.joined(separator: " ")
      if segment.id == "IK3" {
        errors.append("IK3 \(text)")
      } else {
        errors.append("IK4 \(segment[1])")
      }
    case "AK2", "CTX", "TA1": break
    default: values.note("segment \(segment.id) is not known here and is skipped", segment)
    }
  }
}
