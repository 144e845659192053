import Practice
import PracticeEvents

/// How patients, therapists and amounts stand in bills, receipts and statements.
extension PatientState {
  /// Name and address, a line each.
  var addressLines: [String] {
    let person = profile.current
    return [person.legalName.full] + person.address.lines
  }
}

extension PostalAddress {
  /// Street and place, a line each; what is not known is left out.
  var lines: [String] {
    [
      line1, line2,
      [city, [state, postalCode].filter { !$0.isEmpty }.joined(separator: " ")]
        .filter { !$0.isEmpty }.joined(separator: ", "),
    ].filter { !$0.isEmpty }
  }
}

extension Document {
  /// Facts without those that nobody knows.
  static func known(_ facts: [(String, String)]) -> Block {
    .facts(facts.filter { !$0.1.isEmpty }.map { Fact($0.0, $0.1) })
  }
}

/// As people read amounts, e.g. `1,234.56`.
func dollars(_ cents: Int64) -> String { Money(cents: cents).grouped }

/// In front of a sum, e.g. `$1,234.56` or `-$20.00`.
func sum(_ cents: Int64) -> String {
  cents < 0 ? "-$" + Money(cents: 0 &- cents).grouped : "$" + Money(cents: cents).grouped
}

/// The date that CCYYMMDD stands for, in words; empty for 0.
func words(_ day: Int32) -> String { day.civilDate?.inWords ?? "" }

/// The date that CCYYMMDD stands for, as in a column: `03/11/2026`, which forms in the United States
/// ask for; empty for 0.
func short(_ day: Int32) -> String {
  guard let date = day.civilDate else { return "" }
  func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
  return "\(two(date.month))/\(two(date.day))/\(date.year)"
}

extension ReportSource {
  /// Who treats, as a bill names the person.
  func therapist(
    _ id: SubjectID?, on day: Int32
  ) throws -> (name: String, npi: String, license: String)? {
    guard let id else { return nil }
    let found = try facts.practitioner(id)
    guard found.registered else { return nil }
    let credential = found.current.credential.isEmpty ? "LMT" : found.current.credential
    let license = day.civilDate.flatMap { found.license(on: $0) }
    return (
      "\(found.current.name.full), \(credential)", found.current.npi,
      license.map { "\($0.recorded.number) (\($0.recorded.state))" } ?? ""
    )
  }
}
