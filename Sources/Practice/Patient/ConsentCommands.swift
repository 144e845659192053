import PracticeEvents

/// Records that the patient took a consent back.
public struct RevokeConsent: Command {
  public static let name = "revoke-consent"
  public static let summary = "Records that the patient took a consent back."
  public static let help = ["revokedOn": "first day without it; today by default"]
  public static let roles: Set<Role> = [.frontDesk, .therapist, .patient]

  public var consent: EntityID
  public var revokedOn: CivilDate?

  public init(
    consent: EntityID, revokedOn: CivilDate? = nil
  ) {
    self.consent = consent
    self.revokedOn = revokedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(owning: consent, field: "consent")
    guard let known = try facts.patient(patient).profile.consents[consent.description] else {
      throw Refusal(
        rule: "reference.unknown", field: "consent", problem: "\(consent) is no consent",
        remedy: "give the identifier of a signed consent")
    }
    guard known.revokedOn == 0 else {
      throw Refusal(
        rule: "consent.revoked", field: "consent", problem: "it is revoked already",
        remedy: "nothing is to be recorded")
    }
    let revokedOn = revokedOn ?? context.today
    guard revokedOn.compact >= known.signed.signedOn else {
      throw Refusal(
        rule: "consent.dates", field: "revokedOn",
        problem: "it would be revoked before it was signed", remedy: "check the date")
    }
    var fact = ConsentRevoked()
    fact.consent = consent.description
    fact.revokedOn = revokedOn.compact
    return Decision([ProposedFact(patient, .consentRevoked(fact), effectiveOn: revokedOn)])
  }
}
