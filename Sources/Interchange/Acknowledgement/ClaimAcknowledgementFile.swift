import Practice

/// What a payer or clearinghouse says about claims that it was sent: an X12 277CA (005010X214), or a
/// 277 about their status (005010X212), which has the same shape. Read or refused as a whole.
public struct ClaimAcknowledgementFile: Sendable {
  /// In the order of the file.
  public let claims: [ClaimAcknowledgement]
  /// The providers named as the billing ones (NM1 85 with a national provider identifier).
  public let billingProviders: [NamedProvider]
  public let isTest: Bool
  /// What was tolerated, in the order of the file.
  public let notes: [X12Note]

  /// - Throws: `X12Error` naming the segment and element.
  public init(_ bytes: [UInt8]) throws(X12Error) {
    let file = try X12File(bytes)
    var claims: [ClaimAcknowledgement] = []
    var providers: [NamedProvider] = []
    var notes = file.notes
    let transactions = try file.transactions(of: "277")
    for transaction in transactions {
      var reader = ClaimAcknowledgementReader(transaction)
      try reader.read(transaction)
      claims += reader.claims
      providers += reader.providers
      notes += reader.values.notes
    }
    guard !claims.isEmpty else {
      throw X12Error(
        "the file answers no claim", at: transactions.first?.header,
        remedy: "there is nothing to record; ask the clearinghouse what it is about")
    }
    self.claims = claims
    billingProviders = providers
    isTest = transactions.contains(where: \.isTest)
    self.notes = notes.sorted { ($0.segment, $0.text) < ($1.segment, $1.text) }
  }
}

private struct ClaimAcknowledgementReader {
  var values: X12Values
  private(set) var claims: [ClaimAcknowledgement] = []
  private(set) var providers: [NamedProvider] = []
  private var level = ""
  private var claim: ClaimAcknowledgement?
  /// Whether a line of the claim is being described.
  private var isLine = false

  init(_ transaction: X12Transaction) { values = X12Values(transaction.separators) }

  mutating func read(_ transaction: X12Transaction) throws(X12Error) {
    let header = transaction.header
    if transaction.isTest { values.note("a test interchange (ISA15 T)", header) }
    if !["005010X214", "005010X212"].contains(where: transaction.implementation.hasPrefix) {
      values.note("it does not say that it is 005010X214 or 005010X212", header)
    }
    for segment in transaction.segments { try take(segment) }
    endClaim()
  }

  private mutating func take(_ segment: X12Segment) throws(X12Error) {
    switch segment.id {
    case "HL":
      endClaim()
      level = segment[3]
      guard ["20", "21", "19", "22", "23", "PT"].contains(level) else {
        throw X12Error("it is none of the levels 19 to 23 and PT", at: segment, element: 3)
      }
    case "NM1" where segment[1] == "85" || segment[1] == "1P":
      if segment[8] == "XX" {
        providers.append(NamedProvider(npi: segment[9], "NM1", 9, at: segment))
      }
    case "TRN" where isPatient && segment[1] == "2":
      endClaim()
      let reference = try values.required(segment, 2, "the claim's number")
      claim = ClaimAcknowledgement(reference: reference, category: "")
    case "STC": try status(segment)
    case "REF" where segment[1] == "1K" && claim != nil && !isLine:
      claim?.payerControlNumber = segment[2]
    case "SVC": isLine = true
    case "BHT", "NM1", "TRN", "REF", "DTP", "QTY", "AMT", "PER", "N3", "N4", "DMG": break
    default: values.note("segment \(segment.id) is not known here and is skipped", segment)
    }
  }

  private var isPatient: Bool { ["22", "23", "PT"].contains(level) }

  private mutating func status(_ segment: X12Segment) throws(X12Error) {
    let parts = values.components(segment, 1)
    let category = (parts.first ?? "").uppercased()
    guard !category.isEmpty else {
      throw X12Error("the category of the status is missing", at: segment, element: 1)
    }
    let day = values.date(segment, 2)
    let amount = try values.money(segment, 4)
    guard claim != nil else {
      if isPatient { throw X12Error("a status stands before its claim", at: segment) }
      if FrontEnd.isRejection(category) {
        values.note("everything at level \(level) is rejected (\(category))", segment)
      }
      return
    }
    // A rejection of any part is one of the claim; else the claim's own first status holds.
    guard claim?.category.isEmpty == true || FrontEnd.isRejection(category) && !isRejected else {
      return
    }
    claim?.category = category
    claim?.statusCode = parts.dropFirst().prefix(2).joined(separator: ":")
    if let day { claim?.statedOn = day }
    if !isLine { claim?.amount = amount }
  }

  private var isRejected: Bool { FrontEnd.isRejection(claim?.category ?? "") }

  private mutating func endClaim() {
    if let claim, !claim.category.isEmpty { claims.append(claim) }
    claim = nil
    isLine = false
  }
}

/// X12 277CA STC01-1.
enum FrontEnd {
  static func isRejection(_ category: String) -> Bool {
    ["A3", "A4", "A6", "A7", "A8"].contains(category)
  }
}
