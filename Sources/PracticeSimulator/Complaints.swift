import Practice

/// What patients come for: the words, codes and course of it.
struct Complaint: Sendable {
  enum Course: Sendable { case acute, chronic, maintenance, stress }

  var problem: String
  var course: Course
  /// ICD-10-CM, the principal diagnosis first.
  var diagnoses: [String]
  var region: String
  /// Where massage helps the region.
  var neighbour: String { region == "neck" ? "upper back" : "hips" }
  var instrument: InstrumentChoice
  /// Joint and motion with the normal range in degrees.
  var motion: (joint: String, motion: String, normal: Int)
  var mechanism: String
  /// The kinds of payer that such an injury brings.
  var isAuto = false
  var isWork = false

  static let acute = [
    Complaint(
      problem: "Low back strain from lifting", course: .acute, diagnoses: ["S39.012A", "M62.830"],
      region: "low back", instrument: .odi, motion: ("lumbar spine", "flexion", 60),
      mechanism: "lifting a heavy box"),
    Complaint(
      problem: "Neck strain", course: .acute, diagnoses: ["S16.1XXA"], region: "neck",
      instrument: .ndi, motion: ("cervical spine", "rotation", 80),
      mechanism: "sudden turn of the head"),
    Complaint(
      problem: "Sciatica, left", course: .acute, diagnoses: ["M54.32", "M54.16"],
      region: "low back", instrument: .rmdq, motion: ("hip", "flexion", 120),
      mechanism: "long drive"),
  ]
  static let auto = Complaint(
    problem: "Whiplash after a car accident", course: .acute, diagnoses: ["S13.4XXA", "M54.2"],
    region: "neck", instrument: .ndi, motion: ("cervical spine", "extension", 60),
    mechanism: "rear-end collision", isAuto: true)
  static let work = Complaint(
    problem: "Back sprain at work", course: .acute, diagnoses: ["S33.5XXA"], region: "low back",
    instrument: .odi, motion: ("lumbar spine", "extension", 25),
    mechanism: "slipped while carrying stock", isWork: true)
  static let chronic = [
    Complaint(
      problem: "Chronic neck pain", course: .chronic, diagnoses: ["M54.2", "M79.18"],
      region: "neck", instrument: .ndi, motion: ("cervical spine", "rotation", 80),
      mechanism: "desk work"),
    Complaint(
      problem: "Chronic low back pain", course: .chronic, diagnoses: ["M54.59"],
      region: "low back", instrument: .odi, motion: ("lumbar spine", "flexion", 60),
      mechanism: "no single event"),
    Complaint(
      problem: "Frozen shoulder, right", course: .chronic, diagnoses: ["M75.01", "M25.511"],
      region: "shoulder", instrument: .quickDASH, motion: ("shoulder", "abduction", 180),
      mechanism: "gradual stiffness"),
    Complaint(
      problem: "Tennis elbow, right", course: .chronic, diagnoses: ["M77.11"], region: "forearm",
      instrument: .quickDASH, motion: ("elbow", "extension", 180), mechanism: "repeated gripping"),
    Complaint(
      problem: "Tension headaches", course: .chronic, diagnoses: ["G44.229", "M54.2"],
      region: "neck and head", instrument: .ndi, motion: ("cervical spine", "flexion", 50),
      mechanism: "stress and screen work"),
    Complaint(
      problem: "Plantar fascia pain", course: .chronic, diagnoses: ["M72.2"], region: "foot",
      instrument: .lefs, motion: ("ankle", "dorsiflexion", 20), mechanism: "running"),
    Complaint(
      problem: "Hip pain, left", course: .chronic, diagnoses: ["M25.552"], region: "hip",
      instrument: .lefs, motion: ("hip", "abduction", 45), mechanism: "long hours on the feet"),
    Complaint(
      problem: "Fibromyalgia with shoulder girdle pain", course: .chronic, diagnoses: ["M79.7"],
      region: "upper back", instrument: .psfs, motion: ("shoulder", "flexion", 180),
      mechanism: "no single event"),
  ]
  static let maintenance = Complaint(
    problem: "Recurring back pain, upkeep after treatment", course: .maintenance,
    diagnoses: ["M54.59"], region: "low back", instrument: .nprs,
    motion: ("lumbar spine", "flexion", 60), mechanism: "recurring")
  static let stress = Complaint(
    problem: "Stress", course: .stress, diagnoses: [], region: "back", instrument: .nprs,
    motion: ("shoulder", "flexion", 180), mechanism: "work load")
}

extension Complaint.Course {
  var condition: ConditionChoice {
    switch self {
    case .acute: .acute
    case .chronic: .chronic
    case .maintenance: .maintenance
    case .stress: .stress
    }
  }

  /// Visits per week and weeks of each phase of the plan.
  var phases: [(perWeek: Double, text: (least: String, most: String), weeks: Int)] {
    switch self {
    case .acute: [(2.5, ("2", "3"), 3), (1.5, ("1", "2"), 3), (1, ("0.5", "1"), 3)]
    case .chronic: [(1, ("0.5", "1"), 8), (0.5, ("0.25", "0.5"), 8)]
    case .maintenance: [(0.25, ("0.2", "0.25"), 36)]
    case .stress: [(0.4, ("0.2", "1"), 26)]
    }
  }

  var weeks: Int { phases.reduce(0) { $0 + $1.weeks } }
}
