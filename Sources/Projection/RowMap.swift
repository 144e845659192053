/// Boxes by key. Quicker than a dictionary, which hashes so that nobody can choose keys that collide:
/// those of rows are the clinic's own.
struct RowMap {
  private struct Slot {
    /// Of the entry's key.
    var hash: UInt32
    /// The entry's index + 1; 0 when the slot is free.
    var entry: UInt32
  }

  /// A power of two, at least half of them free. An entry is in the first slot from its hash on that was
  /// free when it came.
  private var slots: [Slot] = []
  /// Entries in the order in which they came; without a box when removed.
  private var keys: [RowKey] = []
  private var boxes: [RowBox?] = []
  private(set) var count = 0

  subscript(key: RowKey) -> RowBox? {
    guard !slots.isEmpty else { return nil }
    let slot = slots[slot(of: key, key.quickHash)]
    return slot.entry == 0 ? nil : boxes[Int(slot.entry) - 1]
  }

  mutating func insert(_ box: RowBox, at key: RowKey) {
    if slots.count < 2 * (keys.count + 1) { grow() }
    let hash = key.quickHash
    let place = slot(of: key, hash)
    if slots[place].entry == 0 {
      keys.append(key)
      boxes.append(box)
      count += 1
      slots[place] = Slot(hash: hash, entry: UInt32(keys.count))
    } else {
      let index = Int(slots[place].entry) - 1
      if boxes[index] == nil { count += 1 }
      boxes[index] = box
    }
  }

  mutating func remove(at key: RowKey) {
    guard !slots.isEmpty else { return }
    let entry = slots[slot(of: key, key.quickHash)].entry
    guard entry > 0, boxes[Int(entry) - 1] != nil else { return }
    boxes[Int(entry) - 1] = nil
    count -= 1
  }

  /// The keys for whose boxes the condition holds, in order.
  func sortedKeys(where condition: (RowBox) throws -> Bool) rethrows -> [RowKey] {
    var sorted: [RowKey] = []
    try forEach(where: condition) { key, _ in sorted.append(key) }
    return sorted
  }

  /// Calls `body` with the entries for whose boxes the condition holds, in order of their keys.
  func forEach(
    where condition: (RowBox) throws -> Bool, _ body: (RowKey, RowBox) throws -> Void
  ) rethrows {
    // What is moved about is small, and most keys differ in their beginnings.
    var order: [(beginning: UInt64, index: UInt32)] = []
    order.reserveCapacity(count)
    for (index, box) in boxes.enumerated() {
      if let box, try condition(box) { order.append((keys[index].beginning, UInt32(index))) }
    }
    keys.withUnsafeBufferPointer { keys in
      order.sort { a, b in
        a.beginning == b.beginning
          ? keys[Int(a.index)] < keys[Int(b.index)] : a.beginning < b.beginning
      }
    }
    for place in order {
      if let box = boxes[Int(place.index)] { try body(keys[Int(place.index)], box) }
    }
  }

  /// The key's slot, or the free one where it belongs.
  private func slot(of key: RowKey, _ hash: UInt32) -> Int {
    let mask = slots.count - 1
    var place = Int(hash) & mask
    while slots[place].entry != 0 {
      if slots[place].hash == hash, keys[Int(slots[place].entry) - 1] == key { break }
      place = (place + 1) & mask
    }
    return place
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: Slot(hash: 0, entry: 0), count: max(16, 2 * old.count))
    let mask = slots.count - 1
    for slot in old where slot.entry != 0 {
      var place = Int(slot.hash) & mask
      while slots[place].entry != 0 { place = (place + 1) & mask }
      slots[place] = slot
    }
  }
}
