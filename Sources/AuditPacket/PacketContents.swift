import EventLog
import Practice
import TransparencyLog

/// The file `contents`: what a packet holds and how it is to be read. Its hash stands in the seal, so
/// that nobody can change it later.
///
///     chartledger-packet/v1
///     profile payer
///     notes shown                                   or: withheld
///     stream <32 hexadecimal digits>
///     asof <position>
///     from 2026-01-01                               or: -
///     to -
///     zone America/New_York
///     backdating <days>
///     rendering <n>
///     recipient <recipient>
///     address <address>
///     purpose <purpose>
///     basis <basis>
///     event <position> shown                        or: withheld; one line each
///     bracket <size> <SHA-256 of its checkpoint>    one line each
///     stamp <size> <SHA-256 of the time stamp>      one line each; of a bracket's checkpoint
///     rotation <position> <size>                    one line each: an event by which the log went
///                                                   over to another key, and the bracket whose
///                                                   checkpoint both keys signed
///     reference <position>                          one line each: the registration of somebody whom
///                                                   shown events name by an id
public struct PacketContents: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    public var position: Position
    public var isShown: Bool
  }

  public struct Bracket: Hashable, Sendable {
    public var size: UInt64
    public var sha256: TreeHash
  }

  public struct Stamp: Hashable, Sendable {
    public var size: UInt64
    public var sha256: TreeHash
  }

  public struct Rotation: Hashable, Sendable {
    public var position: Position
    public var size: UInt64
  }

  public var profile: PacketProfile
  public var withNotes: Bool
  public var stream: StreamID
  public var asOf: Position
  public var from: CivilDate?
  public var to: CivilDate?
  public var zone: ClinicTimeZone
  /// The clinic's rule: entries further back are late.
  public var backdatingDays: Int
  /// Which way of writing the files for people (`Rendering.version`).
  public var rendering: UInt64 = Rendering.version
  public var recipient: String
  public var address: String
  public var purpose: String
  public var basis: String
  public var events: [Entry] = []
  public var brackets: [Bracket] = []
  public var stamps: [Stamp] = []
  public var rotations: [Rotation] = []
  public var references: [Position] = []

  public init(
    profile: PacketProfile, withNotes: Bool, stream: StreamID, asOf: Position, from: CivilDate?,
    to: CivilDate?, zone: ClinicTimeZone, backdatingDays: Int, recipient: String,
    address: String, purpose: String, basis: String
  ) {
    self.profile = profile
    self.withNotes = withNotes
    self.stream = stream
    self.asOf = asOf
    self.from = from
    self.to = to
    self.zone = zone
    self.backdatingDays = backdatingDays
    self.recipient = PacketText.oneLine(recipient)
    self.address = PacketText.oneLine(address)
    self.purpose = PacketText.oneLine(purpose)
    self.basis = PacketText.oneLine(basis)
  }

  static let file = "contents"
  private static let title = "chartledger-packet/v1"

  public var encoded: [UInt8] {
    var lines = [
      Self.title, "profile \(profile.rawValue)", "notes \(withNotes ? "shown" : "withheld")",
      "stream \(PacketText.hex(stream))", "asof \(asOf)",
      "from \(from?.description ?? "-")", "to \(to?.description ?? "-")",
      "zone \(zone)", "backdating \(backdatingDays)", "rendering \(rendering)",
      "recipient \(recipient)", "address \(address)", "purpose \(purpose)", "basis \(basis)",
    ]
    lines += events.map { "event \($0.position) \($0.isShown ? "shown" : "withheld")" }
    lines += brackets.map { "bracket \($0.size) \($0.sha256)" }
    lines += stamps.map { "stamp \($0.size) \($0.sha256)" }
    lines += rotations.map { "rotation \($0.position) \($0.size)" }
    lines += references.map { "reference \($0)" }
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  /// - Throws: `PacketFault` unless these are the bytes that `encoded` would write.
  public init(parsing bytes: [UInt8]) throws(PacketFault) {
    guard let lines = PacketText.lines(bytes), lines.count >= 14, lines[0] == Self.title else {
      throw PacketFault(Self.file, "it is not a list of contents, version 1")
    }
    func value(_ index: Int, _ key: String) throws(PacketFault) -> Substring {
      guard lines[index].hasPrefix(key + " ") else {
        throw PacketFault(Self.file, "line \(index + 1) is not \"\(key)\"")
      }
      return lines[index].dropFirst(key.count + 1)
    }
    func date(_ index: Int, _ key: String) throws(PacketFault) -> CivilDate? {
      let text = try value(index, key)
      return text == "-" ? nil : try? CivilDate(String(text))
    }
    let days = PacketText.number(try value(8, "backdating")).flatMap { Int(exactly: $0) }
    guard let profile = PacketProfile(rawValue: String(try value(1, "profile"))),
      let stream = PacketText.id(StreamID.self, try value(3, "stream")),
      let asOf = PacketText.number(try value(4, "asof")),
      let zone = try? ClinicTimeZone(String(try value(7, "zone"))),
      let days, let rendering = PacketText.number(try value(9, "rendering"))
    else { throw PacketFault(Self.file, "a value is malformed") }
    self.init(
      profile: profile, withNotes: try value(2, "notes") == "shown", stream: stream,
      asOf: Position(asOf), from: try date(5, "from"), to: try date(6, "to"), zone: zone,
      backdatingDays: days, recipient: String(try value(10, "recipient")),
      address: String(try value(11, "address")), purpose: String(try value(12, "purpose")),
      basis: String(try value(13, "basis")))
    self.rendering = rendering
    for line in lines.dropFirst(14) {
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      guard (2...3).contains(words.count), let number = PacketText.number(words[1]) else {
        throw PacketFault(Self.file, "a line is malformed")
      }
      if words.count == 2 {
        guard words[0] == "reference" else { throw PacketFault(Self.file, "a line is malformed") }
        references.append(Position(number))
        continue
      }
      switch (words[0], TreeHash(hex: String(words[2])), PacketText.number(words[2])) {
      case ("event", _, _):
        events.append(Entry(position: Position(number), isShown: words[2] == "shown"))
      case ("bracket", let hash?, _): brackets.append(Bracket(size: number, sha256: hash))
      case ("stamp", let hash?, _): stamps.append(Stamp(size: number, sha256: hash))
      case ("rotation", _, let size?):
        rotations.append(Rotation(position: Position(number), size: size))
      default: throw PacketFault(Self.file, "a line is malformed")
      }
    }
    guard encoded == bytes else { throw PacketFault(Self.file, "it is not written canonically") }
    guard Self.isRising(events.map(\.position)), Self.isRising(brackets.map(\.size)),
      Self.isRising(rotations.map(\.position)), Self.isRising(rotations.map(\.size)),
      Self.isRising(references),
      Self.isRising(stamps.map { StampOrder(size: $0.size, hash: $0.sha256.hex) })
    else { throw PacketFault(Self.file, "its lines are not in order") }
    let sizes = Set(brackets.map(\.size))
    guard sizes.isSuperset(of: stamps.map(\.size)), sizes.isSuperset(of: rotations.map(\.size))
    else { throw PacketFault(Self.file, "it speaks of a checkpoint that is not in the packet") }
  }

  private static func isRising<Value: Comparable>(_ values: [Value]) -> Bool {
    zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
  }

  private struct StampOrder: Comparable {
    var size: UInt64
    var hash: String
    static func < (left: Self, right: Self) -> Bool {
      (left.size, left.hash) < (right.size, right.hash)
    }
  }

  /// Whether an event of these contents is to be shown.
  func shows(_ event: OpenedEvent) -> Bool {
    let day = event.event.effectiveOn
    let isInRange =
      (from.map { $0.compact <= day } ?? true) && (to.map { day <= $0.compact } ?? true)
    // A kind newer than this program is for those who see all.
    let isForProfile =
      (event.event.fact?.packetContent).map { profile.shows($0, withNotes: withNotes) }
      ?? (profile != .payer)
    return isInRange && isForProfile
  }
}
