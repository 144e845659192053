/// Spans of time in order, apart from each other and none of them empty.
public struct TimeSpans: Sendable, Hashable {
  public private(set) var spans: [Range<Instant>] = []

  /// The time in any of the spans; those that touch or overlap become one.
  public init(_ spans: [Range<Instant>] = []) {
    for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) where !span.isEmpty {
      if let last = self.spans.last, span.lowerBound <= last.upperBound {
        let end = max(last.upperBound, span.upperBound)
        self.spans[self.spans.count - 1] = last.lowerBound..<end
      } else {
        self.spans.append(span)
      }
    }
  }

  public func subtracting(_ taken: Range<Instant>) -> TimeSpans {
    guard !taken.isEmpty else { return self }
    return TimeSpans(
      spans.flatMap { span in
        [
          span.lowerBound..<max(span.lowerBound, min(span.upperBound, taken.lowerBound)),
          min(span.upperBound, max(span.lowerBound, taken.upperBound))..<span.upperBound,
        ]
      })
  }

  public func intersection(_ other: TimeSpans) -> TimeSpans {
    TimeSpans(
      spans.flatMap { span in other.spans.map { span.clamped(to: $0) } })
  }

  /// Whether all of a span lies in one of these.
  public func contains(_ span: Range<Instant>) -> Bool {
    spans.contains { $0.lowerBound <= span.lowerBound && span.upperBound <= $0.upperBound }
  }

  /// Those of at least so many minutes.
  public func lasting(minutes: Int) -> TimeSpans {
    TimeSpans(spans.filter { $0.minutes >= minutes })
  }

  public var minutes: Int { spans.reduce(0) { $0 + $1.minutes } }
}

extension Range<Instant> {
  /// Whole minutes from start to end.
  public var minutes: Int { lowerBound.minutes(until: upperBound) }
}

extension Instant {
  /// From here to another instant; empty when that one is not later.
  public func span(to end: Instant) -> Range<Instant> { self..<max(self, end) }
}
