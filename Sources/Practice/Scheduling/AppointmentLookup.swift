import PracticeEvents

extension Facts {
  /// An appointment and its patient.
  func appointment(
    _ id: EntityID, field: String = "appointment"
  ) throws -> (
    patient: SubjectID, appointment: Appointment
  ) {
    let patient = try patientID(owning: id, field: field)
    guard
      let appointment = try self.patient(patient).schedule.appointments[id.description]
    else { throw unknownReference(field, "no appointment has this identifier") }
    return (patient, appointment)
  }
}

extension Appointment {
  /// The visit as the gate judges it.
  ///
  /// - Parameters:
  ///   - cpt: the procedures, when they are known.
  ///   - units: their billable units, when they are known.
  ///   - regions: the regions to be treated, when they are known.
  /// - Throws: `ValueError` when the stored date or practitioner cannot be read.
  func visit(
    cpt: [ProcedureCode] = [], units: Int = 0, regions: [String] = []
  ) throws -> PlannedVisit {
    PlannedVisit(
      date: try CivilDate(compact: dateOn), serviceClass: serviceClass,
      practitioner: try SubjectID(practitioner), cpt: cpt, units: units, regions: regions,
      episode: episode.isEmpty ? nil : episode, excludingAppointment: appointment)
  }
}

extension AppointmentStatus {
  /// As people say it.
  public var text: String {
    switch self {
    case .booked: "booked"
    case .confirmed: "confirmed"
    case .checkedIn: "checked in"
    case .completed: "completed"
    case .cancelled: "cancelled"
    case .noShow: "a no-show"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }
}
