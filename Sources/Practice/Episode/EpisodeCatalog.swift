extension CommandCatalog {
  static let episode: [any Command.Type] = [
    OpenEpisode.self, RecordDiagnosis.self, CompleteAssessment.self, ScoreOutcomeMeasure.self,
    MeasureRangeOfMotion.self, SetGoal.self, MeetGoal.self, CloseGoal.self,
    AdoptTreatmentPlan.self, OverrideFrequency.self, TakeTaperStep.self, ChangePhase.self,
    CompleteReevaluation.self, SendProgressReport.self, DischargeEpisode.self,
  ]
}
