import Practice

/// A patient with a name and a course that is written down: what a demonstration shows. Everything
/// happens by the clinic's own commands, as for everybody else.
struct Persona: Sendable {
  enum Ending: Sendable {
    /// Discharged at the last visit.
    case discharge(DischargeChoice)
    /// Still in care on the last day.
    case ongoing
  }

  /// One visit, so many days after the first.
  struct Visit: Sendable {
    var day: Int
    var painBefore: Int
    var painAfter: Int
    /// The filled-in form of the complaint's instrument; on these days the patient is evaluated.
    var items: [Int]?
    /// Degrees of the complaint's movement.
    var degrees: Int?
    var recommendation: RecommendationChoice?
    var note: String
  }

  var mrn: String
  var given: String
  var family: String
  var bornOn: CivilDate
  var isFemale: Bool
  /// The index of the payer; nil pays alone.
  var payer: Int?
  var complaint: Complaint
  /// Days from the first visit to the last day of the simulation.
  var beginsBefore: Int
  /// In words, and as a score of the instrument.
  var goal: (text: String, target: String, days: Int)
  var activity: String
  /// Visits per week, from and to, and weeks of each phase of the plan; no weeks waits for a step.
  var phases: [(condition: ConditionChoice, least: String, most: String, weeks: Int)]
  var visits: [Visit]
  var ending: Ending
  var outcome: String
  /// How the patient pays without insurance; nil leaves it to the desk.
  var way: Way?

  /// The MRNs that demonstrations mention.
  static let names = [
    "DEMO-ACUTE", "DEMO-CHRONIC", "DEMO-MAINT", "DEMO-PACKAGE", "DEMO-HSA", "DEMO-SLIDING",
    "DEMO-TAX", "DEMO-SUPERBILL",
  ]

  static func all(_ firstDay: CivilDate, _ lastDay: CivilDate) throws -> [Persona] {
    [try acute(), try chronic(), try maintenance()] + (try paying(firstDay, lastDay))
  }

  /// A strained neck: often at first, then less as it improves; the goal is reached.
  private static func acute() throws -> Persona {
    func visit(
      _ day: Int, _ before: Int, _ after: Int, _ note: String, _ items: [Int]? = nil,
      _ degrees: Int? = nil, _ recommendation: RecommendationChoice? = nil
    ) -> Visit {
      Visit(
        day: day, painBefore: before, painAfter: after, items: items, degrees: degrees,
        recommendation: recommendation, note: note)
    }
    return Persona(
      mrn: "DEMO-ACUTE", given: "Maya", family: "Okonkwo", bornOn: try CivilDate("1988-04-17"),
      isFemale: true, payer: 0, complaint: Complaint.acute[1], beginsBefore: 75,
      goal: ("Drive and work at the desk without neck trouble: NDI at most 14 %", "14", 63),
      activity: "Turn the head fully while driving",
      phases: [(.acute, "2", "3", 0), (.acute, "1", "2", 0), (.acute, "0.5", "1", 0)],
      visits: [
        visit(0, 8, 6, "Cannot turn the head to the left.", [3, 2, 3, 2, 2, 2, 2, 2, 2, 2], 42),
        visit(2, 7, 6, "Slept four hours."), visit(5, 7, 5, "Less guarded."),
        visit(7, 6, 5, "Drives short ways."), visit(9, 6, 4, "Headache gone."),
        visit(14, 5, 3, "Half days at the desk.", [2, 1, 2, 2, 2, 1, 2, 2, 1, 1], 55, .taper),
        visit(19, 4, 3, "Full days, stiff in the evening."), visit(23, 4, 2, "Sleeps through."),
        visit(28, 3, 2, "Lifts shopping bags again.", [1, 1, 1, 2, 1, 1, 1, 1, 1, 1], 66, .taper),
        visit(37, 2, 1, "Swam twice."),
        visit(
          46, 1, 1, "No limits at work or in the car.", [0, 0, 1, 1, 1, 0, 1, 1, 0, 1], 76,
          .discharge),
      ], ending: .discharge(.goalsMet),
      outcome: "Neck disability from 44 % to 12 %, pain from 8 to 1; back to full work.")
  }

  /// Low back pain of years: better at first, then no further; ended when nothing more is gained.
  private static func chronic() throws -> Persona {
    let course: [(Int, Int, Int)] = [
      (0, 7, 6), (7, 7, 5), (14, 6, 5), (21, 6, 5), (28, 6, 4), (35, 5, 4), (42, 5, 4), (49, 5, 4),
      (63, 5, 4), (77, 4, 4), (91, 5, 4), (105, 4, 4), (119, 4, 4), (133, 5, 4), (147, 4, 4),
    ]
    let forms: [Int: (items: [Int], degrees: Int, RecommendationChoice?)] = [
      0: ([3, 2, 3, 2, 2, 3, 2, 1, 3, 2], 32, nil),
      28: ([2, 1, 2, 2, 2, 2, 2, 1, 2, 2], 40, .continue),
      49: ([2, 1, 1, 1, 2, 2, 1, 1, 2, 1], 44, .taper),
      77: ([2, 1, 1, 1, 2, 1, 1, 1, 2, 1], 46, .continue),
      105: ([2, 1, 1, 2, 1, 1, 1, 1, 2, 1], 45, .continue),
      133: ([2, 1, 1, 1, 1, 2, 1, 1, 2, 1], 46, .revise),
      147: ([2, 1, 1, 1, 2, 1, 1, 1, 2, 1], 46, .discharge),
    ]
    return Persona(
      mrn: "DEMO-CHRONIC", given: "Walter", family: "Brandt", bornOn: try CivilDate("1961-11-02"),
      isFemale: false, payer: 2, complaint: Complaint.chronic[1], beginsBefore: 190,
      goal: ("Sit and drive an hour: ODI at most 20 %", "20", 120),
      activity: "Carry the grandchild up the stairs",
      phases: [(.chronic, "0.5", "1", 8), (.chronic, "0.5", "0.5", 16)],
      visits: course.map { day, before, after in
        Visit(
          day: day, painBefore: before, painAfter: after, items: forms[day]?.items,
          degrees: forms[day]?.degrees, recommendation: forms[day]?.2,
          note: day < 60 ? "Stiff in the morning, better after walking." : "Much as last time.")
      }, ending: .discharge(.plateau),
      outcome: "Disability from 46 % to 26 %, unchanged for ten weeks; home programme given.")
  }

  /// Upkeep after treatment: once a month, and the patient pays.
  private static func maintenance() throws -> Persona {
    Persona(
      mrn: "DEMO-MAINT", given: "Ines", family: "Ferreira", bornOn: try CivilDate("1974-07-29"),
      isFemale: true, payer: nil, complaint: Complaint.maintenance, beginsBefore: 300,
      goal: ("Keep pain at most 2 of 10", "2", 300), activity: "Keep up tennis once a week",
      phases: [(.maintenance, "0.2", "0.25", 52)],
      visits: (0..<10).map { month in
        Visit(
          day: month * 31, painBefore: [4, 3, 3, 3, 2, 3, 2, 3, 2, 2][month],
          painAfter: [3, 2, 2, 2, 1, 2, 1, 2, 1, 1][month],
          items: month % 3 == 0 ? [[4, 3, 2, 2][month / 3]] : nil,
          degrees: month % 3 == 0 ? [48, 52, 54, 55][month / 3] : nil,
          recommendation: month > 0 && month % 3 == 0 ? .continue : nil,
          note: "No flare-up; plays tennis weekly.")
      }, ending: .ongoing, outcome: "")
  }
}
