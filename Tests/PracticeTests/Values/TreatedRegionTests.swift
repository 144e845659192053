import Testing

@testable import Practice

@Suite("Regions of the body")
struct TreatedRegionTests {
  private func first(_ text: String, _ side: Laterality? = nil) throws -> TreatedRegion {
    try #require(TreatedRegion.parsed(text, side: side).first)
  }

  @Test(
    "people's words name regions, with their sides",
    arguments: [
      ("neck", "neck", nil), ("Cervical spine", "neck", nil), ("C-spine", "neck", nil),
      ("lower back", "low back", nil), ("L-spine", "low back", nil), ("Lumbar", "low back", nil),
      ("L shoulder", "shoulder", .left), ("right shoulders", "shoulder", .right),
      ("b/l upper trapezius", "upper trapezius", .bilateral), ("Rt. hamstrings", "thigh", .right),
      ("left side of the neck", "neck", .left), ("SI joint", "sacrum", nil),
      ("thoracic paraspinals", "thoracic spine", nil), ("full body", "body", nil),
      ("jaw pain", "jaw", nil), ("aura", nil, nil),
    ] as [(String, String?, Laterality?)])
  func words(text: String, name: String?, side: Laterality?) throws {
    let region = try first(text)
    #expect(region.region?.name == name)
    #expect(region.side == side)
  }

  @Test("several are parted by commas, slashes and the word and")
  func lists() {
    #expect(
      TreatedRegion.parsed("Neck and upper back, L knee/ankle; hand").map { $0.region?.name }
        == ["neck", "upper back", "knee", "ankle", "hand"])
    #expect(TreatedRegion.parsed(" , ").isEmpty)
  }

  @Test("every part of a region is in one that exists, and no word names two")
  func vocabulary() {
    let names = Set(BodyRegion.all.map(\.name))
    #expect(names.count == BodyRegion.all.count)
    for region in BodyRegion.all {
      #expect(names.isSuperset(of: region.parents))
      #expect(
        region.name == "body" || BodyRegion.all[0] != region && region.isWithin(BodyRegion.all[0]))
    }
    let words = BodyRegion.all.flatMap { [$0.name] + $0.synonyms }
    #expect(Set(words).count == words.count)
  }

  @Test(
    "two overlap when one is part of the other on the same side",
    arguments: [
      ("neck", "cervical", true), ("neck", "low back", false), ("back", "upper back", true),
      ("left shoulder", "right shoulder", false), ("left shoulder", "shoulder", true),
      ("left shoulder", "both shoulders", true), ("trapezius", "neck", true),
      ("low back", "sacrum", false), ("arm", "hand", true), ("full body", "foot", true),
      ("calf", "lower leg", true), ("odd spot", "odd place", true), ("odd spot", "neck", false),
    ])
  func overlap(one: String, two: String, expected: Bool) throws {
    #expect(try first(one).overlaps(first(two)) == expected)
    #expect(try first(two).overlaps(first(one)) == expected)
  }

  @Test(
    "an order reaches the region, its parts, and the next larger one, on its side",
    arguments: [
      ("neck", "cervical spine", true), ("upper back", "back", true), ("back", "upper back", true),
      ("upper back", "neck", false), ("right shoulder", "left shoulder", false),
      ("shoulder", "left shoulder", true), ("both shoulders", "left shoulder", false),
      ("left shoulder", "both shoulders", true), ("full body", "neck", false),
      ("lower limb", "knee", false), ("leg", "knee", true), ("knee", "lower limb", true),
      ("left odd spot", "odd spot", true), ("odd spot", "neck", false),
    ])
  func reach(treated: String, ordered: String, expected: Bool) throws {
    #expect(try first(treated).isReached(by: first(ordered)) == expected)
  }

  @Test("a side is written into a text that has none")
  func text() throws {
    #expect(TreatedRegion.text("shoulder, hip", side: .left) == "left shoulder, left hip")
    #expect(TreatedRegion.text("right shoulder", side: .left) == "right shoulder")
    #expect(TreatedRegion.text("Neck", side: .notApplicable) == "Neck")
    #expect(try first("shoulder", .right).side == .right)
  }
}
