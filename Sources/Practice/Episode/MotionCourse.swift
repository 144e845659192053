import PracticeEvents

/// The measurements of one movement of one joint in one episode, in order of time.
public struct MotionCourse: Sendable {
  /// At least one.
  public let measurements: [RangeOfMotionMeasured]

  /// E.g. `cervical spine rotation, left, passive`.
  public let name: String

  /// Degrees nearer to the normal range than the first measurement; without a normal range more is
  /// better. Negative is worse.
  public func improvement(at index: Int) -> Int {
    let (first, now) = (measurements[0], measurements[index])
    let normal = now.normalDegrees > 0 ? now.normalDegrees : first.normalDegrees
    guard normal > 0 else { return Int(now.degrees) - Int(first.degrees) }
    return abs(Int(normal) - Int(first.degrees)) - abs(Int(normal) - Int(now.degrees))
  }

  /// Whether the change is more than the reading of the instrument errs (rule
  /// `outcomes/motion-mdc-degrees` of the measurement's day).
  public func size(at index: Int, by clinic: ClinicState) -> OutcomeChange.Size {
    guard let date = measurements[index].measuredOn.civilDate else { return .none }
    let least = max(1, clinic.rule("outcomes", "motion-mdc-degrees", on: date))
    let improvement = improvement(at: index)
    return improvement >= least ? .detectable : improvement <= -least ? .worse : .none
  }
}

extension CareState {
  /// The movements measured in an episode, by name.
  public func motionCourses(episode: String) -> [MotionCourse] {
    let ordered = motions.enumerated().filter { $0.element.episode == episode }
      .sorted { ($0.element.measuredOn, $0.offset) < ($1.element.measuredOn, $1.offset) }
      .map(\.element)
    return Dictionary(grouping: ordered, by: \.movement)
      .map { MotionCourse(measurements: $0.value, name: $0.key) }
      .sorted { $0.name < $1.name }
  }
}

extension RangeOfMotionMeasured {
  /// Which movement of which joint it is of.
  public var movement: String {
    let side: String? =
      switch side {
      case .left: "left"
      case .right: "right"
      case .bilateral: "both sides"
      case .notApplicable, .unspecified, .UNRECOGNIZED: nil
      }
    return ["\(joint) \(motion)", side, passive ? "passive" : nil].compactMap { $0 }
      .joined(separator: ", ")
  }
}
