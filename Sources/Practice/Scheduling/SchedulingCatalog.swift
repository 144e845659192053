extension CommandCatalog {
  static let scheduling: [any Command.Type] = [
    BookAppointment.self, RescheduleAppointment.self, ConfirmAppointment.self,
    RecordReminder.self, CancelAppointment.self, RecordNoShow.self, ReverseNoShow.self,
    CheckIn.self, BookSeries.self, CancelSeries.self, JoinWaitlist.self, OfferSlot.self,
    FillWaitlist.self, LeaveWaitlist.self, BlockTime.self, UnblockTime.self,
  ]
}
