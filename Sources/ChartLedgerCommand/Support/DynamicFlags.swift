/// The flags of a command or report, which are known from its definition and not to the argument
/// parser.
struct DynamicFlags {
  struct Definition {
    var flag: String
    var takesValue: Bool
    var isRepeatable: Bool
  }

  /// Values by flag, in the order given; a flag without a value has `true`.
  private(set) var values: [(flag: String, value: String)] = []

  /// - Parameter words: what the argument parser did not recognise, in order.
  /// - Throws: `UsageError` naming the first word that fits no definition.
  init(_ words: [String], _ definitions: [Definition], of name: String) throws {
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("--") else {
        throw UsageError("\(name): \"\(word)\" belongs to no flag", hint: "see --help")
      }
      let parts = word.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let flag = String(parts[0])
      guard let definition = definitions.first(where: { $0.flag == flag }) else {
        throw UsageError(
          "\(name) has no flag --\(flag)",
          hint: Self.suggestion(for: flag, among: definitions.map(\.flag)))
      }
      if values.contains(where: { $0.flag == flag }) && !definition.isRepeatable {
        throw UsageError("--\(flag) is given twice", hint: "give it once")
      }
      if parts.count == 2 {
        values.append((flag, String(parts[1])))
      } else if !definition.takesValue {
        let isAnswer = rest.first.map { ["yes", "no", "true", "false"].contains($0) } ?? false
        values.append((flag, isAnswer ? rest.removeFirst() : "true"))
      } else if let value = rest.popFirst() {
        values.append((flag, value))
      } else {
        throw UsageError("--\(flag) needs a value", hint: "see --help")
      }
    }
  }

  private static func suggestion(for flag: String, among flags: [String]) -> String {
    let near = flags.filter {
      $0.contains(flag) || flag.contains($0) || $0.hasPrefix(flag.prefix(4))
    }
    let offered = near.isEmpty ? flags : near
    return "it has " + offered.map { "--\($0)" }.joined(separator: ", ")
  }
}

/// The command line does not say what can be done.
struct UsageError: Error {
  var problem: String
  var hint: String
  init(_ problem: String, hint: String) {
    self.problem = problem
    self.hint = hint
  }
}
