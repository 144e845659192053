extension CommandCatalog {
  static let scheduling: [any Command.Type] = [
    BookAppointment.self, RescheduleAppointment.self, ConfirmAppointment.self,
    CancelAppointment.self, RecordNoShow.self, CheckIn.self,
  ]
}
