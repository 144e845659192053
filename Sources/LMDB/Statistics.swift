internal import CLMDB

/// How full an environment is and who reads it, at one moment.
public struct Statistics: Equatable, Sendable {
  /// The most the file can grow to.
  public var mapBytes: Int
  public var pageBytes: Int
  /// Pages up to the last one ever used; the file never shrinks below this.
  public var usedPages: Int
  /// Rows per table.
  public var rows: [String: Int]
  /// Read transactions now in progress, over all processes.
  public var readersInUse: Int
  public var maxReaders: Int
  /// The last committed transaction.
  public var lastTransactionID: UInt64
  /// How many commits the oldest reader is behind; every page replaced since is kept for it.
  public var oldestReaderLag: UInt64

  public var usedBytes: Int { usedPages * pageBytes }
}

extension Environment {
  public func statistics() throws(LMDBError) -> Statistics {
    var information = MDB_envinfo()
    var environment = MDB_stat()
    mdb_env_info(pointer, &information)
    mdb_env_stat(pointer, &environment)
    let last = UInt64(information.me_last_txnid)
    let snapshots = readerSnapshots()

    let handle = try beginRead()
    defer { endRead(handle) }
    var rows: [String: Int] = [:]
    for table in tables.values { rows[table.name] = try handle.count(table) }

    return Statistics(
      mapBytes: Int(information.me_mapsize),
      pageBytes: Int(environment.ms_psize),
      usedPages: Int(information.me_last_pgno) + 1,
      rows: rows,
      readersInUse: snapshots.count,
      maxReaders: Int(information.me_maxreaders),
      lastTransactionID: last,
      oldestReaderLag: snapshots.min().map { last - Swift.min($0, last) } ?? 0)
  }

  /// The snapshot of each reader in progress. LMDB tells them only as lines of text:
  /// process, thread (hexadecimal), transaction or `-`.
  private func readerSnapshots() -> [UInt64] {
    var text = ""
    withUnsafeMutablePointer(to: &text) { text in
      _ = mdb_reader_list(
        pointer,
        { line, context in
          guard let line else { return 0 }
          context?.assumingMemoryBound(to: String.self).pointee += String(cString: line)
          return 0
        }, text)
    }
    return text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      return fields.count == 3 ? UInt64(fields[2]) : nil
    }
  }
}
