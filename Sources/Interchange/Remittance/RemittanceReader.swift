import Practice

/// An 835 file, read as a whole or refused as a whole.
public struct RemittanceFile: Sendable {
  public let remittances: [Remittance]
  /// What was tolerated, in the order of the file.
  public let notes: [X12Note]

  /// - Throws: `X12Error` naming the segment and element.
  public init(_ bytes: [UInt8]) throws(X12Error) {
    let file = try X12File(bytes)
    var remittances: [Remittance] = []
    var notes = file.notes
    for transaction in try file.transactions(of: "835") {
      var reader = RemittanceReader(transaction)
      remittances.append(try reader.read(transaction))
      notes += reader.values.notes
    }
    self.remittances = remittances
    self.notes = notes.sorted { ($0.segment, $0.text) < ($1.segment, $1.text) }
  }
}

private struct RemittanceReader {
  var values: X12Values
  private var remittance: Remittance
  private var claim: Remittance.Claim?
  private var line: Remittance.Line?
  /// Whose N1 loop REF belongs to.
  private var party: WritableKeyPath<Remittance, Remittance.Party>?

  init(_ transaction: X12Transaction) {
    values = X12Values(transaction.separators)
    remittance = Remittance(
      implementation: transaction.implementation, isTest: transaction.isTest)
  }

  mutating func read(_ transaction: X12Transaction) throws(X12Error) -> Remittance {
    let header = transaction.header
    if transaction.isTest { values.note("a test interchange (ISA15 T)", header) }
    if !["005010X221", "004010X091"].contains(where: transaction.implementation.hasPrefix) {
      values.note("it does not say that it is 005010X221A1 or 004010X091A1", header)
    }
    for id in ["BPR", "TRN"] where !transaction.segments.contains(where: { $0.id == id }) {
      throw X12Error("the payment advice has no \(id) segment", at: header)
    }
    for segment in transaction.segments { try take(segment) }
    endClaim()
    return remittance
  }

  private mutating func take(_ segment: X12Segment) throws(X12Error) {
    switch segment.id {
    case "BPR": try payment(segment)
    case "TRN":
      remittance.traceNumber = try values.required(segment, 2, "the trace number")
      remittance.originator = segment[3]
    case "CUR":
      guard ["", "USD"].contains(segment[2]) else {
        throw X12Error(
          "the amounts are not in US dollars", at: segment, element: 2,
          remedy: "record the payment by hand")
      }
    case "N1": name(segment)
    case "REF": reference(segment)
    case "CLP": try beginClaim(segment)
    case "NM1" where segment[1] == "QC": claim?.patientMemberID = segment[9]
    case "CAS": try adjustments(segment)
    case "MOA": claim?.remarks += (3...7).map { segment[$0] }.filter { !$0.isEmpty }
    case "MIA":
      claim?.remarks += ([5] + Array(20...23)).map { segment[$0] }.filter { !$0.isEmpty }
    case "SVC": try beginLine(segment)
    case "DTM": date(segment)
    case "AMT": try amount(segment)
    case "LQ" where segment[1] == "HE":
      if line != nil { line?.remarks.append(segment[2]) } else { claim?.remarks.append(segment[2]) }
    case "PLB": try providerAdjustments(segment)
    case "LX": endClaim()
    case "N3", "N4", "PER", "RDM", "TS2", "TS3", "NM1", "QTY", "LQ": break
    default: values.note("segment \(segment.id) is not known here and is skipped", segment)
    }
  }

  private mutating func payment(_ segment: X12Segment) throws(X12Error) {
    remittance.handling = segment[1]
    guard let amount = try values.money(segment, 2) else {
      throw X12Error("the amount of the payment is missing", at: segment, element: 2)
    }
    remittance.amount = amount
    remittance.isDebit = segment[3] == "D"
    remittance.method = try values.required(segment, 4, "the method of payment")
    remittance.paidOn = values.date(segment, 16)
  }

  private mutating func name(_ segment: X12Segment) {
    switch segment[1] {
    case "PR": party = \.payer
    case "PE": party = \.payee
    default: party = nil
    }
    guard let party, claim == nil else { return }
    remittance[keyPath: party].name = segment[2]
    remittance[keyPath: party].qualifier = segment[3]
    remittance[keyPath: party].id = segment[4]
    remittance[keyPath: party].place = segment
  }

  private mutating func reference(_ segment: X12Segment) {
    if line != nil {
      if segment[1] == "6R" { line?.controlNumber = segment[2] }
    } else if claim == nil, let party {
      remittance[keyPath: party].references[segment[1]] = segment[2]
    }
  }

  private mutating func beginClaim(_ segment: X12Segment) throws(X12Error) {
    endClaim()
    guard let status = try values.count(segment, 2) else {
      throw X12Error("the status of the claim is missing", at: segment, element: 2)
    }
    if segment[1].isEmpty { values.note("CLP01 is missing", segment) }
    claim = Remittance.Claim(
      reference: segment[1], status: status, charge: try values.moneyOrZero(segment, 3),
      paid: try values.moneyOrZero(segment, 4),
      patientResponsibility: try values.money(segment, 5), filingIndicator: segment[6],
      payerControlNumber: segment[7], segment: segment.number, line: segment.line)
  }

  private mutating func beginLine(_ segment: X12Segment) throws(X12Error) {
    guard claim != nil else { throw X12Error("a line stands before any claim", at: segment) }
    endLine()
    let decided = values.components(segment, 1)
    let billed = segment[6].isEmpty ? decided : values.components(segment, 6)
    guard decided.count >= 2, billed.count >= 2 else {
      throw X12Error(
        "the procedure has no qualifier and code", at: segment,
        element: decided.count < 2 ? 1 : 6)
    }
    var thousandths: Int64?
    if !segment[5].isEmpty {
      thousandths = X12Values.scaled(segment[5], digits: 3)
      if thousandths == nil { throw X12Error("it is no number", at: segment, element: 5) }
    }
    line = Remittance.Line(
      qualifier: billed[0], procedure: billed[1],
      modifiers: billed.dropFirst(2).prefix(4).filter { !$0.isEmpty },
      adjudicatedProcedure: decided[1] == billed[1] ? nil : decided[1],
      charge: try values.moneyOrZero(segment, 2), paid: try values.money(segment, 3) ?? .zero,
      thousandths: thousandths)
  }

  /// CAS has a group and up to six of reason, amount and quantity.
  private mutating func adjustments(_ segment: X12Segment) throws(X12Error) {
    guard claim != nil else { throw X12Error("it stands before any claim", at: segment) }
    guard let group = AdjustmentGroupChoice(rawValue: segment[1]) else {
      throw X12Error(
        "the group is none of CO, PR, OA, PI and CR", at: segment, element: 1)
    }
    guard segment.elements.count <= 19 else {
      throw X12Error("it has more than six adjustments", at: segment, element: 20)
    }
    var found: [Remittance.Adjustment] = []
    for first in stride(from: 2, through: 17, by: 3) {
      let isEmpty = (first..<first + 3).allSatisfy { segment[$0].isEmpty }
      guard !isEmpty else { continue }
      let carc = try values.required(segment, first, "the reason of an adjustment")
      var thousandths: Int64?
      if !segment[first + 2].isEmpty {
        thousandths = X12Values.scaled(segment[first + 2], digits: 3)
        if thousandths == nil { throw X12Error("it is no number", at: segment, element: first + 2) }
      }
      found.append(
        Remittance.Adjustment(
          group: group, carc: carc.uppercased(),
          amount: try values.moneyOrZero(segment, first + 1), thousandths: thousandths))
    }
    if line != nil { line?.adjustments += found } else { claim?.adjustments += found }
  }

  private mutating func date(_ segment: X12Segment) {
    guard let date = values.date(segment, 2) else { return }
    if line != nil {
      line?.dates[segment[1]] = date
    } else if claim != nil {
      claim?.dates[segment[1]] = date
    } else if segment[1] == "405" {
      remittance.producedOn = date
    }
  }

  private mutating func amount(_ segment: X12Segment) throws(X12Error) {
    let amount = try values.moneyOrZero(segment, 2)
    if line != nil {
      line?.amounts[segment[1]] = amount
    } else {
      claim?.amounts[segment[1]] = amount
    }
  }

  /// PLB has a provider, a day, and up to six of reason and amount.
  private mutating func providerAdjustments(_ segment: X12Segment) throws(X12Error) {
    endClaim()
    guard segment.elements.count <= 14 else {
      throw X12Error("it has more than six adjustments", at: segment, element: 15)
    }
    let day = values.date(segment, 2)
    for first in stride(from: 3, through: 13, by: 2) {
      guard !segment[first].isEmpty || !segment[first + 1].isEmpty else { continue }
      let reason = values.components(segment, first)
      let code = try values.required(segment, first, "the reason of an adjustment")
      guard let amount = try values.money(segment, first + 1) else {
        throw X12Error("the amount of an adjustment is missing", at: segment, element: first + 1)
      }
      remittance.providerAdjustments.append(
        Remittance.ProviderAdjustment(
          code: reason.first ?? code, reference: reason.dropFirst().joined(separator: ":"),
          amount: amount, provider: segment[1], fiscalYearEnd: day))
    }
  }

  private mutating func endLine() {
    if let line { claim?.lines.append(line) }
    line = nil
  }

  private mutating func endClaim() {
    endLine()
    if let claim { remittance.claims.append(claim) }
    claim = nil
    party = nil
  }
}
