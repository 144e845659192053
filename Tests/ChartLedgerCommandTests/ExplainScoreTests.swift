import Foundation
import Testing

@Suite("Explaining a score")
struct ExplainScoreTests {
  private func explain(_ arguments: String...) throws -> Tool.Result {
    let tool = try Tool()
    defer { tool.cleanUp() }
    return try Tool.run(
      Tool.executable, ["explain", "score"] + arguments, in: tool.folder,
      environment: ["CHARTLEDGER_DATA": "/nonexistent"])
  }

  private func object(_ result: Tool.Result) throws -> [String: Any] {
    let root = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    return try #require(((root as? [String: Any])?["rows"] as? [[String: Any]])?.first)
  }

  @Test(
    "the score of a form is explained without a clinic",
    arguments: [
      ("NDI", "2,1,2,2,3,2,2,,1,1", 35.56), ("odi", "1,0,1,1,2,1,1,1,3,2", 26),
      ("QuickDASH", "3,3,3,2,2,3,3,4,3,2,3", 45.45), ("NPRS", "7", 7), ("PSFS", "3,3,4", 3.33),
    ])
  func scores(measure: String, items: String, score: Double) throws {
    let result = try explain(measure, items, "--format", "json")
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(try object(result)["score"] as? Double == score)
  }

  @Test("a change is classified, a reported total compared, and sources are named")
  func change() throws {
    let lefs = Array(repeating: "2", count: 17).joined(separator: ",") + ",3,3,3"
    let row = try object(
      explain("LEFS", lefs, "--baseline", "34", "--reported", "42", "--format", "json"))
    #expect(row["score"] as? Double == 43)
    #expect(row["change"] as? String == "important")
    #expect(row["mcidSource"] as? String == "Binkley 1999 (Phys Ther 79:371)")
    #expect(row["agrees"] as? Bool == false)
    let table = try explain("NDI", "2,1,2,2,3,2,2,,1,1")
    for part in ["16 / (9 x 5) x 100", "Carreon 2010", "moderate", "at most 2 blank"] {
      #expect(table.output.contains(part), "\(part)")
    }
  }

  @Test(
    "an error names the item, the measure or the flag at fault",
    arguments: [
      (["NDI", "2,1,2,7,3,2,2,2,1,1"], "item 4"), (["NDI", "2,1,x,2,3,2,2,2,1,1"], "item 3"),
      (["NDI", "2,1"], "10 items, not 2"), (["NDI", ",,,2,3,2,2,2,1,1"], "item 1, 2, 3"),
      (["KOOS", "1"], "KOOS"), (["NPRS", "7", "--baseline", "70"], "--baseline"),
    ] as [([String], String)])
  func errors(arguments: [String], mentions: String) throws {
    let tool = try Tool()
    defer { tool.cleanUp() }
    let result = try Tool.run(
      Tool.executable, ["explain", "score"] + arguments, in: tool.folder)
    #expect([64, 65].contains(result.exitCode))
    #expect(result.errors.contains(mentions), "\(result.errors)")
    #expect(result.output.isEmpty)
  }

  @Test("a list that is no report has no picture")
  func picture() throws {
    let result = try explain("NPRS", "7", "--format", "svg")
    #expect(result.exitCode == 64)
    #expect(result.errors.contains("no picture"))
  }
}
