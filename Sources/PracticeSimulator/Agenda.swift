import Practice

/// What is still to happen, the earliest first; what is due at the same time keeps its order.
struct Agenda<Item: Sendable>: Sendable {
  private struct Entry {
    var time: Instant
    var number: UInt64
    var item: Item

    func isBefore(_ other: Entry) -> Bool { (time, number) < (other.time, other.number) }
  }

  /// A binary heap.
  private var entries: [Entry] = []
  private var count: UInt64 = 0

  mutating func add(_ item: Item, at time: Instant) {
    count += 1
    entries.append(Entry(time: time, number: count, item: item))
    var child = entries.count - 1
    while child > 0, entries[child].isBefore(entries[(child - 1) / 2]) {
      entries.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Takes out what is due first; nil when nothing is due by the end.
  mutating func next(through end: Instant) -> (time: Instant, item: Item)? {
    guard let first = entries.first, first.time <= end else { return nil }
    entries.swapAt(0, entries.count - 1)
    entries.removeLast()
    var parent = 0
    while let child = earliestChild(of: parent), entries[child].isBefore(entries[parent]) {
      entries.swapAt(parent, child)
      parent = child
    }
    return (first.time, first.item)
  }

  private func earliestChild(of parent: Int) -> Int? {
    let left = 2 * parent + 1
    guard left < entries.count else { return nil }
    return left + 1 < entries.count && entries[left + 1].isBefore(entries[left]) ? left + 1 : left
  }
}
