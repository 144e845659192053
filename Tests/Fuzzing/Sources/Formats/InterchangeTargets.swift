import Interchange
import Practice
import PracticeEvents

@testable import Texts

/// A payer's advice (X12 835), up to the advices that would be posted.
@Sendable func fuzzRemittance(_ bytes: [UInt8]) {
  guard let file = try? RemittanceFile(bytes) else { return }
  for remittance in file.remittances {
    use(remittance.advice())
  }
}

/// A payer's answer about coverage (X12 271).
@Sendable func fuzzEligibility(_ bytes: [UInt8]) {
  guard let file = try? EligibilityFile(bytes) else { return }
  for answer in file.answers { use(answer.answer()) }
}

/// What is said about claims and files of claims (X12 277CA and 999).
@Sendable func fuzzAcknowledgement(_ bytes: [UInt8]) {
  if let file = try? ClaimAcknowledgementFile(bytes) { use((file.isTest, file.claims)) }
  if let file = try? ImplementationAcknowledgementFile(bytes) { use((file.isTest, file.files)) }
}

/// A table of rules or codes as CSV, and the values in it.
@Sendable func fuzzTable(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  let table = try? CSVTable(
    text, required: ["table", "key", "value", "effectiveFrom", "source"], optional: ["effectiveTo"])
  for row in table?.rows ?? [] {
    use((Int(row["value"]), try? CivilDate(row["effectiveFrom"])))
  }
  use(try? CSVTable(text, required: ["code"], optional: ["billable", "label"]).rows.map(\.line))
}

/// Every value that people and files write as text.
@Sendable func fuzzValue(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  if let date = try? CivilDate(text) {
    require((try? CivilDate(date.description)) == date, "a date is what it says")
    use((date.adding(days: 400), date.adding(days: -400), date.startOfMonth, date.endOfMonth))
  }
  if let money = try? Money(text) {
    require((try? Money(money.description)) == money, "an amount is what it says")
    use(money.grouped)
  }
  if let instant = try? Instant(text) {
    require((try? Instant(instant.description)) == instant, "an instant is what it says")
    use(ClinicTimeZone.utc.date(of: instant))
  }
  if let rate = try? Rate(text) { use(rate.description) }
  use((try? CivilTime(text), try? LocalDateTime(text), try? UTCOffset(text), try? NPI(text)))
  use((try? ICD10CM(text), try? ProcedureCode(text), try? Modifier(text), try? E164(text)))
  use((try? PostalCode(text), try? StateCode(text), try? EmailAddress(text), try? SubjectID(text)))
  use((try? EntityID(text), try? FileHash(text), try? ClinicTimeZone(text), try? Hundredths(text)))
}

/// What a stranger writes into an address, a form or the header Accept.
@Sendable func fuzzParameters(_ bytes: [UInt8]) {
  var pieces = Pieces(bytes)
  use(Accepted(pieces.line()).prefersHTML)
  guard let pairs = try? FormText.pairs(pieces.line()) else { return }
  let again = try? FormText.pairs(FormText.query(pairs))
  let isSame = again?.elementsEqual(pairs, by: ==) ?? false
  require(isSame || pairs.contains { $0.name.isEmpty && $0.value.isEmpty }, "a query is kept")
}
