import Foundation

/// The inspection that these arguments describe; nil when they describe none.
func inspection(_ arguments: [String]) -> (any Inspection)? {
  switch arguments.first {
  case "clinic" where arguments.count == 4:
    guard let seed = UInt64(arguments[1]), let clients = UInt64(arguments[2]) else { return nil }
    return ClinicInspection(
      plan: Plan(seed: seed, clients: clients), plant: arguments[3] == "planted")
  case "undertaking" where arguments.count == 2:
    return Undertaking(rawValue: arguments[1]).map { UndertakingInspection(undertaking: $0) }
  default: return nil
  }
}

/// Several directories to inspect: `0`, `1` and so on, each with `data` and `marks`. What was found is
/// in `results`, line by line, so that it is known which one a child did not survive.
struct InspectionBatch: Sendable {
  var path: String
  private var results: String { "\(path)/results" }

  func data(_ index: Int) -> String { "\(path)/\(index)/data" }
  func marks(_ index: Int) -> String { "\(path)/\(index)/marks" }

  /// In the child: goes on where an earlier one ended.
  func inspect(_ inspection: any Inspection) async throws {
    let file = try MarkFile(results)
    var index = read().count
    while FileManager.default.fileExists(atPath: data(index)) {
      let found = await inspection.problems(in: data(index), Marks(file: marks(index)))
      for problem in found { file.problem(problem.kind, problem.detail) }
      file.line("done")
      index += 1
    }
  }

  /// In the laboratory: what was found in each.
  ///
  /// Storage that is damaged can take the program that reads it down, hence children do it.
  func problems(
    _ count: Int, _ inspection: any Inspection, by nursery: Nursery
  ) throws -> [[Problem]] {
    try? FileManager.default.removeItem(atPath: results)
    while true {
      let ending = try nursery.inspect(self, inspection)
      let found = read()
      if found.count >= count { return found }
      let problem = Laboratory.problems(of: ending).first ?? Problem(.crashed, "without a word")
      let file = try MarkFile(results)
      file.problem(problem.kind, "while inspecting, \(problem.detail)")
      file.line("done")
    }
  }

  private func read() -> [[Problem]] {
    let text = (try? String(contentsOfFile: results, encoding: .utf8)) ?? ""
    var found: [[Problem]] = []
    var current: [String] = []
    for line in text.split(separator: "\n").map(String.init) {
      if line == "done" {
        found.append(Marks(current).problems)
        current = []
      } else {
        current.append(line)
      }
    }
    return found
  }
}
