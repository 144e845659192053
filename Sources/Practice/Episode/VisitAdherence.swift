import PracticeEvents

/// How often a patient came in some weeks, against how often the patient should have.
public struct VisitAdherence: Hashable, Sendable {
  public enum Status: String, Sendable { case under, on, over }

  public let from: CivilDate
  public let through: CivilDate
  public let delivered: Int
  /// What was prescribed for these days, visits times 100.
  public let leastHundredths: Int
  public let mostHundredths: Int
  /// What holds on the last day.
  public let frequency: VisitFrequency

  /// Part of a visit cannot be had: under is below the whole visits of the least, over above the
  /// most rounded up.
  public var status: Status {
    if delivered < leastHundredths / 100 { return .under }
    return delivered > (mostHundredths + 99) / 100 ? .over : .on
  }

  /// Delivered visits and those they are held against: the nearer bound of the range, hundredths;
  /// equal within the range.
  public var ratio: (delivered: Int, prescribed: Int) {
    let visits = delivered * 100
    return (visits, min(max(visits, leastHundredths), mostHundredths))
  }
}

extension CareState {
  /// Adherence in the days up to one, inclusive: the window, or as long as one visit of the least
  /// frequency takes; from the first assessment at the earliest.
  ///
  /// - Returns: nil before a week of care, and for a class without a frequency.
  public func adherence(
    episode id: String, through last: CivilDate, windowDays: Int, by clinic: ClinicState
  ) -> VisitAdherence? {
    let compact =
      episodes[id]?.assessments.map(\.assessedOn).min()
      ?? sessions(ofEpisode: id).first?.delivered.deliveredOn
    guard let begun = compact.flatMap(\.civilDate),
      let now = frequency(episode: id, on: last, by: clinic)
    else { return nil }
    let least = Int(now.lowestPerWeekHundredths)
    let days = max(windowDays, least > 0 ? (700 + least - 1) / least : 0)
    let first = max(begun, last.adding(days: 1 - days))
    guard first.days(until: last) >= 6 else { return nil }
    var sums = (least: 0, most: 0)
    for date in first...last {
      guard let daily = frequency(episode: id, on: date, by: clinic) else { continue }
      sums.least += Int(daily.lowestPerWeekHundredths)
      sums.most += Int(daily.highestPerWeekHundredths)
    }
    let delivered = sessions(ofEpisode: id).count {
      (first.compact...last.compact).contains($0.delivered.deliveredOn)
    }
    return VisitAdherence(
      from: first, through: last, delivered: delivered, leastHundredths: sums.least / 7,
      mostHundredths: (sums.most + 6) / 7, frequency: now)
  }

  /// How often the patient came from the first assessment through a day, or the discharge if that is
  /// earlier: one stretch for each run of days of one frequency by one word, in order of time.
  public func adherenceHistory(
    episode id: String, through last: CivilDate, by clinic: ClinicState
  ) -> [VisitAdherence] {
    let visits = sessions(ofEpisode: id).compactMap(\.delivered.deliveredOn.civilDate)
    let assessed = episodes[id]?.assessments.map(\.assessedOn).min()?.civilDate
    let end = dischargedOn(episode: id).map { min($0, last) } ?? last
    guard let begun = assessed ?? visits.first, begun <= end else { return [] }
    var stretches: [(from: CivilDate, through: CivilDate, frequency: VisitFrequency)] = []
    for date in begun...end {
      guard let frequency = frequency(episode: id, on: date, by: clinic) else { continue }
      if let previous = stretches.last, previous.frequency == frequency,
        previous.through.days(until: date) == 1
      {
        stretches[stretches.count - 1].through = date
      } else {
        stretches.append((date, date, frequency))
      }
    }
    return stretches.map { stretch in
      let days = stretch.from.days(until: stretch.through) + 1
      return VisitAdherence(
        from: stretch.from, through: stretch.through,
        delivered: visits.count { (stretch.from...stretch.through).contains($0) },
        leastHundredths: days * Int(stretch.frequency.lowestPerWeekHundredths) / 7,
        mostHundredths: (days * Int(stretch.frequency.highestPerWeekHundredths) + 6) / 7,
        frequency: stretch.frequency)
    }
  }

  /// The last day of an episode that is discharged.
  public func dischargedOn(episode id: String) -> CivilDate? {
    guard let episode = episodes[id], episode.isDischarged else { return nil }
    return episode.discharged.dischargedOn.civilDate
  }
}
