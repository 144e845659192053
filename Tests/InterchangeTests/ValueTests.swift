import Practice
import Testing

@testable import Interchange

@Suite("Values in X12")
struct ValueTests {
  @Test(
    "a decimal is exact, or is none",
    arguments: [
      ("0", 2, 0), ("34", 2, 34_00), ("34.00", 2, 34_00), ("100.", 2, 100_00), ("-.5", 2, -50),
      (".07", 2, 7), ("-9.00", 2, -9_00), ("+1.5", 2, 1_50), ("1.230000", 2, 1_23),
      ("1.9", 3, 1_900), (".2", 5, 20_000), ("000012.34", 2, 12_34), ("1.234", 2, nil),
      ("", 2, nil), (".", 2, nil), ("-", 2, nil), ("1.2.3", 2, nil), ("1e3", 2, nil),
      ("1,000", 2, nil), (" 1", 2, nil), ("١", 2, nil), ("9999999999999999999", 2, nil),
      ("999999999999999.99", 2, 99_999_999_999_999_999), ("999999999999999", 5, nil),
    ] as [(String, Int, Int64?)])
  func decimals(text: String, digits: Int, value: Int64?) {
    #expect(X12Values.scaled(text, digits: digits) == value)
  }

  @Test("an amount that is none is refused with its place and without being repeated")
  func place() throws {
    let text = X12Text.remittance("CLP*X*1*12O.00*0**12*P1", amount: "0")
    let error = try #require(throws: X12Error.self) { try X12Text.read(text) }
    #expect(error.place == "CLP03" && error.segment == 10 && error.line == 10)
    #expect(!error.description.contains("12O"))
  }

  @Test(
    "what money depends on is refused where it is wrong",
    arguments: [
      ("CLP*X**1*0", "CLP02"), ("CLP*X*1*1*0~\nCAS*ZZ*45*1", "CAS01"),
      ("CLP*X*1*1*0~\nCAS*CO**1", "CAS02"), ("CLP*X*1*1*0~\nCAS*CO*45*1*x", "CAS04"),
      ("CLP*X*1*1*0~\nCAS*CO*45*1**1*1**1*1**1*1**1*1**1*1**1*1", "CAS20"),
      ("CLP*X*1*1*0~\nSVC*97124*1*0", "SVC01"), ("CLP*X*1*1*0~\nSVC*HC:97124*1*0**x", "SVC05"),
      ("PLB*1*20261231*WO:1", "PLB04"), ("CUR*PR*CAD", "CUR02"), ("SVC*HC:97124*1*0", "SVC"),
      ("CLP*X*1*99999999999999*0", "CLP03"), ("CAS*CO*45*1", "CAS"),
    ])
  func strict(body: String, place: String) throws {
    let text = X12Text.remittance(body, amount: "0")
    let error = try #require(throws: X12Error.self) { try X12Text.read(text) }
    #expect(error.place == place)
  }

  @Test("missing amounts are 0.00, and said to be")
  func missing() throws {
    let text = X12Text.remittance("CLP*X*4~\nSVC*HC:97124~\nCAS*CO*45", amount: "0")
    let file = try RemittanceFile(Array(text.utf8))
    #expect(file.remittances[0].claims[0].charge == .zero)
    #expect(file.notes.filter { $0.text.contains("is missing; 0.00 is taken") }.count == 4)
  }

  @Test("a CAS segment holds up to six adjustments")
  func sixAdjustments() throws {
    let text = X12Text.remittance(
      "CLP*X*1*21*0~\nCAS*CO*1*1**2*2*5*3*3**4*4**5*5**6*6", amount: "0")
    let adjustments = try X12Text.read(text).claims[0].adjustments
    #expect(adjustments.map(\.carc) == ["1", "2", "3", "4", "5", "6"])
    #expect(adjustments.map(\.amount).reduce(.zero, +) == Money(cents: 21_00))
    #expect(adjustments[1].thousandths == 5_000)
  }
}
