import Practice

/// What a calendar program shows: appointments of one person, in a zone.
public struct PublishedCalendar: Sendable, Hashable {
  /// E.g. the therapist's name; never a patient's.
  public var name: String
  public var zone: ClinicTimeZone
  public var events: [Event]

  public init(name: String, zone: ClinicTimeZone, events: [Event]) {
    self.name = name
    self.zone = zone
    self.events = events
  }

  public struct Event: Sendable, Hashable {
    public enum Status: String, Sendable, Hashable {
      case tentative = "TENTATIVE"
      case confirmed = "CONFIRMED"
      case cancelled = "CANCELLED"
    }
    /// Never changes and is nobody else's.
    public var uid: String
    /// How often it was moved.
    public var sequence: Int
    public var status: Status
    public var span: Range<Instant>
    public var summary: String
    public var location: String
    public var createdAt: Instant
    public var changedAt: Instant

    public init(
      uid: String, sequence: Int, status: Status, span: Range<Instant>, summary: String,
      location: String, createdAt: Instant, changedAt: Instant
    ) {
      self.uid = uid
      self.sequence = sequence
      self.status = status
      self.span = span
      self.summary = summary
      self.location = location
      self.createdAt = createdAt
      self.changedAt = changedAt
    }
  }
}
