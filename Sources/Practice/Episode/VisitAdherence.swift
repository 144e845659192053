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
    guard let begun = compact.flatMap({ try? CivilDate(compact: $0) }),
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
}
