/// What a client would rather have: the header Accept (RFC 9110, section 12.5.1).
struct Accepted {
  private struct Range {
    var type: Substring
    var subtype: Substring
    /// In thousandths.
    var quality: Int
  }
  private let ranges: [Range]
  private let isAnything: Bool

  /// - Parameter header: nil or empty is anything.
  init(_ header: String?) {
    isAnything = header.map { $0.isEmpty || $0 == "*/*" } ?? true
    guard !isAnything else {
      ranges = []
      return
    }
    let ranges = (header ?? "").split(separator: ",").prefix(64).compactMap(Self.range)
    self.ranges = ranges.isEmpty ? [Range(type: "*", subtype: "*", quality: 1000)] : ranges
  }

  private static func range(_ text: Substring) -> Range? {
    let parts = text.split(separator: ";").map {
      $0.filter { $0 != " " && $0 != "\t" }.lowercased()
    }
    guard let names = parts.first?.split(separator: "/"), names.count == 2 else { return nil }
    let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.map {
      thousandths($0.dropFirst(2))
    }
    return Range(type: names[0], subtype: names[1], quality: quality ?? 1000)
  }

  /// `0.85` is 850; what is no such number is 0.
  private static func thousandths(_ text: Substring) -> Int {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, whole == "0" || whole == "1" else { return 0 }
    guard parts.count == 2, whole == "0" else { return whole == "1" ? 1000 : 0 }
    let digits = parts[1].prefix(3)
    return Int(String(digits) + String(repeating: "0", count: 3 - digits.count)) ?? 0
  }

  /// The most wanted of the media types; of equally wanted ones the one named first by the client,
  /// else the first offered. Nil when it wants none.
  func best(of offered: [String]) -> String? {
    if isAnything { return offered.first }
    let wanted = offered.compactMap { name -> (name: String, quality: Int, place: Int)? in
      let parts = name.split(separator: "/")
      guard parts.count == 2 else { return nil }
      func place(_ type: Substring, _ subtype: Substring) -> Int? {
        ranges.firstIndex { $0.type == type && $0.subtype == subtype }
      }
      // The most exact range decides.
      guard let index = place(parts[0], parts[1]) ?? place(parts[0], "*") ?? place("*", "*"),
        ranges[index].quality > 0
      else { return nil }
      return (name, ranges[index].quality, index)
    }
    return wanted.enumerated().min {
      (-$0.element.quality, $0.element.place, $0.offset)
        < (-$1.element.quality, $1.element.place, $1.offset)
    }?.element.name
  }

  /// Whether it is a browser that would show a page.
  var prefersHTML: Bool { best(of: ["application/json", "text/html"]) == "text/html" }
}
