import PracticeEvents

/// How a person names a subject: a UUID, or what the clinic calls it by — a patient's MRN, a
/// practitioner's or referring provider's NPI, a payer's id.
public struct SubjectReference: Hashable, Sendable, Codable, CustomStringConvertible {
  public let text: String
  public var description: String { text }

  public init(_ text: String) { self.text = text }
  public init(_ id: SubjectID) { text = id.description }

  public init(from decoder: any Decoder) throws {
    text = try decoder.singleValueContainer().decode(String.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

extension Facts {
  /// The stream of a patient who is registered.
  public func patientID(
    _ reference: SubjectReference, field: String = "patient"
  ) throws
    -> SubjectID
  {
    try resolve(reference, .mrn(reference.text), field, "patient", "an MRN or a patient id") {
      try patient($0).profile.registered
    }
  }

  public func practitionerID(
    _ reference: SubjectReference, field: String = "practitioner"
  ) throws
    -> SubjectID
  {
    try resolve(reference, .npi(reference.text), field, "practitioner", "an NPI or its id") {
      try practitioner($0).registered
    }
  }

  public func referringProviderID(
    _ reference: SubjectReference, field: String = "referringProvider"
  ) throws -> SubjectID {
    try resolve(reference, .npi(reference.text), field, "referring provider", "an NPI or its id") {
      try referringProvider($0).registered
    }
  }

  public func payerID(_ reference: SubjectReference, field: String = "payer") throws -> SubjectID {
    try resolve(reference, .payerID(reference.text), field, "payer", "a payer id or its stream") {
      try payer($0).registered
    }
  }

  /// The patient on whose stream something with this identifier stands.
  public func patientID(owning id: EntityID, field: String) throws -> SubjectID {
    guard let owner = try owner(of: .entity(id)) else {
      throw Refusal(
        rule: "reference.unknown", field: field, problem: "there is no \(id.kind) \(id)",
        remedy: "check the identifier; `chartledger audit patient` lists them")
    }
    return owner
  }

  private func resolve(
    _ reference: SubjectReference, _ tag: FactTag, _ field: String, _ noun: String, _ form: String,
    isKnown: (SubjectID) throws -> Bool
  ) throws -> SubjectID {
    let id: SubjectID?
    if let direct = try? SubjectID(reference.text) { id = direct } else { id = try owner(of: tag) }
    guard let id, try isKnown(id) else {
      throw Refusal(
        rule: "reference.unknown", field: field, problem: "no such \(noun) is registered",
        remedy: "give \(form) of a registered \(noun)")
    }
    return id
  }
}
