import Practice

/// Who is where when, so that the front desk finds a free time without asking the log.
struct SlotCalendar: Sendable {
  struct Slot: Sendable, Equatable {
    var date: CivilDate
    /// Minutes since midnight.
    var start: Int
    var minutes: Int
    var therapist: Int
    var room: Int
    var end: Int { start + minutes }
  }

  private var days: [CivilDate: [(visit: Int, patient: Int, slot: Slot)]] = [:]
  /// Minutes that a room stays free after a visit; therapists rest as long.
  private static let turnover = 15
  private static let rooms = 5
  /// Time out of the schedule, of a therapist or of a room.
  private var blocks: [CivilDate: [(therapist: Int?, room: Int?, minutes: Range<Int>)]] = [:]

  mutating func take(_ slot: Slot, visit: Int, patient: Int) {
    days[slot.date, default: []].append((visit, patient, slot))
  }

  mutating func release(_ visit: Int, on date: CivilDate) {
    days[date]?.removeAll { $0.visit == visit }
  }

  mutating func block(
    _ date: CivilDate, _ minutes: Range<Int>, therapist: Int? = nil, room: Int? = nil
  ) {
    blocks[date, default: []].append((therapist, room, minutes))
  }

  /// Visits of a day.
  func visits(on date: CivilDate) -> [Int] { (days[date] ?? []).map(\.visit) }

  /// The free time of a therapist on a day nearest to the wish; nil when there is none.
  func free(
    on date: CivilDate, therapist index: Int, of therapist: Therapist, minutes: Int, near wish: Int,
    patient: Int, notBefore: Int = 0
  ) -> Slot? {
    let taken = days[date] ?? []
    let blocks = blocks[date] ?? []
    guard !taken.contains(where: { $0.patient == patient }) else { return nil }
    var best: Slot?
    for block in therapist.blocks(on: date.weekday) {
      for start in stride(from: block.lowerBound, through: block.upperBound - minutes, by: 15)
      where start >= notBefore {
        var slot = Slot(date: date, start: start, minutes: minutes, therapist: index, room: 0)
        if let best, abs(best.start - wish) <= abs(start - wish) { continue }
        let near = taken.map(\.slot).filter {
          $0.start < slot.end + Self.turnover && slot.start < $0.end + Self.turnover
        }
        let closed = blocks.filter { $0.minutes.overlaps(slot.start..<slot.end) }
        guard !near.contains(where: { $0.therapist == index }),
          !closed.contains(where: { $0.therapist == index }),
          let room = (0..<Self.rooms).first(where: { room in
            !near.contains { $0.room == room } && !closed.contains { $0.room == room }
          })
        else { continue }
        slot.room = room
        best = slot
      }
    }
    return best
  }
}
