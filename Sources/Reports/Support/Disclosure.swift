import Practice
import PracticeEvents

/// Whose data was in an answer: the patients that were asked for by name, and those in its columns
/// of patients. Sums over patients, in which nobody can be told apart, disclose nobody.
public enum Disclosure: Sendable, Hashable {
  case patients(Set<SubjectID>)
  /// Anyone's data may have been in it.
  case everyone

  public static let nobody = Disclosure.patients([])

  init(
    of body: ReportBody, _ columns: [Column], _ arguments: Arguments, _ facts: some Facts
  ) throws {
    var patients = Set(arguments.patients).union(body.patients)
    for mrn in Set(body.rows.flatMap { $0.mrns(columns) }) {
      guard let patient = try facts.owner(of: .mrn(mrn)) else {
        self = .everyone
        return
      }
      patients.insert(patient)
    }
    self = .patients(patients)
  }

  public func union(_ other: Disclosure) -> Disclosure {
    guard case .patients(let these) = self, case .patients(let those) = other else {
      return .everyone
    }
    return .patients(these.union(those))
  }
}

extension [Cell] {
  /// Whom a row names.
  public func mrns(_ columns: [Column]) -> [String] {
    zip(columns, self).filter { $0.0.kind == .patient }.flatMap { _, cell -> [String] in
      switch cell {
      case .text(let mrn): [mrn]
      case .list(let mrns): mrns
      default: []
      }
    }
  }
}

/// What people call the patients of a list, by the log and without a view, so that a list as of the
/// past needs no replay. Remembers them.
final class PatientBook {
  private let facts: any Facts
  private var known: [SubjectID: PatientLabel] = [:]

  init(_ facts: any Facts) { self.facts = facts }

  /// - Returns: nil for a subject that is no patient.
  func label(_ subject: SubjectID) throws -> PatientLabel? {
    if let label = known[subject] { return label }
    let profile = try facts.patient(subject).profile
    guard profile.registered else { return nil }
    let label = PatientLabel(profile)
    known[subject] = label
    return label
  }

  /// The cells of `PatientLabel.columns`; blank for a fact that is not about a patient.
  func cells(_ fact: RecordedFact) throws -> [Cell] {
    guard fact.subjectKind == .patient, let label = try label(fact.subject) else {
      return [.none, .none]
    }
    return label.cells
  }
}
