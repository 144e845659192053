/// Numbers that follow from a seed (SplitMix64).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64
  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

extension UInt64 {
  /// The seed of a part of what this one is the seed of.
  func part(_ number: Int) -> UInt64 {
    var generator = SeededGenerator(seed: self ^ UInt64(number) &* 0x2545_f491_4f6c_dd1d)
    return generator.next()
  }
}
