import PracticeEvents
import Testing

@testable import Projection

@Suite("Views are divided among cores so that a replay ends soonest")
struct ReplayCostsTests {
  private let care: PracticeEvent.Kind = .sessionDelivered
  private let money: PracticeEvent.Kind = .paymentReceived

  private func costs(
    _ views: [(Int64, [PracticeEvent.Kind])], decoding: Int64 = 1
  ) -> ReplayCosts {
    var facts = [Int](repeating: 0, count: 600)
    facts[Int(care.rawValue)] = 100
    facts[Int(money.rawValue)] = 100
    return ReplayCosts(
      applying: views.map(\.0), kinds: views.map { KindSet($0.1) }, facts: facts,
      decoding: decoding)
  }

  private func sorted(_ groups: [[Int]]) -> [[Int]] {
    groups.map { $0.sorted() }.sorted { $0[0] < $1[0] }
  }

  @Test("views of the same facts come together")
  func together() {
    let costs = costs([(100, [care]), (90, [money]), (90, [care]), (100, [money])])
    #expect(sorted(costs.division(among: 2)) == [[0, 2], [1, 3]])
  }

  @Test("what costs more than all else has a core of its own")
  func expensive() {
    let costs = costs(
      [(10, [care]), (2_000, [care, money]), (10, [money]), (10, [care])], decoding: 0)
    #expect(sorted(costs.division(among: 2)) == [[0, 2, 3], [1]])
  }

  @Test("facts that cost nothing to decode are no reason to stay together")
  func even() {
    let costs = costs([(100, [care]), (100, [care]), (100, [care]), (100, [care])], decoding: 0)
    #expect(costs.division(among: 2).map(\.count) == [2, 2])
  }

  @Test("each view has one core, and no core is without a view", arguments: [1, 2, 3, 8, 64])
  func complete(cores: Int) {
    let costs = costs((0..<8).map { (Int64($0), $0 % 2 == 0 ? [care] : [money, care]) })
    let groups = costs.division(among: cores)
    #expect(groups.flatMap(\.self).sorted() == Array(0..<8))
    #expect(groups.count <= cores && !groups.contains { $0.isEmpty })
  }

  @Test("no views need no core")
  func none() { #expect(costs([]).division(among: 2).isEmpty) }
}
