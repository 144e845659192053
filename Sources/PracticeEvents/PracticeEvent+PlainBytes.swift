import SwiftProtobuf

extension PracticeEvent {
  /// Decodes an event whose bytes are as this program writes them.
  ///
  /// - Returns: nil for any other bytes, good or bad: the library tells what they are.
  public init?(plainBytes bytes: RawSpan) {
    guard let event: PracticeEvent = bytes.withUnsafeBytes({ try? PlainDecoder.decode($0) }) else {
      return nil
    }
    self = event
  }
}

/// Who recorded an event and when it counts, read without the fact: for those who look at many events
/// and need few.
public struct EventHeading: Sendable {
  public private(set) var actor = EventActor()
  /// CCYYMMDD.
  public private(set) var effectiveOn: Int32 = 0

  /// - Throws: `EventDecodingError` when the bytes are no event; that the fact can be decoded is not
  ///   looked at.
  public init(_ payload: RawSpan) throws(EventDecodingError) {
    if let plain = payload.withUnsafeBytes({ try? Self.plain($0) }) {
      self = plain
      return
    }
    do {
      let event = try PracticeEvent(serializedBytes: payload)
      (actor, effectiveOn) = (event.actor, event.effectiveOn)
    } catch {
      throw EventDecodingError(problem: String(describing: error))
    }
  }

  private init() {}

  private static func plain(_ bytes: UnsafeRawBufferPointer) throws -> EventHeading {
    var decoder = PlainDecoder(bytes)
    var heading = EventHeading()
    while let field = try decoder.nextFieldNumber(), field <= 3 {
      switch field {
      case 1:
        var actor: EventActor?
        try decoder.decodeSingularMessageField(value: &actor)
        heading.actor = actor ?? EventActor()
      case 3: try decoder.decodeSingularInt32Field(value: &heading.effectiveOn)
      default: try decoder.skip()
      }
    }
    return heading
  }
}
