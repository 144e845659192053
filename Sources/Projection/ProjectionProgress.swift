/// How far a long task has come.
public struct ProjectionProgress: Hashable, Sendable {
  /// What is being done, for people: `reading the log`, `writing balances`.
  public var phase: String
  /// In events while reading, in rows while writing; never more than `total`.
  public var done: UInt64
  public var total: UInt64
}

/// Called on the working threads, perhaps on several at once, at least at the beginning and end of
/// each phase.
public typealias ProgressHandler = @Sendable (ProjectionProgress) -> Void
