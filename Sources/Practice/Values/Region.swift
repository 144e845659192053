/// Regions of the body, which people name in their own words.
enum Region {
  /// The regions that a text names, in lower case: `Neck, upper back` are two, and so are
  /// `neck and head`.
  static func parts(of text: String) -> Set<String> {
    let words = text.lowercased().split { !$0.isLetter && $0 != "," && $0 != "/" && $0 != ";" }
    let plain = words.map { $0 == "and" ? "," : String($0) }.joined(separator: " ")
    return Set(
      plain.split { ",/;".contains($0) }
        .map { $0.split(separator: " ").joined(separator: " ") }.filter { !$0.isEmpty })
  }

  /// Whether every region of a text lies in what is allowed: named there, or part of a region named
  /// there (`upper back` in `back`), or the whole of which one is (`back` for `upper back`).
  static func isCovered(_ text: String, by allowed: some Sequence<String>) -> Bool {
    let allowed = allowed.reduce(into: Set<String>()) { $0.formUnion(parts(of: $1)) }
      .map(words)
    return parts(of: text).allSatisfy { part in
      let words = words(part)
      return allowed.contains { words.isSubset(of: $0) || $0.isSubset(of: words) }
    }
  }

  private static func words(_ part: String) -> Set<String> {
    Set(part.split(separator: " ").map(String.init))
  }
}
