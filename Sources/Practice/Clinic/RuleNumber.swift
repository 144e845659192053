/// A number that rules go by, with the regulation, study or decision that it comes from.
public struct RuleNumber: Sendable, Hashable {
  public let value: Int
  public let source: String

  public init(value: Int, source: String) {
    self.value = value
    self.source = source
  }

  /// The program's default; nil for a rule that it does not know.
  public init?(bundled table: String, _ key: String) {
    guard let rule = DefaultRules.table(table)?.rules.first(where: { $0.key == key }) else {
      return nil
    }
    self.init(value: rule.value, source: rule.source)
  }
}
