import PracticeEvents

/// The scores of one instrument in one episode, in order of time.
public struct OutcomeCourse: Sendable {
  public struct Score: Hashable, Sendable {
    public let on: CivilDate
    public let hundredths: Int32
    /// The measure's identifier; empty for pain that only a note tells.
    public let measure: String
  }

  public let instrument: Instrument
  /// At least one.
  public let scores: [Score]
  /// Before the treatment had any effect: the first score, unless a later one was taken as the
  /// baseline on purpose.
  public let baseline: Score
  public var latest: Score { scores.last ?? baseline }

  /// What the way from the baseline to a score means by the rules of the score's day.
  ///
  /// - Returns: nil for an instrument this program does not know.
  public func change(to score: Score, by clinic: ClinicState) -> OutcomeChange? {
    clinic.instrument(instrument, on: score.on)?
      .change(from: baseline.hundredths, to: score.hundredths)
  }

  /// The first score that matters to patients against the baseline; nil while there is none.
  public func firstImportant(by clinic: ClinicState) -> Score? {
    scores.first { change(to: $0, by: clinic)?.matters == true }
  }

  /// The last score on a day or before; the first one after it when there is none.
  public func score(asOf date: CivilDate) -> Score? {
    scores.last { $0.on <= date } ?? scores.first
  }

  /// The last so many scores, when there are so many and none of them differs detectably from the
  /// first of them; nil otherwise. A change for the worse is no plateau, and nothing is known where
  /// no threshold is in force.
  public func plateau(of count: Int, by clinic: ClinicState) -> [Score]? {
    guard count > 1, scores.count >= count, let first = scores.suffix(count).first else {
      return nil
    }
    let isFlat = scores.suffix(count).allSatisfy { score in
      guard let form = clinic.instrument(instrument, on: score.on), form.hasThreshold else {
        return false
      }
      return form.change(from: first.hundredths, to: score.hundredths).size == .none
    }
    return isFlat ? Array(scores.suffix(count)) : nil
  }
}

extension CareState {
  /// The scores of an instrument in an episode, those taken after a session left out, because they
  /// tell of the session. Pain that nobody scored is taken from the notes.
  ///
  /// - Returns: nil when there is none.
  public func course(_ instrument: Instrument, episode: String) -> OutcomeCourse? {
    let scored = measures.enumerated().filter { _, measure in
      measure.episode == episode && measure.instrument == instrument
        && measure.purpose != .afterSession
    }
    .sorted { ($0.element.measuredOn, $0.offset) < ($1.element.measuredOn, $1.offset) }
    .map(\.element)
    var scores = scored.compactMap { measure in
      measure.measuredOn.civilDate.map {
        OutcomeCourse.Score(on: $0, hundredths: measure.scoreHundredths, measure: measure.measure)
      }
    }
    if scores.isEmpty, instrument == .nprs { scores = notedPain(episode: episode) }
    guard let first = scores.first else { return nil }
    let marked = scored.first { $0.purpose == .baseline }?.measure
    return OutcomeCourse(
      instrument: instrument, scores: scores,
      baseline: scores.first { $0.measure == marked } ?? first)
  }

  /// The courses of all instruments in an episode: function first, the one with most scores first of
  /// those, because function is what care is for.
  public func courses(episode: String) -> [OutcomeCourse] {
    OutcomeForm.all.enumerated().compactMap { index, form in
      course(form.instrument, episode: episode).map { (index, form, $0) }
    }
    .sorted { left, right in
      (left.1.isPain ? 1 : 0, -left.2.scores.count, left.0)
        < (right.1.isPain ? 1 : 0, -right.2.scores.count, right.0)
    }
    .map(\.2)
  }

  private func notedPain(episode: String) -> [OutcomeCourse.Score] {
    sessions(ofEpisode: episode).compactMap { session in
      guard let note = notes[session.note]?.signed, note.painRecorded,
        let date = session.delivered.deliveredOn.civilDate
      else { return nil }
      return OutcomeCourse.Score(
        on: date, hundredths: Int32(clamping: Int(note.painBefore) * 100), measure: "")
    }
  }
}
