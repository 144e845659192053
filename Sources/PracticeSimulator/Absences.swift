import Practice
import PracticeEvents

/// Therapists are on holiday or fall ill, and rooms are repaired.
extension World {
  /// A week of holiday and a day of illness for each therapist and year; a room is repaired.
  mutating func planAbsences() throws {
    for year in 0..<max(1, firstDay.days(until: lastDay) / 365) {
      let start = firstDay.adding(days: 365 * year)
      for therapist in therapists.indices {
        let holiday = start.adding(days: random.int(60...330))
        // The week of the last day is worked by all.
        if holiday.adding(days: 10) < lastDay {
          try plan(.holiday(therapist, from: holiday), on: holiday.adding(days: -30), at: 600)
        }
        let ill = start.adding(days: random.int(20...360))
        if ill.adding(days: 3) < lastDay { try plan(.sickDay(therapist), on: ill, at: 470) }
      }
      let repairs = start.adding(days: random.int(40...300))
      if repairs.adding(days: 10) < lastDay {
        try plan(.repairs(room: 4, from: repairs), on: repairs.adding(days: -20), at: 620)
      }
    }
  }

  mutating func takeHoliday(_ therapist: Int, from date: CivilDate) throws {
    let days = (0..<7).map { date.adding(days: $0) }
    let facts = try give(
      BlockTime(
        practitioner: SubjectReference(therapists[therapist].subject),
        startsAt: days[0].description, endsAt: days[6].description, kind: .holiday),
      by: .owner)
    guard facts != nil else { return }
    for day in days { calendar.block(day, 0..<1_440, therapist: therapist) }
    for day in days { try moveVisits(on: day) { $0.slot.therapist == therapist } }
  }

  mutating func callInSick(_ therapist: Int) throws {
    let facts = try give(
      BlockTime(
        practitioner: SubjectReference(therapists[therapist].subject),
        startsAt: today.description, endsAt: today.description, kind: .sick), by: .frontDesk)
    guard facts != nil else { return }
    calendar.block(today, 0..<1_440, therapist: therapist)
    try moveVisits(on: today) { $0.slot.therapist == therapist }
  }

  mutating func repair(_ room: Int, from date: CivilDate) throws {
    let days = [date, date.adding(days: 1)]
    let facts = try give(
      BlockTime(
        room: "Room \(room + 1)", startsAt: days[0].description, endsAt: days[1].description,
        purpose: "new flooring"), by: .frontDesk)
    guard facts != nil else { return }
    for day in days { calendar.block(day, 0..<1_440, room: room) }
    for day in days { try moveVisits(on: day) { $0.slot.room == room } }
  }

  private mutating func moveVisits(on date: CivilDate, where isInTheWay: (Visit) -> Bool) throws {
    for number in calendar.visits(on: date)
    where visits[number].status == .awaited && isInTheWay(visits[number]) {
      if try !move(number, notBefore: max(date, today).adding(days: 1), byPatient: false) {
        try cancel(number, byPatient: false)
      }
    }
  }
}
