/// What a massage clinic must know of a procedure code before billing it.
public struct ProcedureFacts: Sendable, Hashable {
  /// Whether a licensed massage therapist may bill the code, before any payer's own rule.
  public enum MassageUse: Sendable, Hashable {
    case usual
    case whereScopeAndPayerAllow
    /// The code implies another profession, a physical therapist or a physician.
    case notForMassageTherapists
  }

  /// Our own short wording; the CPT descriptors are not reproduced.
  public let label: String
  /// Billed in 15-minute units of direct contact.
  public let isTimed: Bool
  public let use: MassageUse

  /// - Returns: nil for a code this table does not know.
  public static func of(_ code: ProcedureCode) -> ProcedureFacts? {
    if let facts = table[code.description] { return facts }
    guard !code.isHCPCS, let number = asciiDigits(code.description),
      evaluationAndManagement.contains(number)
    else { return nil }
    return ProcedureFacts(
      label: "Evaluation and management", isTimed: false, use: .notForMassageTherapists)
  }

  private static let evaluationAndManagement: ClosedRange<Int64> = 99_202...99_499

  private static let table: [String: ProcedureFacts] = [
    "97124": ProcedureFacts(label: "Massage", isTimed: true, use: .usual),
    "97140": ProcedureFacts(label: "Manual therapy", isTimed: true, use: .usual),
    "97010": ProcedureFacts(label: "Hot or cold pack", isTimed: false, use: .usual),
    // Not "neuromuscular therapy" as massage therapists use the words: that is 97140.
    "97112": ProcedureFacts(
      label: "Neuromuscular re-education", isTimed: true, use: .whereScopeAndPayerAllow),
    "97110": ProcedureFacts(
      label: "Therapeutic exercise", isTimed: true, use: .whereScopeAndPayerAllow),
    "97530": ProcedureFacts(
      label: "Therapeutic activities", isTimed: true, use: .whereScopeAndPayerAllow),
    "97535": ProcedureFacts(
      label: "Self-care training", isTimed: true, use: .whereScopeAndPayerAllow),
    "97116": ProcedureFacts(
      label: "Gait training", isTimed: true, use: .whereScopeAndPayerAllow),
    "97035": ProcedureFacts(label: "Ultrasound", isTimed: true, use: .whereScopeAndPayerAllow),
    "97014": ProcedureFacts(
      label: "Electrical stimulation, unattended", isTimed: false, use: .whereScopeAndPayerAllow),
    "97001": physicalTherapyEvaluation,
    "97002": physicalTherapyEvaluation,
    "97161": physicalTherapyEvaluation,
    "97162": physicalTherapyEvaluation,
    "97163": physicalTherapyEvaluation,
    "97164": physicalTherapyEvaluation,
    "97039": ProcedureFacts(
      label: "Unlisted modality", isTimed: false, use: .notForMassageTherapists),
    "97799": ProcedureFacts(
      label: "Unlisted rehabilitation service", isTimed: false, use: .notForMassageTherapists),
  ]

  private static let physicalTherapyEvaluation = ProcedureFacts(
    label: "Physical therapy evaluation", isTimed: false, use: .notForMassageTherapists)
}
