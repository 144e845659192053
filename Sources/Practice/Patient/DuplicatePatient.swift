import PracticeEvents

extension Facts {
  /// Patients who have this name and date of birth, whatever they are written like: the events by
  /// which they were registered.
  ///
  /// They are found by the day of birth, so the index holds no names.
  func patients(named name: PersonName, bornOn: Int32) throws -> [String] {
    let wanted = name.plain
    var seen: Set<SubjectID> = []
    return try history(tagged: .bornOn(bornOn)).compactMap { recorded in
      guard seen.insert(recorded.subject).inserted else { return nil }
      let current = try patient(recorded.subject).profile.current
      guard current.bornOn == bornOn, current.legalName.plain == wanted else { return nil }
      return recorded.eventID
    }
  }
}

extension PersonName {
  /// Family and given name as far as they tell people apart: letters alone, without case.
  fileprivate var plain: [String] {
    [family, given].map { $0.lowercased().filter(\.isLetter) }
  }
}
