extension CommandCatalog {
  static let practitioner: [any Command.Type] = [
    RegisterPractitioner.self, RecordLicense.self, RenewLicense.self, ChangeLicenseStatus.self,
    RecordTrainingCredential.self, GrantPrivilege.self, RevokePrivilege.self,
    SetAvailability.self, RegisterReferringProvider.self,
  ]
}
