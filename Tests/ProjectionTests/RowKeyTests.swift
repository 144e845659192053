import Projection
import Testing

@Suite("Keys of rows")
struct RowKeyTests {
  /// Around the lengths at which a key needs memory of its own.
  private static let lengths = [0, 1, 7, 8, 9, 47, 48, 49, 200]

  @Test("a key has the bytes that were put into it, in one piece or in several", arguments: lengths)
  func bytes(_ count: Int) {
    let text = String(repeating: "x", count: count)
    let key = RowKey().adding(Int32(20_260_331)).adding(text)
    let expected = [1, 53, 37, 235] + Array(text.utf8) + [0]
    #expect(key.bytes == expected)
    #expect(key == RowKey(bytes: expected))
    #expect(Set([key, RowKey(bytes: expected)]).count == 1)
    #expect(key.hasPrefix(RowKey().adding(Int32(20_260_331))))
    #expect(!key.hasPrefix(RowKey().adding(Int32(20_260_332))))
    #expect(!RowKey().hasPrefix(key))
  }

  @Test("keys are ordered byte by byte, and a beginning comes before the whole", arguments: lengths)
  func order(_ count: Int) {
    let common = [UInt8](repeating: 7, count: count)
    let ordered = [common, common + [0], common + [0, 9], common + [1], common + [200]]
      .map(RowKey.init(bytes:))
    #expect(ordered.shuffled().sorted() == ordered)
    #expect(Set(ordered).count == ordered.count)
  }
}
