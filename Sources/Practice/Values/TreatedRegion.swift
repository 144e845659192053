/// A region as somebody wrote it, understood as far as the vocabulary goes: `L shoulder`,
/// `lumbar spine`, `neck and upper back`. What it does not know is kept by its words, so that old
/// records stay readable.
public struct TreatedRegion: Sendable, Hashable {
  /// As written, in lower case and without the side.
  public let text: String
  /// Nil for what the vocabulary does not know.
  public let region: BodyRegion?
  /// Nil when nobody said.
  public let side: Laterality?

  /// The regions that a text names; `and`, commas, slashes and semicolons part them.
  ///
  /// - Parameter side: for parts that name none themselves.
  public static func parsed(_ text: String, side: Laterality? = nil) -> [TreatedRegion] {
    parts(of: text).map { words in
      let said = words.lazy.compactMap { sides[$0] }.first
      return TreatedRegion(
        words.filter { sides[$0] == nil }, side: said ?? (side == .notApplicable ? nil : side))
    }.filter { !$0.text.isEmpty }
  }

  /// A text with a side written into it, e.g. `left shoulder`; as it is when it names one, or the
  /// side is none.
  public static func text(_ text: String, side: Laterality?) -> String {
    let parts = parts(of: text)
    let word: String
    switch side {
    case .left: word = "left"
    case .right: word = "right"
    case .bilateral: word = "both"
    case .notApplicable, nil: return text
    }
    guard !parts.contains(where: { $0.contains { sides[$0] != nil } }) else { return text }
    return parts.map { ([word] + $0).joined(separator: " ") }.joined(separator: ", ")
  }

  private init(_ words: [String], side: Laterality?) {
    text = words.joined(separator: " ")
    region = Self.region(in: words)
    self.side = side
  }

  /// Whether both may be the same tissue: one is the other or a part of it, and not on the other
  /// side. Texts that the vocabulary does not know are held against each other word by word.
  public func overlaps(_ other: TreatedRegion) -> Bool {
    if Set([side, other.side]) == [.left, .right] { return false }
    guard let region, let theirs = other.region else {
      return !words.isDisjoint(with: other.words)
    }
    return region.isWithin(theirs) || theirs.isWithin(region)
  }

  /// Whether an order for the other reaches this one: the same, a part of it, or the next larger
  /// region, as `back` for `upper back`; on a side that it was ordered for.
  public func isReached(by ordered: TreatedRegion) -> Bool {
    if let theirs = ordered.side, theirs != .bilateral, let side, side != theirs { return false }
    guard let region, let theirs = ordered.region else {
      return words.isSubset(of: ordered.words) || ordered.words.isSubset(of: words)
    }
    return region.isWithin(theirs) || (!region.isBroad && theirs.isWithin(region))
  }

  private var words: Set<String> { Set(text.split(separator: " ").map(String.init)) }

  /// The longest run of words that names a region, the first of equals.
  private static func region(in words: [String]) -> BodyRegion? {
    for length in stride(from: words.count, to: 0, by: -1) {
      for start in 0...(words.count - length) {
        let phrase = words[start..<start + length].joined(separator: " ")
        if let region = BodyRegion.named(phrase) { return region }
      }
    }
    return nil
  }

  /// The words of each part, in lower case.
  private static func parts(of text: String) -> [[String]] {
    let plain = text.lowercased().replacing("b/l", with: " both ")
      .replacing("&", with: ",").replacing("+", with: ",")
    var parts: [[String]] = [[]]
    for word in plain.split(whereSeparator: { !$0.isLetter && !",/;".contains($0) }) {
      for (index, piece) in word.split(
        omittingEmptySubsequences: false,
        whereSeparator: {
          ",/;".contains($0)
        }
      ).enumerated() {
        if index > 0 { parts.append([]) }
        if piece == "and" {
          parts.append([])
        } else if piece == "spine", let level = parts[parts.count - 1].last.flatMap({ spines[$0] })
        {
          parts[parts.count - 1].removeLast()
          parts[parts.count - 1].append(level)
        } else if !piece.isEmpty {
          parts[parts.count - 1].append(String(piece))
        }
      }
    }
    return parts.filter { !$0.isEmpty }
  }

  /// `C-spine` is the cervical spine.
  private static let spines = ["c": "cervical", "l": "lumbar", "t": "thoracic"]

  private static let sides: [String: Laterality] = [
    "left": .left, "l": .left, "lt": .left, "right": .right, "r": .right, "rt": .right,
    "both": .bilateral, "bilateral": .bilateral, "bilaterally": .bilateral,
  ]
}
