import Practice
import Testing

@Suite("Money")
struct MoneyTests {
  @Test(
    "amounts are read as people and files write them",
    arguments: [
      ("120", 12_000), ("120.00", 12_000), ("0", 0), ("0.05", 5), ("$1,234.56", 123_456),
      ("1,234,567", 123_456_700), ("-20.00", -2_000), ("-$20.00", -2_000), ("-0.00", 0),
      ("10000000000.00", 1_000_000_000_000),
    ])
  func reading(text: String, cents: Int64) throws {
    #expect(try Money(text).cents == cents)
  }

  @Test(
    "anything else is refused",
    arguments: [
      "1.234", "1.2", "1.", ".50", "1e3", "+5", "--5", "$", "-", "1,23", "12,34.00", ",123",
      "1,,234",
      "1234,567", "1 000", " 5", "5 ", "0x10", "NaN", "1.-5", "1.+5", "10000000000.01",
      "99999999999999999999", "999999999999999999",
    ])
  func refusing(text: String) {
    #expect(throws: ValueError.self) { try Money(text) }
  }

  @Test(
    "amounts are written plainly and, for people, grouped",
    arguments: [
      (123_456, "1234.56", "1,234.56"), (0, "0.00", "0.00"), (5, "0.05", "0.05"),
      (-5, "-0.05", "-0.05"), (-100_000, "-1000.00", "-1,000.00"), (99_999, "999.99", "999.99"),
      (123_456_789, "1234567.89", "1,234,567.89"),
      (Int64.min, "-92233720368547758.08", "-92,233,720,368,547,758.08"),
    ])
  func writing(cents: Int64, plain: String, grouped: String) {
    #expect(Money(cents: cents).description == plain)
    #expect(Money(cents: cents).grouped == grouped)
  }

  @Test(
    "New Jersey sales tax is exact to the cent",
    arguments: [("95.00", "6.29"), ("120.00", "7.95"), ("88.50", "5.86"), ("0.00", "0.00")])
  func salesTax(fee: String, tax: String) throws {
    #expect(try Money(fee).times(Rate("6.625%")) == Money(tax))
  }

  @Test(
    "half a cent rounds away from zero, or every fraction toward it",
    arguments: [
      (1, "50%", 1, 0), (-1, "50%", -1, 0), (3, "50%", 2, 1), (-3, "50%", -2, -1),
      (1, "49.999%", 0, 0), (200, "33.333%", 67, 66), (10_000, "20%", 2_000, 2_000),
    ])
  func rounding(cents: Int64, rate: String, halfUp: Int64, down: Int64) throws {
    let rate = try Rate(rate)
    #expect(Money(cents: cents).times(rate).cents == halfUp)
    #expect(Money(cents: cents).times(rate, rounding: .down).cents == down)
  }

  @Test(
    "instalments add up to the amount, the larger first",
    arguments: [
      ("500.00", ["166.67", "166.67", "166.66"]), ("200.00", ["66.67", "66.67", "66.66"]),
      ("100.00", ["33.34", "33.33", "33.33"]), ("0.02", ["0.01", "0.01", "0.00"]),
      ("-1.00", ["-0.34", "-0.33", "-0.33"]), ("9.00", ["9.00"]), ("9.00", []),
    ])
  func splitting(amount: String, parts: [String]) throws {
    #expect(try Money(amount).split(into: parts.count).map(\.description) == parts)
  }

  @Test("every split is exact and within a cent", arguments: 1...40)
  func splitIsExact(parts: Int) throws {
    for cents: Int64 in [0, 1, 7, 99, 12_345, -12_345, .max, .min] {
      let split = Money(cents: cents).split(into: parts)
      #expect(split.reduce(.zero, +).cents == cents)
      let largest = try #require(split.max())
      let smallest = try #require(split.min())
      #expect((largest - smallest).cents <= 1)
    }
  }

  @Test("a sum beyond Int64 saturates instead of trapping")
  func saturation() {
    let (most, least) = (Money(cents: .max), Money(cents: .min))
    #expect(most + Money(cents: 1) == most)
    #expect(least - Money(cents: 1) == least)
    #expect(-least == most)
    #expect(least.magnitude == most)
    #expect(most.times(3) == most)
    #expect(most.times(.min) == least)
    #expect(most.times(Rate(milliPercent: .max)) == most)
    #expect(most.times(.whole) == most)
  }

  @Test("fees multiply by units and compare by size")
  func arithmetic() throws {
    let fee = try Money("35.50")
    #expect(fee.times(3).description == "106.50")
    #expect(fee - fee == .zero)
    #expect(try -fee < Money("-35.49"))
    #expect(try (-fee).magnitude == Money("35.50"))
  }
}

@Suite("Rate")
struct RateTests {
  @Test(
    "percentages are read exactly and written canonically",
    arguments: [
      ("20%", 20_000, "20%"), ("6.625%", 6_625, "6.625%"), ("7.5%", 7_500, "7.5%"),
      ("7.50%", 7_500, "7.5%"), ("0%", 0, "0%"), ("0.05%", 50, "0.05%"), ("100%", 100_000, "100%"),
      ("1000%", 1_000_000, "1000%"),
    ])
  func reading(text: String, milliPercent: Int64, canonical: String) throws {
    let rate = try Rate(text)
    #expect(rate.milliPercent == milliPercent)
    #expect(rate.description == canonical)
  }

  @Test(
    "anything else is refused",
    arguments: ["20", "0.2", "%", "-5%", "6.6255%", "6.%", ".5%", "20 %", "1000.001%", "1e2%"])
  func refusing(text: String) {
    #expect(throws: ValueError.self) { try Rate(text) }
  }

  @Test("basis points are hundredths of a percent")
  func basisPoints() throws {
    #expect(try Rate(basisPoints: 2_000) == Rate("20%"))
    #expect(Rate(basisPoints: .max).milliPercent == .max)
    #expect(Rate(milliPercent: -1_250).description == "-1.25%")
    #expect(Rate.zero < Rate.whole)
  }
}
