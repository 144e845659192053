import PracticeEvents
import TestSupport
import Testing

@testable import Practice

/// SplitMix64 (Steele et al. 2014).
private struct Chance {
  var state: UInt64
  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return Int((mixed ^ mixed >> 31) % UInt64(bound))
  }
}

@Suite("Nobody is in two places at once")
struct NoDoubleBookingTests {
  private static let days = ["2026-03-07", "2026-03-08", "2026-03-09"]

  /// A busy clinic: a few days, two therapists with hours, two rooms, two patients, and whatever
  /// comes to people's minds.
  private func live(seed: UInt64, steps: Int) throws -> CareClinic {
    var chance = Chance(state: seed)
    var clinic = try CareClinic()
    for therapist in [clinic.therapist, clinic.colleague] {
      try clinic.scenario.record(
        SetAvailability(
          practitioner: SubjectReference(therapist),
          hours: WeekdayChoice.allCases.map {
            .init(weekday: $0, start: try CivilTime("00:30"), end: try CivilTime("14:00"))
          }))
    }
    var known: [EntityID] = []
    var blocks: [EntityID] = []
    func start() -> String {
      let minute = chance.below(56) * 15
      let time = [minute / 60, minute % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
      return "\(Self.days[chance.below(3)])T\(time.joined(separator: ":"))"
    }
    for number in 0..<steps {
      let therapist = [clinic.therapist, clinic.colleague][chance.below(2)]
      let patient = [clinic.patient, clinic.other][chance.below(2)]
      let room = ["1", "2"][chance.below(2)]
      let minutes = [30, 45, 60, 90][chance.below(4)]
      let some = known.isEmpty ? nil : known[chance.below(known.count)]
      let command: any Command
      switch (chance.below(10), some) {
      case (0, _):
        command = BookSeries(
          patient: SubjectReference(patient), practitioner: SubjectReference(therapist),
          room: room, service: "relax60", startsAt: start(), every: .week, count: 2,
          minutes: minutes, skipConflicts: chance.below(2) == 0)
      case (1, _):
        let id = EntityID.make(.block, random: UInt64(number))
        let from = start()
        let isRoom = chance.below(2) == 0
        blocks.append(id)
        command = BlockTime(
          practitioner: isRoom ? nil : SubjectReference(therapist), room: isRoom ? room : nil,
          startsAt: from, endsAt: String(from.prefix(10)) + "T13:30", block: id)
      case (2, _) where !blocks.isEmpty:
        command = UnblockTime(block: blocks[chance.below(blocks.count)])
      case (3, let id?): command = CancelAppointment(appointment: id)
      case (4...6, let id?):
        command = RescheduleAppointment(
          appointment: id, startsAt: start(), minutes: minutes,
          practitioner: SubjectReference(therapist), room: room)
      default:
        command = clinic.booking(
          start(), minutes: minutes, for: patient, with: therapist, room: room, service: "relax60")
      }
      do {
        for fact in try clinic.scenario.record(command) {
          if case .appointmentBooked(let booked) = fact.event.fact {
            known.append(try EntityID(booked.appointment))
          }
        }
      } catch is Refusal {
      } catch is ValueError {
      }
    }
    return clinic
  }

  private func standing(_ clinic: CareClinic) -> [Appointment] {
    [clinic.patient, clinic.other].flatMap {
      clinic.scenario.memory.patient($0).schedule.appointments.values
    }.filter(\.takesTime)
  }

  @Test(
    "no order of bookings, moves, series and blocks ends in an overlap",
    arguments: 1...12 as ClosedRange<UInt64>)
  func noOverlap(_ seed: UInt64) throws {
    let standing = standing(try live(seed: seed, steps: 250))
    #expect(standing.count >= 10)
    for (index, one) in standing.enumerated() {
      for other in standing[(index + 1)...] {
        func clash(_ turnover: Int) -> Bool {
          one.startsAt < other.endsAt.adding(minutes: turnover)
            && other.startsAt < one.endsAt.adding(minutes: turnover)
        }
        #expect(one.patient != other.patient || !clash(0))
        #expect(one.practitioner != other.practitioner || !clash(10))
        #expect(one.room != other.room || !clash(10))
      }
    }
  }

  @Test(
    "what is offered as free can be booked, and nothing else", arguments: [21, 22, 23] as [UInt64])
  func freeTime(_ seed: UInt64) throws {
    var clinic = try live(seed: seed, steps: 90)
    let zone = clinic.scenario.zone
    let memory = clinic.scenario.memory
    let stranger = SubjectID(high: 0xc9, low: 0x8000_0000_0000_0009)
    var registered = PatientRegistered()
    registered.mrn = "1009"
    try clinic.given(stranger, .patientRegistered(registered))
    var counts = (free: 0, taken: 0)
    for day in Self.days {
      let date = try CivilDate(day)
      let free = FreeTime(
        on: date, appointments: standing(clinic), clinic: memory.clinic(), zone: zone)
      for therapist in [clinic.therapist, clinic.colleague] {
        let openings = free.openings(
          of: therapist.description, memory.practitioner(therapist), minutes: 45,
          notBefore: zone.startOfDay(date))
        for room in ["1", "2"] {
          for minute in stride(from: 0, to: 15 * 60, by: 5) {
            let local = LocalDateTime(
              date: date, time: try CivilTime(hour: minute / 60, minute: minute % 60))
            guard let start = zone.instants(of: local).first else { continue }
            let isFree = openings.contains { opening in
              opening.rooms.contains(room)
                && TimeSpans([opening.span]).contains(start..<start.adding(minutes: 45))
            }
            let wish = clinic.booking(
              local.description, minutes: 45, for: stranger, with: therapist, room: room,
              service: "relax60")
            if isFree {
              counts.free += 1
              #expect(throws: Never.self) { try clinic.warnings(of: wish) }
            } else {
              counts.taken += 1
              #expect(throws: Refusal.self) { try clinic.warnings(of: wish) }
            }
          }
        }
      }
    }
    // Enough of both to mean something.
    #expect(counts.free > 20 && counts.taken > 200)
  }

  @Test("spans join, are cut and intersected, and are never empty") func spans() {
    func at(_ minute: Int) -> Instant { Instant(microseconds: 0).adding(minutes: minute) }
    func span(_ from: Int, _ to: Int) -> Range<Instant> { at(from)..<at(to) }
    let spans = TimeSpans([span(30, 40), span(0, 10), span(10, 20), span(5, 12), span(50, 50)])
    #expect(spans.spans == [span(0, 20), span(30, 40)])
    #expect(spans.minutes == 30)
    #expect(spans.subtracting(span(5, 35)).spans == [span(0, 5), span(35, 40)])
    #expect(spans.subtracting(span(0, 40)).spans.isEmpty)
    #expect(spans.subtracting(span(20, 30)) == spans)
    #expect(spans.intersection(TimeSpans([span(15, 32)])).spans == [span(15, 20), span(30, 32)])
    #expect(spans.lasting(minutes: 11).spans == [span(0, 20)])
    #expect(spans.contains(span(0, 20)) && !spans.contains(span(19, 31)))
  }
}
