import Testing

@testable import Projection

@Suite("A map of rows")
struct RowMapTests {
  private static func key(_ number: Int) -> RowKey {
    let key = RowKey().adding(UInt64(number % 97)).adding("row \(number)")
    // Some longer than what a key holds in place.
    return number.isMultiple(of: 5) ? key.adding(String(repeating: "x", count: 60)) : key
  }

  @Test("it has what a dictionary has after the same changes")
  func changes() {
    var map = RowMap()
    var expected: [RowKey: RowBox] = [:]
    for step in 0..<20_000 {
      let key = Self.key(step * 7_919 % 3_001)
      if step % 3 == 2 {
        map.remove(at: key)
        expected[key] = nil
      } else {
        let box = RowBox(isChanged: step.isMultiple(of: 2))
        map.insert(box, at: key)
        expected[key] = box
      }
    }
    #expect(map.count == expected.count)
    for number in 0..<3_001 {
      let key = Self.key(number)
      #expect(map[key] === expected[key])
    }
    let (keys, changed) = (map.sortedKeys { _ in true }, map.sortedKeys(where: \.isChanged))
    #expect(keys == expected.keys.sorted())
    #expect(changed == expected.filter { $0.value.isChanged }.keys.sorted())
  }

  @Test("an empty one has nothing, and nothing to remove")
  func empty() {
    var map = RowMap()
    map.remove(at: RowKey().adding("a"))
    #expect(map[RowKey().adding("a")] == nil)
    #expect(map.count == 0)
    let keys = map.sortedKeys { _ in true }
    #expect(keys.isEmpty)
  }
}
