import PracticeEvents

extension PurposeOfUse {
  /// How people write it: `treatment`, `payment`, `operations`, `audit`, `patient-request`, `legal`.
  public var text: String {
    switch self {
    case .treatment: "treatment"
    case .payment: "payment"
    case .operations: "operations"
    case .audit: "audit"
    case .patientRequest: "patient-request"
    case .legal: "legal"
    case .unspecified, .UNRECOGNIZED: "unspecified"
    }
  }

  /// Every purpose that may be given.
  public static let choices = allCases.filter { $0 != .unspecified }

  /// - Parameter text: one of the words, else nil.
  public init?(text: String) {
    guard let purpose = Self.choices.first(where: { $0.text == text }) else { return nil }
    self = purpose
  }

  /// What people of a role read for when they do not say.
  public init(of role: Role) {
    self =
      switch role {
      case .therapist: .treatment
      case .biller: .payment
      case .auditor: .audit
      case .patient: .patientRequest
      case .frontDesk, .supervisor, .system, .unspecified, .UNRECOGNIZED: .operations
      }
  }
}
