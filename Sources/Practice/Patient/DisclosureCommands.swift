import Foundation
import PracticeEvents

/// Records that a patient's records went to somebody, for the accounting of disclosures.
///
/// `chartledger audit packet` gives it with what the packet proves; copies on paper are recorded by
/// hand.
public struct RecordDisclosure: Command {
  public static let name = "record-disclosure"
  public static let summary = "Records that a patient's records were disclosed, to whom and why."
  public static let help = [
    "patient": "MRN or id", "recipientName": "who received them",
    "recipientAddress": "the recipient's address", "what": "what was disclosed, in brief",
    "purpose": "what for", "basis": "why the law allows it (45 CFR 164.502 to 164.512)",
    "disclosedOn": "today by default", "profile": "of an audit packet",
    "firstPosition": "first event in the packet", "lastPosition": "last event in the packet",
    "packetSHA256": "SHA-256 of the packet's SHA256SUMS, in hexadecimal",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var patient: SubjectReference
  public var recipientName: String
  public var recipientAddress: String
  public var what: String
  public var purpose: String
  public var basis: DisclosureBasisChoice
  public var disclosedOn: CivilDate?
  public var profile: String?
  public var firstPosition: Int?
  public var lastPosition: Int?
  public var packetSHA256: String?

  public init(
    patient: SubjectReference, recipientName: String, recipientAddress: String, what: String,
    purpose: String, basis: DisclosureBasisChoice, disclosedOn: CivilDate? = nil,
    profile: String? = nil, firstPosition: Int? = nil, lastPosition: Int? = nil,
    packetSHA256: String? = nil
  ) {
    self.patient = patient
    self.recipientName = recipientName
    self.recipientAddress = recipientAddress
    self.what = what
    self.purpose = purpose
    self.basis = basis
    self.disclosedOn = disclosedOn
    self.profile = profile
    self.firstPosition = firstPosition
    self.lastPosition = lastPosition
    self.packetSHA256 = packetSHA256
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    try require(recipientName, in: "recipientName", atMost: 200)
    try require(recipientAddress, in: "recipientAddress", atMost: 300)
    try require(what, in: "what", atMost: 500)
    try require(purpose, in: "purpose", atMost: 500)
    if let profile { try require(profile, in: "profile", atMost: 20) }
    let disclosedOn = try context.recentOrToday(
      disclosedOn, facts.clinic(), field: "disclosedOn")
    let first = try position(firstPosition, field: "firstPosition")
    let last = try position(lastPosition, field: "lastPosition")
    guard first <= last else {
      throw Refusal(
        rule: "disclosure.positions", field: "lastPosition",
        problem: "the last position is before the first", remedy: "give both, in order")
    }
    var fact = RecordDisclosed()
    fact.recipientName = recipientName
    fact.recipientAddress = recipientAddress
    fact.what = what
    fact.purpose = purpose
    fact.basis = basis.basis
    fact.disclosedOn = disclosedOn.compact
    fact.profile = profile ?? ""
    fact.firstPosition = first
    fact.lastPosition = last
    fact.packetSha256 = try packetDigest()
    return Decision([ProposedFact(patient, .recordDisclosed(fact), effectiveOn: disclosedOn)])
  }

  private func position(_ given: Int?, field: String) throws -> UInt64 {
    guard let position = UInt64(exactly: given ?? 0) else {
      throw Refusal(
        rule: "disclosure.positions", field: field, problem: "a position is not negative",
        remedy: "give a position of the log, or leave it out")
    }
    return position
  }

  private func packetDigest() throws -> Data {
    guard let packetSHA256 else { return Data() }
    let digits = Array(packetSHA256.utf8)
    let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
    }
    guard digits.count == 64, bytes.count == 32 else {
      throw Refusal(
        rule: "disclosure.digest", field: "packetSHA256", problem: "it is not a SHA-256",
        remedy: "give 64 hexadecimal digits, e.g. from sha256sum")
    }
    return Data(bytes)
  }
}

/// Why the law allows a disclosure.
public enum DisclosureBasisChoice: String, WordChoice {
  case patientRequest, authorization, treatmentPaymentOperations, requiredByLaw, healthOversight,
    judicial, lawEnforcement, publicHealth, workersCompensation

  var basis: DisclosureBasis {
    switch self {
    case .patientRequest: .patientRequest
    case .authorization: .authorization
    case .treatmentPaymentOperations: .treatmentPaymentOperations
    case .requiredByLaw: .requiredByLaw
    case .healthOversight: .healthOversight
    case .judicial: .judicial
    case .lawEnforcement: .lawEnforcement
    case .publicHealth: .publicHealth
    case .workersCompensation: .workersCompensation
    }
  }
}

extension DisclosureBasis {
  /// Whether the patient's accounting must list it: 45 CFR 164.528(a)(1) leaves out disclosures to
  /// the patient, under an authorization, and for treatment, payment and operations.
  public var isAccounted: Bool {
    switch self {
    case .patientRequest, .authorization, .treatmentPaymentOperations: false
    case .requiredByLaw, .healthOversight, .judicial, .lawEnforcement, .publicHealth,
      .workersCompensation, .unspecified, .UNRECOGNIZED:
      true
    }
  }

  /// With the paragraph of 45 CFR.
  public var text: String {
    switch self {
    case .patientRequest: "patient's request, 164.524"
    case .authorization: "authorization, 164.508"
    case .treatmentPaymentOperations: "treatment, payment, operations, 164.506"
    case .requiredByLaw: "required by law, 164.512(a)"
    case .healthOversight: "health oversight, 164.512(d)"
    case .judicial: "judicial proceeding, 164.512(e)"
    case .lawEnforcement: "law enforcement, 164.512(f)"
    case .publicHealth: "public health, 164.512(b)"
    case .workersCompensation: "workers' compensation, 164.512(l)"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }
}
