extension CommandCatalog {
  static let clinic: [any Command.Type] = [
    EstablishClinic.self, SetPracticeProfile.self, RegisterPayer.self, ChangePayerPolicy.self,
    DefineService.self, PublishFeeSchedule.self, PublishRuleTable.self, ClosePeriod.self,
    ReopenPeriod.self, GrantUserRole.self, RevokeUserRole.self,
  ]
}
