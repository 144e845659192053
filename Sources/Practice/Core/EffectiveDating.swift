extension Sequence {
  /// The element that holds on a date: of those whose first day has come the one with the latest
  /// first day; of equals the one recorded last.
  ///
  /// - Parameter from: the first day, CCYYMMDD.
  func inForce(on date: CivilDate, from: (Element) -> Int32) -> Element? {
    reduce(nil) { best, element in
      guard from(element) <= date.compact else { return best }
      guard let best, from(best) > from(element) else { return element }
      return best
    }
  }
}
