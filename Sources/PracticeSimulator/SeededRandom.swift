/// Chance that repeats: the same seed gives the same clinic (SplitMix64, Steele et al. 2014).
struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  /// True with this probability, 0 to 1.
  mutating func chance(_ probability: Double) -> Bool { fraction() < probability }

  /// 0 up to but not including 1. Exact in binary, so that every platform gives the same.
  mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

  mutating func double(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + fraction() * (range.upperBound - range.lowerBound)
  }

  mutating func int(_ range: ClosedRange<Int>) -> Int {
    // The bias of the remainder is far below what a clinic's history could show.
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  /// One of the elements; the collection is not empty.
  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[int(0...elements.count - 1)]
  }

  /// One of the elements, each as likely as its weight says.
  mutating func pick<Element>(weighted elements: [(Element, Double)]) -> Element {
    var left = fraction() * elements.reduce(0) { $0 + $1.1 }
    for (element, weight) in elements.dropLast() {
      if left < weight { return element }
      left -= weight
    }
    return elements[elements.count - 1].0
  }

  /// Decimal digits, as in a member id.
  mutating func digits(_ count: Int) -> String {
    (0..<count).reduce(into: "") { text, _ in text += "\(int(0...9))" }
  }
}
