import PracticeEvents

/// What a clinic can do about money that a payer did not pay.
public enum DenialAction: String, Sendable, CaseIterable {
  case correctAndResubmit, appealAuthorization, appeal, sendRecords, billOtherPayer
  case billPatient, checkOriginal, writeOff, review

  /// As a worklist says it.
  public var text: String {
    switch self {
    case .correctAndResubmit: "correct it and submit a replacement claim (frequency 7)"
    case .appealAuthorization: "appeal with the authorization, or ask for a retroactive one"
    case .appeal: "appeal with the prescription, notes and outcome scores"
    case .sendRecords: "send the records asked for"
    case .billOtherPayer: "find the payer that is liable and bill it"
    case .billPatient: "bill the patient"
    case .checkOriginal: "nothing if the original was paid; else ask the payer"
    case .writeOff: "write it off; the patient may not be billed"
    case .review: "look it up and decide"
    }
  }

  /// Which of the payer's time limits holds.
  public var deadline: Deadline {
    switch self {
    case .correctAndResubmit, .billOtherPayer: .timelyFiling
    case .appealAuthorization, .appeal, .sendRecords: .appeal
    case .billPatient, .checkOriginal, .writeOff, .review: .none
    }
  }

  public enum Deadline: Sendable {
    /// Days from the first date of service.
    case timelyFiling
    /// Days from the payer's answer.
    case appeal
    case none
  }
}

/// A claim adjustment reason code (X12 external code list 139), with our own short label: those a
/// massage practice meets.
public struct AdjustmentReason: Sendable, Hashable {
  public let carc: String
  public let label: String
  /// What to do when the provider is held liable (group CO, OA or PI).
  public let action: DenialAction
  /// Asks for work rather than gives a final answer: a line denied for it stays open with the
  /// insurer, because adjusting it would write off what a corrected claim or an appeal may bring.
  public let leavesOpen: Bool
  /// The usual arithmetic of a paid claim (deductible, copay, fee schedule), which is no denial.
  public let isPricing: Bool

  /// The reason with this code; nil for one that the table does not have.
  public static func of(_ carc: String) -> AdjustmentReason? { byCode[carc] }

  /// What to do about an adjustment. Group PR is the patient's, whatever the code.
  public static func action(for carc: String, group: AdjustmentGroup) -> DenialAction {
    group == .pr ? .billPatient : of(carc)?.action ?? .review
  }

  public static func label(_ carc: String) -> String { of(carc)?.label ?? "reason \(carc)" }

  private static let byCode = Dictionary(
    all.map { ($0.carc, $0) }, uniquingKeysWith: { first, _ in first })

  private init(
    _ carc: String, _ label: String, _ action: DenialAction, open: Bool = false,
    pricing: Bool = false
  ) {
    self.carc = carc
    self.label = label
    self.action = action
    self.leavesOpen = open
    self.isPricing = pricing
  }

  public static let all: [AdjustmentReason] = [
    AdjustmentReason("1", "deductible", .billPatient, pricing: true),
    AdjustmentReason("2", "coinsurance", .billPatient, pricing: true),
    AdjustmentReason("3", "copay", .billPatient, pricing: true),
    AdjustmentReason("4", "modifier missing or wrong", .correctAndResubmit, open: true),
    AdjustmentReason("11", "diagnosis does not fit the procedure", .correctAndResubmit, open: true),
    AdjustmentReason("16", "information missing", .correctAndResubmit, open: true),
    AdjustmentReason("18", "duplicate", .checkOriginal),
    AdjustmentReason("22", "another payer may be liable", .billOtherPayer, open: true),
    AdjustmentReason("23", "what a prior payer settled", .review, pricing: true),
    AdjustmentReason("24", "capitation", .writeOff),
    AdjustmentReason("26", "before coverage began", .billPatient),
    AdjustmentReason("27", "after coverage ended", .billPatient),
    AdjustmentReason("29", "filed late", .appeal, open: true),
    AdjustmentReason("31", "member not found", .correctAndResubmit, open: true),
    AdjustmentReason("42", "over the fee schedule (4010)", .writeOff, pricing: true),
    AdjustmentReason("45", "over the fee schedule", .writeOff, pricing: true),
    AdjustmentReason("50", "not medically necessary", .appeal, open: true),
    AdjustmentReason("59", "multiple-procedure rule", .writeOff, pricing: true),
    AdjustmentReason("94", "paid more than charged", .review, pricing: true),
    AdjustmentReason("96", "not covered", .writeOff),
    AdjustmentReason("97", "bundled with another service", .writeOff),
    AdjustmentReason("109", "wrong payer", .billOtherPayer, open: true),
    AdjustmentReason("119", "benefit used up", .writeOff),
    AdjustmentReason("151", "too frequent", .appeal),
    AdjustmentReason("167", "diagnosis not covered", .appeal),
    AdjustmentReason("170", "not payable to this kind of provider", .writeOff),
    AdjustmentReason("185", "rendering provider not eligible", .correctAndResubmit),
    AdjustmentReason("197", "no authorization", .appealAuthorization, open: true),
    AdjustmentReason("198", "authorization exceeded", .appealAuthorization, open: true),
    AdjustmentReason("204", "not in the patient's plan", .writeOff),
    AdjustmentReason("222", "more units than contracted", .writeOff),
    AdjustmentReason("242", "not in network", .writeOff),
    AdjustmentReason("252", "records asked for", .sendRecords, open: true),
    AdjustmentReason("253", "sequestration", .writeOff, pricing: true),
    AdjustmentReason("A2", "contractual adjustment (4010)", .writeOff, pricing: true),
    AdjustmentReason("A7", "presumptive payment adjustment (4010)", .review),
    AdjustmentReason("B7", "provider not certified on that day", .appeal),
    AdjustmentReason("B15", "needs a qualifying service", .correctAndResubmit),
  ]
}

/// A remittance advice remark code (X12 external code list 411), with our own short label.
public enum RemarkCode {
  /// The code with what it means; the code alone when the table does not have it.
  public static func text(_ code: String) -> String {
    labels[code].map { "\(code) \($0)" } ?? code
  }

  private static let labels = [
    "N362": "units over the maximum", "M127": "records missing", "N29": "records missing",
    "N130": "see the plan's benefits", "MA130": "cannot be processed; no appeal rights",
    "N519": "invalid combination of codes", "M76": "diagnosis missing or invalid",
    "M81": "diagnosis not specific enough",
  ]
}

extension ClaimAdjudicated.Line {
  /// Why the line was denied: it was paid nothing, for reasons other than the arithmetic of the
  /// plan. Empty for a line that was paid, or whose whole amount is deductible or copay.
  public var denialReasons: [ClaimAdjudicated.Adjustment] {
    guard paidCents == 0 else { return [] }
    return adjustments.filter {
      $0.amountCents != 0 && AdjustmentReason.of($0.carc)?.isPricing != true
    }
  }
}
