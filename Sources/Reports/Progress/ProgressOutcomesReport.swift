import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ProgressOutcomesReport: Report {
  public static let name = "progress.outcomes"
  public static let title = "Outcomes"
  public static let summary =
    "How much episodes improved, by diagnosis, therapist or payer, for owner and payers."
  public static let roles: Set<Role> = [.therapist]
  public static let parameters: [Parameter] = [
    .optional(
      "groupBy", words: ["dx", "therapist", "payer"], "dx, therapist or payer", default: "dx"),
    .optional("from", .date, "only episodes with their baseline from this day on"),
    .optional("through", .date, "only episodes with their baseline through this day"),
  ]
  public static let columns = [
    Column("group", "Group", .text), Column("instrument", "Measure", .text),
    Column("unit", "Unit", .text, isDetail: true),
    Column("episodes", "n", .integer, unit: "episodes"),
    Column("baselineMean", "Baseline", .hundredths), Column("latestMean", "Last", .hundredths),
    Column("improvementMean", "Better by", .hundredths), Column("important", "≥ MCID", .rate),
    Column("visitsToImportant", "Visits to MCID", .hundredths, unit: "visits, mean"),
    Column("isSmall", "Small group", .flag),
  ]
  public static let key = ["group", "instrument"]
  public static let projectors: [any Projector.Type] = [ReadinessProjector.self]

  private enum Grouping: String, CaseIterable { case dx, therapist, payer }

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let word = arguments.text("groupBy") ?? "dx"
    guard let grouping = Grouping(rawValue: word) else {
      throw ReportError.malformedParameter(
        "groupBy", problem: "\"\(word)\" is none of dx, therapist, payer")
    }
    let (from, through) = (arguments.date("from"), arguments.date("through"))
    let names = NameBook(try source.readiness())
    var groups: [Key: Tally] = [:]
    try source.readiness().forEachPatient { _, state in
      for id in state.care.episodes.keys {
        for course in state.care.courses(episode: id) {
          let begun = course.baseline.on
          guard course.latest.on > begun, from.map({ $0 <= begun }) ?? true,
            through.map({ begun <= $0 }) ?? true
          else { continue }
          let group = try self.group(state, id, course, grouping, names)
          groups[Key(group: group, instrument: course.instrument), default: Tally()]
            .add(course, state.care, id, source.clinic)
        }
      }
    }
    let least = source.clinic.rule("outcomes", "small-group-episodes", on: source.today)
    return ReportBody(
      rows: groups.sorted { $0.key < $1.key }.compactMap { $1.row($0, source, least) },
      notes: [
        "Of episodes with a baseline and a later score of the measure; groups of less than \(least) "
          + "are marked, because one patient sways them.",
        "≥ MCID: better by points or by 30 % of the baseline, by the rule of the score's day. "
          + "Visits to MCID: delivered up to the first such score, mean of the episodes that reached "
          + "it.",
        "A payer is that of the day of the baseline; a therapist the one of most of the visits.",
      ])
  }

  private static func group(
    _ state: PatientState, _ id: String, _ course: OutcomeCourse, _ grouping: Grouping,
    _ names: NameBook
  ) throws -> String {
    switch grouping {
    case .dx: return state.care.episodes[id]?.diagnoses.first?.icd10Cm ?? "no diagnosis"
    case .payer:
      guard let payer = state.payer(on: course.baseline.on) else { return "patient pays" }
      return try names.payer(payer.description)
    case .therapist:
      let visits = Dictionary(grouping: state.care.sessions(ofEpisode: id)) {
        $0.delivered.practitioner
      }
      let most = visits.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.key
      return try most.map(names.practitioner) ?? "nobody yet"
    }
  }

  private struct Key: Hashable, Comparable {
    let group: String
    let instrument: Instrument
    static func < (left: Key, right: Key) -> Bool {
      (left.group, left.instrument.rawValue) < (right.group, right.instrument.rawValue)
    }
  }

  private struct Tally {
    private var episodes = 0
    private var baselines = 0
    private var latest = 0
    private var improved = 0
    private var reached = 0
    private var visitsToReach = 0

    mutating func add(
      _ course: OutcomeCourse, _ care: CareState, _ episode: String, _ clinic: ClinicState
    ) {
      guard let change = course.change(to: course.latest, by: clinic) else { return }
      episodes += 1
      baselines += Int(course.baseline.hundredths)
      latest += Int(course.latest.hundredths)
      if change.matters { improved += 1 }
      guard let first = course.firstImportant(by: clinic) else { return }
      reached += 1
      visitsToReach += care.sessions(ofEpisode: episode).count {
        $0.delivered.deliveredOn <= first.on.compact
      }
    }

    func row(_ key: Key, _ source: ReportSource, _ least: Int) -> [Cell]? {
      guard episodes > 0, let form = source.clinic.instrument(key.instrument, on: source.today)
      else { return nil }
      let (before, after) = (mean(baselines, of: episodes), mean(latest, of: episodes))
      return [
        .text(key.group), .text(form.name), .text(form.unit), .integer(episodes),
        .hundredths(before), .hundredths(after),
        .hundredths(form.isHigherBetter ? after - before : before - after),
        .share(improved, of: episodes),
        reached == 0 ? .none : .hundredths(mean(visitsToReach * 100, of: reached)),
        .flag(episodes < least),
      ]
    }

    /// Halves rounded up.
    private func mean(_ sum: Int, of count: Int) -> Int { (2 * sum + count) / (2 * count) }
  }
}
