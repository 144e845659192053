import Practice
import Testing

@Suite("Contact details")
struct ContactTests {
  @Test(
    "a phone number becomes E.164",
    arguments: [
      ("1-201-603-1951", "+12016031951"), ("(201) 603-1951", "+12016031951"),
      ("201.603.1951", "+12016031951"), ("2016031951", "+12016031951"),
      ("+1 201 603 1951", "+12016031951"), ("+44 20 7946 0000", "+442079460000"),
    ])
  func phone(text: String, canonical: String) throws {
    #expect(try E164(text).description == canonical)
  }

  @Test(
    "anything else is no phone number",
    arguments: [
      "603-1951", "1-101-603-1951", "201-103-1951", "+1 201 603 195", "22016031951",
      "(201) 603-1951 x12", "+0123456789", "+1234567", "+44+2079460000", "+4420794600001234",
      "(201) MASSAGE",
    ])
  func badPhone(text: String) {
    #expect(throws: ValueError.self) { try E164(text) }
  }

  @Test("an e-mail address keeps its name and lowers its domain")
  func email() throws {
    #expect(
      try EmailAddress("Pat.Roe+clinic@Example.ORG").description == "Pat.Roe+clinic@example.org")
  }

  @Test(
    "an address that cannot work or could inject a header is refused",
    arguments: [
      "pat", "pat@", "@example.org", "pat@example", "pat@@example.org", "pat@example..org",
      "pat@-example.org", "pat roe@example.org", "pat@example.org\r\nBcc: x@example.org",
      "pat@exa_mple.org", "<pat@example.org>", "a@b@example.org", "pat,roe@example.org",
      String(repeating: "p", count: 65) + "@example.org",
    ])
  func badEmail(text: String) {
    #expect(throws: ValueError.self) { try EmailAddress(text) }
  }

  @Test(
    "states include the District of Columbia and the territories", arguments: ["NJ", "dc", "pr"])
  func state(text: String) throws {
    #expect(try StateCode(text).description == text.uppercased())
  }

  @Test("an unknown state is refused", arguments: ["XX", "New Jersey", "N", "NJ "])
  func badState(text: String) {
    #expect(throws: ValueError.self) { try StateCode(text) }
  }

  @Test(
    "a ZIP code has five or nine digits",
    arguments: [
      ("07030", "07030", "07030"), ("07030-1234", "07030-1234", "070301234"),
      ("070301234", "07030-1234", "070301234"),
    ])
  func zip(text: String, canonical: String, digits: String) throws {
    #expect(try PostalCode(text).description == canonical)
    #expect(try PostalCode(text).digits == digits)
  }

  @Test(
    "anything else is no ZIP code",
    arguments: ["7030", "07030-", "07030-12", "0703-01234", "O7030", "07030 1234", "07030-1234-1"])
  func badZip(text: String) {
    #expect(throws: ValueError.self) { try PostalCode(text) }
  }
}
