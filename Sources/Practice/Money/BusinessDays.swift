extension ClinicState {
  /// Monday to Friday without the holidays of the rule table `holidays`, whose keys are dates.
  public func isBusinessDay(_ date: CivilDate) -> Bool {
    ![.saturday, .sunday].contains(date.weekday)
      && rule("holidays", date.description, on: date) == 0
  }

  /// Business days after one day up to and with another.
  public func businessDays(after first: CivilDate, through last: CivilDate) -> Int {
    guard first < last else { return 0 }
    // A visit is not booked years ahead; further off makes no difference.
    let end = min(last, first.adding(days: 400))
    return stride(from: first.adding(days: 1), through: end, by: 1).count(where: isBusinessDay)
  }

  /// The business day so many of them after a day.
  public func adding(businessDays: Int, to date: CivilDate) -> CivilDate {
    var (day, left) = (date, businessDays)
    while left > 0, day < .latest {
      day = day.adding(days: 1)
      if isBusinessDay(day) { left -= 1 }
    }
    return day
  }

  /// By when a patient who pays must have a good-faith estimate (45 CFR 149.610(b)(1)(vi)): booked
  /// at least 10 business days ahead within 3, at least 3 ahead within 1; asked for within 3; the
  /// earlier of the two. Nil when neither applies.
  public func estimateDue(
    bookedOn: CivilDate?, serviceOn: CivilDate?, requestedOn: CivilDate?
  ) -> CivilDate? {
    var due: [CivilDate] = []
    if let bookedOn, let serviceOn {
      let ahead = businessDays(after: bookedOn, through: serviceOn)
      if ahead >= 10 {
        due.append(adding(businessDays: 3, to: bookedOn))
      } else if ahead >= 3 {
        due.append(adding(businessDays: 1, to: bookedOn))
      }
    }
    if let requestedOn { due.append(adding(businessDays: 3, to: requestedOn)) }
    return due.min()
  }
}
