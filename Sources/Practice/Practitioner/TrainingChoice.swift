/// The kinds of advanced training that a credential may attest.
public enum TrainingChoice: String, WordChoice {
  case medicalMassage, orthopedic, manualLymphDrainage, neuromuscular, myofascialRelease, oncology
  case sports, prenatal, other

  /// Whether it prepares for treating conditions that a doctor diagnosed.
  public var isMedical: Bool {
    switch self {
    case .medicalMassage, .orthopedic, .manualLymphDrainage, .neuromuscular, .myofascialRelease,
      .oncology:
      true
    case .sports, .prenatal, .other: false
    }
  }
}
