/// A US state, the District of Columbia or a territory, by its two-letter postal abbreviation.
public struct StateCode: TextValue, Comparable {
  public static let what = "state"
  public static let example = "NJ"

  public let description: String

  /// Reads "NJ" or "nj".
  public init(_ text: String) throws(ValueError) {
    let code = text.uppercased()
    guard Self.known.contains(code) else {
      throw ValueError(
        Self.what, problem: "it is not the abbreviation of a US state or territory",
        remedy: "write two letters, like \"\(Self.example)\"")
    }
    description = code
  }

  public static func < (left: StateCode, right: StateCode) -> Bool {
    left.description < right.description
  }

  private static let known: Set<String> = [
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS",
    "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY",
    "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV",
    "WI", "WY", "DC", "AS", "GU", "MP", "PR", "VI",
  ]
}
