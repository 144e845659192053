import Practice
import PracticeEvents

/// Somebody who gives commands.
struct Staff: Sendable {
  var user: String
  var initials: String
  var role: Role
  var practitioner: SubjectID?

  static let owner = Staff(user: "helena", initials: "HB", role: .supervisor)
  static let frontDesk = Staff(user: "marisol", initials: "MV", role: .frontDesk)
  static let secondDesk = Staff(user: "dennis", initials: "DK", role: .frontDesk)
  static let biller = Staff(user: "ruth", initials: "RS", role: .biller)
}

/// A massage therapist of the clinic.
struct Therapist: Sendable {
  var given: String
  var family: String
  var hours: [WorkBlock]
  /// Filled in when the therapist is registered.
  var subject = SubjectID.site
  var license = ""
  var staff: Staff {
    Staff(
      user: given.lowercased(), initials: "\(given.prefix(1))\(family.prefix(1))",
      role: .therapist, practitioner: subject)
  }

  /// Hours on some weekdays, minutes since midnight.
  struct WorkBlock: Sendable {
    var weekdays: [Weekday]
    var start: Int
    var end: Int
  }

  func blocks(on weekday: Weekday) -> [Range<Int>] {
    hours.filter { $0.weekdays.contains(weekday) }.map { $0.start..<$0.end }
  }

  /// Six therapists; somebody works on every day of the week.
  static let all = [
    Therapist(
      given: "Naomi", family: "Adler",
      hours: [.init(weekdays: [.monday, .tuesday, .wednesday, .thursday], start: 540, end: 900)]),
    Therapist(
      given: "Hyun", family: "Baek",
      hours: [
        .init(weekdays: [.tuesday, .thursday, .friday], start: 600, end: 1_080),
        .init(weekdays: [.saturday], start: 540, end: 840),
      ]),
    Therapist(
      given: "Carla", family: "Mendes",
      hours: [.init(weekdays: [.monday, .wednesday, .friday], start: 660, end: 1_140)]),
    Therapist(
      given: "Tomasz", family: "Zielinski",
      hours: [
        .init(weekdays: [.monday, .tuesday], start: 840, end: 1_200),
        .init(weekdays: [.saturday, .sunday], start: 600, end: 960),
      ]),
    Therapist(
      given: "Renee", family: "Okoye",
      hours: [.init(weekdays: [.wednesday, .thursday, .friday], start: 540, end: 840)]),
    Therapist(
      given: "Salvatore", family: "Lombardi",
      hours: [
        .init(weekdays: [.thursday], start: 900, end: 1_200),
        .init(weekdays: [.sunday], start: 600, end: 900),
      ]),
  ]
}

/// Somebody outside who refers patients.
struct Referrer: Sendable {
  var npi: String
  var fax: String
  var name: String
  var credential: ReferringCredentialChoice
}
