/// Chooses which surviving images of a moment are looked at.
public struct ImageChoice: Sendable {
  /// Up to so many uncertain changes, every subset of them is looked at.
  public var exhaustiveUpTo: Int
  /// How many random images are added where changes have several sectors, or are too many.
  public var samples: Int
  /// Where changes are too many: whether each one alone, and each one missing, is looked at.
  public var singles: Bool

  public init(exhaustiveUpTo: Int, samples: Int, singles: Bool = true) {
    (self.exhaustiveUpTo, self.samples, self.singles) = (exhaustiveUpTo, samples, singles)
  }

  /// Subsets of the uncertain changes: all of them where there are few; else none, all, each one
  /// alone and each one missing, and random ones. Then random ones with torn writes.
  public func selections(
    _ disk: Disk, using generator: inout some RandomNumberGenerator
  ) -> [Selection] {
    let pending = disk.pending
    let numbers = pending.map(\.number)
    var selections: [Selection] = []
    if numbers.count <= exhaustiveUpTo {
      for bits in 0..<(1 << numbers.count) {
        let kept = numbers.indices.filter { bits >> $0 & 1 == 1 }.map { numbers[$0] }
        selections.append(Selection(whole: Set(kept)))
      }
    } else {
      selections = [Selection(), Selection(whole: Set(numbers))]
      for number in numbers where singles {
        selections.append(Selection(whole: [number]))
        selections.append(Selection(whole: Set(numbers).subtracting([number])))
      }
      for _ in 0..<samples {
        let kept = numbers.filter { _ in Bool.random(using: &generator) }
        selections.append(Selection(whole: Set(kept)))
      }
    }
    guard pending.contains(where: { $0.sectors.count > 1 }) else { return selections }
    for _ in 0..<samples { selections.append(torn(pending, using: &generator)) }
    return selections
  }

  private func torn(
    _ pending: [(number: Int, sectors: Range<Int>)],
    using generator: inout some RandomNumberGenerator
  ) -> Selection {
    var selection = Selection()
    for (number, sectors) in pending {
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: break
      case 1: selection.whole.insert(number)
      case 2 where sectors.count > 1:
        // One cut: what came before it, or what came after it.
        let cut = Int.random(in: sectors.lowerBound + 1..<sectors.upperBound, using: &generator)
        selection.torn[number] = Set(
          Bool.random(using: &generator) ? sectors.lowerBound..<cut : cut..<sectors.upperBound)
      default:
        if sectors.count > 1 {
          selection.torn[number] = Set(
            sectors.filter { _ in Bool.random(using: &generator) })
        } else {
          selection.whole.insert(number)
        }
      }
    }
    return selection
  }
}
