extension DefaultRules.Table {
  /// What is wrong with a rule of this table, beyond a key that it does not know; nil when nothing
  /// is. A key that no code can meet, or a share above the whole, is a slip of the pen.
  func problem(of key: String, _ value: Int) -> String? {
    keyProblem(key) ?? valueProblem(key, value)
  }

  private func keyProblem(_ key: String) -> String? {
    switch name {
    case "ncci":
      let codes = key.split(separator: "-", omittingEmptySubsequences: false)
        .compactMap { try? ProcedureCode(String($0)) }
      return codes.count == 2 && codes[0] != codes[1]
        && "\(codes[0])-\(codes[1])" == key
        ? nil : "\(key) is not two procedure codes, column 1 before column 2, like 97140-97124"
    case "massage-codes":
      return (try? ProcedureCode(key))?.description == key
        ? nil : "\(key) is not a procedure code, like 97124"
    case "holidays":
      return (try? CivilDate(key))?.description == key
        ? nil : "\(key) is not a day, like 2026-12-25"
    case "sales-tax":
      return key.wholeMatch(of: /prescriber-[a-z]+/) != nil
        ? nil : "\(key) is not a credential, like prescriber-md"
    default: return nil
    }
  }

  private func valueProblem(_ key: String, _ value: Int) -> String? {
    func oneOf(_ allowed: [Int]) -> String? {
      allowed.contains(value)
        ? nil
        : "\(key) is \(value), not one of \(allowed.map { "\($0)" }.joined(separator: ", "))"
    }
    func atMost(_ most: Int, _ what: String) -> String? {
      value <= most ? nil : "\(key) is \(value), more than \(what)"
    }
    switch (name, key) {
    case ("ncci", _): return oneOf([0, 1, 9])
    case ("massage-codes", _), ("sales-tax", _): return oneOf([0, 1, 2])
    case ("holidays", _), (_, "verification-same-month"), (_, "first-miss-is-free"),
      (_, "package-breakage-allowed"):
      return oneOf([0, 1])
    case ("frequency", _) where key.hasSuffix("-per-week-hundredths"):
      return atMost(700, "once a day, 700 hundredths a week")
    case ("outcomes", _) where key.hasSuffix("-hundredths"):
      return atMost(10_000, "the longest scale, 100")
    case _ where key.hasSuffix("-rate"): return atMost(100_000, "the whole, 100 000")
    default: return nil
    }
  }
}
