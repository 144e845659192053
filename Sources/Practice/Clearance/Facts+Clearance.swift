import PracticeEvents

extension Facts {
  /// Judges a visit of a patient by the facts so far: the therapist of the visit, the payer of the
  /// coverage that the patient's route points to on that date, and the clinic's rules.
  public func clearance(of patient: SubjectID, for visit: PlannedVisit) throws -> Clearance {
    let state = try self.patient(patient)
    return ReadyToTreat.evaluate(
      patient: state,
      practitioner: try visit.practitioner.map { try practitioner($0) } ?? PractitionerState(),
      payer: try state.payer(on: visit.date).map { try payer($0) },
      clinic: try clinic(), visit: visit)
  }
}
