import EventLog
internal import LMDB
import PracticeEvents

/// One generation of a view: an environment with the view's tables and its checkpoint.
final class Generation: Sendable {
  let view: ProjectedView
  let number: UInt64
  let path: String
  let environment: Environment
  private let tables: [String: LMDB.Table]
  private let checkpointTable: LMDB.Table
  private let pin: DirectoryPin

  /// Opens a generation, or begins one where there is none.
  init(
    _ view: ProjectedView, number: UInt64, at path: String, mapBytes: Int,
    sync: Environment.SyncMode
  ) throws {
    self.view = view
    self.number = number
    self.path = path
    environment = try Environment(
      at: path, tables: view.tables + [Checkpoint.table],
      options: Environment.Options(mapBytes: mapBytes, sync: sync))
    pin = try DirectoryPin(path)
    let environment = environment
    tables = Dictionary(uniqueKeysWithValues: view.tables.map { ($0, environment.table($0)) })
    checkpointTable = environment.table(Checkpoint.table)
  }

  // MARK: Reading

  func checkpoint() throws -> Checkpoint {
    try environment.read { try checkpoint(in: $0) }
  }

  func checkpoint(in transaction: ReadTransaction) throws -> Checkpoint {
    guard let bytes = try transaction.value(in: checkpointTable, at: Checkpoint.table),
      let checkpoint = Checkpoint(bytes)
    else { throw ProjectionError.damaged(view: view.name, reason: "its checkpoint is missing") }
    return checkpoint
  }

  /// Calls `body` with the rows and how far they have come, from one snapshot.
  ///
  /// - Parameter decodedRows: those of former reads; nil decodes each row from its bytes.
  func read<Result>(
    with decodedRows: DecodedRows? = nil, _ body: (StoredRows, Checkpoint) throws -> Result
  ) throws -> Result {
    try environment.read { transaction in
      let checkpoint = try checkpoint(in: transaction)
      return try transaction.withReference { reference in
        try body(
          StoredRows(
            view: view.name, tables: tables, transaction: reference, decodedRows: decodedRows),
          checkpoint)
      }
    }
  }

  // MARK: Writing

  /// Applies what the batch has after the checkpoint and moves the checkpoint to the batch's end,
  /// in one transaction. Events that another process has applied meanwhile are skipped.
  func apply(_ batch: FactBatch) throws {
    try environment.write { transaction in
      let checkpoint = try checkpoint(in: transaction.reading)
      guard checkpoint.version == view.version, checkpoint.position < batch.end.position else {
        return
      }
      let facts = batch.facts(after: checkpoint.position)
      var buffer: RowBuffer?
      try transaction.reading.withReference { reference in
        let rows = RowBuffer(
          tables: view.tables,
          over: StoredRows(view: view.name, tables: tables, transaction: reference))
        try view.apply(facts, to: rows)
        buffer = rows
      }
      try buffer.map { try write($0, into: &transaction) }
      try write(batch.end.checkpoint(version: view.version), into: &transaction)
    }
  }

  /// Fills a new and empty generation; not durable before `synchronize`.
  func fill(with rows: MemoryRows, _ checkpoint: Checkpoint) throws {
    let encoder = PlainEncoder()
    try environment.write { transaction in
      for name in view.tables {
        guard let table = tables[name] else { continue }
        try rows.buffer.table(name).boxes.forEach(where: { _ in true }) { key, box in
          try box.encode(by: encoder) { bytes in
            guard let bytes else { return }
            try key.withUnsafeBytes { try transaction.append(to: table, key: $0, value: bytes) }
          }
        }
      }
      try write(checkpoint, into: &transaction)
    }
  }

  private func write(_ buffer: RowBuffer, into transaction: inout WriteTransaction) throws {
    let encoder = PlainEncoder()
    for name in view.tables {
      guard let table = tables[name] else { continue }
      // In order, so that neighbours are written into the same page while it is at hand.
      try buffer.table(name).boxes.forEach(where: \.isChanged) { key, box in
        try box.encode(by: encoder) { bytes in
          if let bytes {
            try key.withUnsafeBytes { try transaction.set(in: table, key: $0, value: bytes) }
          } else {
            try transaction.remove(from: table, key: key.bytes)
          }
        }
      }
    }
  }

  private func write(_ checkpoint: Checkpoint, into transaction: inout WriteTransaction) throws {
    try transaction.set(
      in: checkpointTable, key: Checkpoint.table, value: checkpoint.encoded)
  }
}
