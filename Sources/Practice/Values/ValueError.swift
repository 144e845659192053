import Foundation

/// A text or number that is not a valid value of its type: what it was meant to be, what is wrong
/// with it and what to do.
///
/// `given` repeats the input and stays nil for whatever could identify a patient (a phone number,
/// an address), because messages end in logs and on screens.
public struct ValueError: Error, Sendable, Hashable, CustomStringConvertible {
  public let what: String
  public let given: String?
  public let problem: String
  public let remedy: String

  public init(_ what: String, given: String? = nil, problem: String, remedy: String) {
    self.what = what
    self.given = given.map(Self.printable)
    self.problem = problem
    self.remedy = remedy
  }

  public var description: String {
    let subject = given.map { "\(what) \"\($0)\"" } ?? what
    return "\(subject): \(problem); \(remedy)"
  }

  /// Hostile input must neither flood a log nor steer a terminal.
  private static func printable(_ text: String) -> String {
    let longest = 40
    let shown = text.unicodeScalars.prefix(longest).map { scalar in
      scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
        ? "\u{FFFD}" : Character(scalar)
    }
    return String(shown) + (text.unicodeScalars.count > longest ? "…" : "")
  }
}

extension ValueError: LocalizedError {
  public var errorDescription: String? { description }
}
