/// A read transaction behind a reference, for interfaces that cannot pass a `~Escapable` value on,
/// such as an existential.
///
/// What the compiler checks for `ReadTransaction` is checked here at each use: one after
/// `withReference` has returned is a programming error and traps.
public final class TransactionReference {
  private var handle: TransactionHandle?

  fileprivate init(_ handle: TransactionHandle) { self.handle = handle }

  fileprivate func end() { handle = nil }

  /// Calls `body` with the transaction.
  public func read<Result: ~Copyable>(
    _ body: (ReadTransaction) throws -> Result
  ) throws -> Result {
    guard let handle else { preconditionFailure("a snapshot was used after its closure ended") }
    return try body(ReadTransaction(environment: handle.environment, handle: handle))
  }
}

extension ReadTransaction {
  /// Calls `body` with a reference to this transaction, which ends when `body` returns.
  public func withReference<Result: ~Copyable>(
    _ body: (TransactionReference) throws -> Result
  ) throws -> Result {
    let reference = TransactionReference(handle)
    defer { reference.end() }
    return try body(reference)
  }
}
