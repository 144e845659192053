import Practice

/// A 271 file, read as a whole or refused as a whole.
public struct EligibilityFile: Sendable {
  /// One for each patient; one for an inquiry that was rejected before it came to a patient.
  public let answers: [Eligibility]
  /// What was tolerated, in the order of the file.
  public let notes: [X12Note]

  /// - Throws: `X12Error` naming the segment and element.
  public init(_ bytes: [UInt8]) throws(X12Error) {
    let file = try X12File(bytes)
    var answers: [Eligibility] = []
    var notes = file.notes
    for transaction in try file.transactions(of: "271") {
      var reader = EligibilityReader(transaction)
      answers += try reader.read(transaction)
      notes += reader.values.notes
    }
    self.answers = answers
    self.notes = notes.sorted { ($0.segment, $0.text) < ($1.segment, $1.text) }
  }
}

private struct EligibilityReader {
  var values: X12Values
  private var answers: [Eligibility] = []
  /// What holds for everything below it.
  private var base = Eligibility(level: .source)
  private var current: Eligibility?
  private var level = Eligibility.Level.source
  private var benefit: Eligibility.Benefit?
  /// Between LS and LE everything is about somebody else.
  private var isRelated = false
  /// Whether the patient that ended last was rejected itself.
  private var hasOwnRejection = false
  private var sourceRejections: [Eligibility.Rejection] = []
  private var receiverRejections: [Eligibility.Rejection] = []

  init(_ transaction: X12Transaction) {
    values = X12Values(transaction.separators)
    base.isTest = transaction.isTest
    base.segment = transaction.header.number
  }

  mutating func read(_ transaction: X12Transaction) throws(X12Error) -> [Eligibility] {
    let header = transaction.header
    if transaction.isTest { values.note("a test interchange (ISA15 T)", header) }
    if !["005010X279", "004010X092"].contains(where: transaction.implementation.hasPrefix) {
      values.note("it does not say that it is 005010X279A1 or 004010X092A1", header)
    }
    guard transaction.segments.contains(where: { $0.id == "HL" }) else {
      throw X12Error("the answer has no HL segment", at: header)
    }
    for segment in transaction.segments { try take(segment) }
    endPatient()
    if answers.isEmpty {
      base.level = receiverRejections.isEmpty ? .source : .receiver
      base.rejections = sourceRejections + receiverRejections
      answers = [base]
    }
    return answers
  }

  private mutating func take(_ segment: X12Segment) throws(X12Error) {
    if isRelated, !["LE", "EB", "HL"].contains(segment.id) {
      if segment.id == "NM1" { benefit?.related.append(segment[3]) }
      return
    }
    switch segment.id {
    case "BHT": base.answeredOn = values.date(segment, 4)
    case "HL": try begin(segment)
    case "NM1": name(segment)
    case "TRN": trace(segment)
    case "DMG" where segment[1] == "D8":
      let bornOn = values.date(segment, 2)
      updatePerson { $0.bornOn = bornOn }
    case "AAA": reject(segment)
    case "EB": try beginBenefit(segment)
    case "HSD":
      benefit?.deliveries.append(
        .init(
          kind: segment[1], quantity: try values.count(segment, 2), period: segment[5]))
    case "MSG": benefit?.messages.append(segment[1])
    case "III": benefit?.details.append(segment[2])
    case "DTP":
      let days = values.dates(segment, format: 2, 3)
      let span = Eligibility.DateSpan(from: days.from, through: days.through)
      if benefit != nil {
        benefit?.dates[segment[1]] = span
      } else {
        current?.dates[segment[1]] = span
      }
    case "LS": isRelated = true
    case "LE": isRelated = false
    case "REF", "N3", "N4", "PER", "INS", "DMG", "PRV", "HI", "MPI": break
    default: values.note("segment \(segment.id) is not known here and is skipped", segment)
    }
  }

  private mutating func begin(_ segment: X12Segment) throws(X12Error) {
    if isRelated { values.note("LE is missing before it", segment) }
    switch segment[3] {
    case "20":
      endPatient()
      (level, sourceRejections, receiverRejections) = (.source, [], [])
    case "21":
      endPatient()
      (level, receiverRejections) = (.receiver, [])
    case "22":
      endPatient()
      level = .subscriber
      current = base
      current?.level = .subscriber
      current?.segment = segment.number
    case "23":
      let named = current
      endPatient()
      let subscriber = named?.subscriber ?? answers.last?.subscriber ?? Eligibility.Person()
      // A subscriber who is only named, above a dependent, is no answer of its own.
      if let last = answers.last, last.level == .subscriber, last.benefits.isEmpty, !hasOwnRejection
      {
        answers.removeLast()
      }
      level = .dependent
      current = base
      current?.level = .dependent
      current?.segment = segment.number
      current?.subscriber = subscriber
      current?.dependent = Eligibility.Person()
    default:
      throw X12Error("it is none of the levels 20 to 23", at: segment, element: 3)
    }
  }

  private mutating func name(_ segment: X12Segment) {
    switch (level, segment[1]) {
    case (.source, _):
      base.payerName = segment[3]
      base.payerID = segment[9]
    case (.receiver, _):
      base.providerID = segment[9]
      base.provider =
        segment[8] == "XX" ? NamedProvider(npi: segment[9], "NM1", 9, at: segment) : nil
    case (.subscriber, "IL"), (.dependent, "03"):
      updatePerson {
        $0.familyName = segment[3]
        $0.givenName = segment[4]
        $0.memberID = segment[9]
      }
    default: values.note("a name stands at a level where none is known", segment)
    }
  }

  private mutating func updatePerson(_ change: (inout Eligibility.Person) -> Void) {
    guard var answer = current else { return }
    if var dependent = answer.dependent {
      change(&dependent)
      answer.dependent = dependent
    } else {
      change(&answer.subscriber)
    }
    current = answer
  }

  private mutating func trace(_ segment: X12Segment) {
    guard !segment[2].isEmpty else { return }
    if segment[1] == "2" {
      current?.traces.insert(segment[2], at: 0)
    } else {
      current?.traces.append(segment[2])
    }
  }

  private mutating func reject(_ segment: X12Segment) {
    var rejection = Eligibility.Rejection(
      level: benefit == nil ? level : .benefit, isValidRequest: segment[1] == "Y",
      reason: segment[3].uppercased(), followUp: segment[4].uppercased())
    if rejection.reason.isEmpty {
      values.note("AAA03 is missing; 42 (unable to respond) is taken", segment)
      rejection.reason = "42"
    }
    if benefit != nil {
      benefit?.rejections.append(rejection)
    } else if level == .source {
      sourceRejections.append(rejection)
    } else if level == .receiver {
      receiverRejections.append(rejection)
    } else {
      current?.rejections.append(rejection)
    }
  }

  private mutating func beginBenefit(_ segment: X12Segment) throws(X12Error) {
    if isRelated { values.note("LE is missing before it", segment) }
    endBenefit()
    guard current != nil else {
      throw X12Error("a benefit stands before any subscriber", at: segment)
    }
    let kind = try values.required(segment, 1, "what the benefit is")
    let procedure = segment[13].isEmpty ? [] : values.components(segment, 13)
    benefit = Eligibility.Benefit(
      kind: kind, level: segment[2], serviceTypes: values.repetitions(segment, 3),
      insuranceType: segment[4], plan: segment[5], period: segment[6],
      amount: try values.money(segment, 7), share: try share(segment),
      quantityKind: segment[9], quantity: try quantity(segment),
      authorization: ["Y": .yes, "N": .no][segment[11]] ?? .unknown,
      isInNetwork: ["Y": true, "N": false][segment[12]],
      procedure: procedure.first == "HC" && procedure.count > 1 ? procedure[1] : "")
  }

  private mutating func share(_ segment: X12Segment) throws(X12Error) -> Rate? {
    guard !segment[8].isEmpty else { return nil }
    guard let milliPercent = X12Values.scaled(segment[8], digits: 5),
      (0...Rate.whole.milliPercent).contains(milliPercent)
    else {
      values.note("EB08 is no decimal from 0 to 1; it is left out", segment)
      return nil
    }
    return Rate(milliPercent: milliPercent)
  }

  /// EB09 and EB10 only mean something together.
  private mutating func quantity(_ segment: X12Segment) throws(X12Error) -> Int? {
    let kind = segment[9]
    guard !kind.isEmpty || !segment[10].isEmpty else { return nil }
    guard kind.utf8.count == 2,
      kind.utf8.allSatisfy({ !(0x30...0x39).contains($0) || kind == "99" })
        || ["8H", "D3", "P6", "S7", "S8"].contains(kind)
    else {
      values.note("EB09 is no kind of quantity; the quantity is left out", segment)
      return nil
    }
    guard !segment[10].isEmpty else { return nil }
    guard X12Values.scaled(segment[10], digits: 3) != nil else {
      values.note("EB10 is no number; it is left out", segment)
      return nil
    }
    return try values.count(segment, 10)
  }

  private mutating func endBenefit() {
    if let benefit { current?.benefits.append(benefit) }
    benefit = nil
    isRelated = false
  }

  private mutating func endPatient() {
    endBenefit()
    guard var answer = current else { return }
    current = nil
    hasOwnRejection = !answer.rejections.isEmpty
    answer.payerName = base.payerName
    answer.payerID = base.payerID
    answer.providerID = base.providerID
    answer.provider = base.provider
    answer.answeredOn = base.answeredOn
    answer.rejections = sourceRejections + receiverRejections + answer.rejections
    answers.append(answer)
  }
}
