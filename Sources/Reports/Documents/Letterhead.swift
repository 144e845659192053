import Practice
import PracticeEvents

/// How people and places stand in a document.
extension SitePracticeProfileSet {
  /// Name, address and numbers, a line each; what is not known is left out.
  var letterhead: [String] {
    let street = [address.line1, address.line2].filter { !$0.isEmpty }.joined(separator: ", ")
    let place = [
      address.city,
      [address.state, address.postalCode].filter { !$0.isEmpty }.joined(separator: " "),
    ].filter { !$0.isEmpty }.joined(separator: ", ")
    let numbers = [
      phone.isEmpty ? "" : "Phone \(phone.asPhoneNumber)",
      fax.isEmpty ? "" : "Fax \(fax.asPhoneNumber)", npi.isEmpty ? "" : "NPI \(npi)",
    ].filter { !$0.isEmpty }.joined(separator: " · ")
    return [name, [street, place].filter { !$0.isEmpty }.joined(separator: ", "), numbers]
      .filter { !$0.isEmpty }
  }
}

extension PersonName {
  /// E.g. `Ana M. Rivera Jr.`
  var full: String {
    [given, middle, family, suffix].filter { !$0.isEmpty }.joined(separator: " ")
  }
}

extension String {
  /// A number of North America as it is written there, `(201) 603-1951`; others as they are.
  var asPhoneNumber: String {
    guard hasPrefix("+1"), count == 12 else { return self }
    let digits = dropFirst(2)
    return "(\(digits.prefix(3))) \(digits.dropFirst(3).prefix(3))-\(digits.suffix(4))"
  }
}
