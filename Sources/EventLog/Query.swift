/// Which events: those that match any of the items, or all when there are none
/// (the query of the specification at dcb.events).
public struct Query: Hashable, Sendable {
  /// Matches an event of any of the kinds AND with all of the tags AND of the stream.
  public struct Item: Hashable, Sendable {
    /// Empty: any kind.
    public var kinds: Set<EventKind>
    /// Empty: any tags.
    public var tags: Set<Tag>
    /// Nil: any stream.
    public var stream: StreamID?

    public init(kinds: Set<EventKind> = [], tags: Set<Tag> = [], stream: StreamID? = nil) {
      self.kinds = kinds
      self.tags = tags
      self.stream = stream
    }

    public func matches(kind: EventKind, stream: StreamID, tags: some Collection<Tag>) -> Bool {
      (kinds.isEmpty || kinds.contains(kind))
        && (self.stream == nil || self.stream == stream)
        && self.tags.allSatisfy(tags.contains)
    }
  }

  public var items: [Item]
  public init(_ items: [Item]) { self.items = items }

  public static let all = Query([])
  public static func stream(_ id: StreamID) -> Query { Query([Item(stream: id)]) }
  public static func tags(_ tags: Tag...) -> Query { Query([Item(tags: Set(tags))]) }
  public static func kinds(_ kinds: EventKind...) -> Query { Query([Item(kinds: Set(kinds))]) }

  public func matches(_ event: RecordedEvent) -> Bool {
    matches(kind: event.kind, stream: event.stream, tags: event.tags)
  }

  public func matches(kind: EventKind, stream: StreamID, tags: some Collection<Tag>) -> Bool {
    items.isEmpty || items.contains { $0.matches(kind: kind, stream: stream, tags: tags) }
  }
}

/// Which of the matching events, and in which order.
public struct ReadOptions: Hashable, Sendable {
  public enum Direction: Sendable { case forwards, backwards }
  public var direction: Direction
  /// The first position to consider, in the direction of reading; nil begins at that end.
  public var from: Position?
  /// The last position to see, whatever the direction: the log as of then; nil is the head.
  public var asOf: Position?
  public var limit: Int?

  public init(
    direction: Direction = .forwards, from: Position? = nil, asOf: Position? = nil,
    limit: Int? = nil
  ) {
    self.direction = direction
    self.from = from
    self.asOf = asOf
    self.limit = limit
  }
}

/// Fails an append if an event after `after` matches the query.
public struct AppendCondition: Hashable, Sendable {
  public var failIfEventsMatch: Query
  /// Matching events up to here are known to the caller and ignored.
  public var after: Position
  public init(failIfEventsMatch: Query, after: Position = .none) {
    self.failIfEventsMatch = failIfEventsMatch
    self.after = after
  }
}
