/// The first thing that is wrong with a packet.
public struct PacketFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// Path within the packet; empty for the packet as a whole.
  public var file: String
  public var reason: String

  public init(_ file: String, _ reason: String) {
    self.file = file
    self.reason = reason
  }

  public var description: String { file.isEmpty ? reason : "\(file): \(reason)" }
}
