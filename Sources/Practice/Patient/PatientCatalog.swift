extension CommandCatalog {
  static let patient: [any Command.Type] = [
    RegisterPatient.self, ChangeDemographics.self, SignConsent.self, RevokeConsent.self,
    CompleteIntake.self, ScreenContraindications.self, RecordNecessityLetter.self,
    RecordDisclosure.self,
  ]
}
