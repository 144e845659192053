/// Something that was tolerated: the file says it otherwise than the standard.
public struct X12Note: Hashable, Sendable, CustomStringConvertible {
  /// The segment's number in the file, counted from 1; 0 for the file as a whole.
  public let segment: Int
  public let line: Int
  public let text: String

  public var description: String {
    segment == 0 ? text : "segment \(segment), line \(line): \(text)"
  }
}

/// Why a file is refused as a whole. Never repeats what stands in an element: it may be a patient's.
public struct X12Error: Error, Hashable, Sendable, CustomStringConvertible {
  /// Counted from 1 in the file; nil for the file as a whole.
  public let segment: Int?
  public let line: Int?
  /// e.g. `CLP03`, or `SE` for a whole segment.
  public let place: String?
  public let problem: String
  public let remedy: String

  init(
    _ problem: String, at segment: X12Segment? = nil, element: Int? = nil,
    remedy: String = "ask the payer or clearinghouse for the file again"
  ) {
    self.segment = segment?.number
    self.line = segment?.line
    place = segment.map { segment in
      segment.id + (element.map { $0 < 10 ? "0\($0)" : "\($0)" } ?? "")
    }
    self.problem = problem
    self.remedy = remedy
  }

  /// What is wrong and where.
  public var problemWithPlace: String {
    guard let segment, let line else { return problem }
    return "segment \(segment), line \(line), \(place ?? ""): \(problem)"
  }

  public var description: String { "\(problemWithPlace); \(remedy)" }
}
