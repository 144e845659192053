/// A named table of an environment: an ordered map from keys to values, both plain bytes.
///
/// Obtained once from `Environment.table(_:)`; valid for as long as the environment and on any
/// thread. Using it with another environment is a programming error and traps.
public struct Table: Hashable, Sendable, CustomStringConvertible {
  public let name: String
  @usableFromInline let handle: UInt32
  @usableFromInline let environment: UInt64

  public var description: String { name }
}

/// A row, as lent by a cursor.
public struct Entry: ~Escapable {
  public let key: RawSpan
  public let value: RawSpan

  @inlinable
  @_lifetime(copy key, copy value)
  init(key: RawSpan, value: RawSpan) {
    self.key = key
    self.value = value
  }
}
