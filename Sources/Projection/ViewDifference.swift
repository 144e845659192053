internal import LMDB
import PracticeEvents
import SwiftProtobuf

/// Where a view differs from a fresh rebuild.
public struct ViewDifference: Hashable, Sendable {
  public enum What: Hashable, Sendable {
    /// The rebuild has the row, the view has not.
    case missing
    /// The view has the row, the rebuild has not.
    case surplus
    case different
  }
  public var view: String
  public var table: String
  /// May identify a patient, hence not in the description.
  public var key: RowKey
  /// The row's place in the table in order of keys, from 1.
  public var row: Int
  public var what: What
}

extension ViewDifference: CustomStringConvertible {
  public var description: String {
    let difference =
      switch what {
      case .missing: "the view lacks a row that the log implies"
      case .surplus: "the view has a row that the log does not imply"
      case .different: "the view's row is not what the log implies"
      }
    return "view \(view), table \(table), row \(row) in order of keys: \(difference)"
  }
}

extension Views {
  /// Compares views with a rebuild in memory, byte for byte, at the newest position.
  ///
  /// - Parameter names: nil is all.
  /// - Returns: the first difference in order of tables and keys, nil when there is none.
  public func verify(
    _ names: [String]? = nil, progress: ProgressHandler? = nil
  ) throws -> ViewDifference? {
    let views = try views(named: names)
    let head = try store.read { $0.head }
    return try read(atLeast: head, of: views.map { $0.projector }) { set in
      let rows = try replay(views, through: set.position, progress)
      for view in views {
        guard let stored = set.rows[view.name] as? StoredRows, let rows = rows[view.name] else {
          continue
        }
        for table in view.tables {
          if let difference = try stored.firstDifference(from: rows, in: table) {
            return difference
          }
        }
      }
      return nil
    }
  }
}

extension StoredRows {
  /// The first row of a table whose bytes differ from those in memory.
  fileprivate func firstDifference(
    from expected: MemoryRows, in table: String
  ) throws -> ViewDifference? {
    guard let handle = tables[table] else { throw ProjectionError.unknownTable(table) }
    var row = 1
    func difference(_ key: RowKey, _ what: ViewDifference.What) -> ViewDifference {
      ViewDifference(view: view, table: table, key: key, row: row, what: what)
    }
    let boxes = try expected.buffer.table(table).boxes
    let encoder = PlainEncoder()
    return try transaction.read { transaction in
      var keys = try expected.keys(of: table).makeIterator()
      var cursor = try transaction.cursor(over: handle)
      var entry = try cursor.next()
      while let found = entry {
        let key = RowKey(copying: found.key)
        guard let wanted = keys.next() else { return difference(key, .surplus) }
        if wanted < key { return difference(wanted, .missing) }
        if key < wanted { return difference(key, .surplus) }
        let stored = [UInt8](copying: found.value)
        var isEqual = false
        try boxes[key]?.encode(by: encoder) { isEqual = $0?.elementsEqual(stored) ?? false }
        guard isEqual else { return difference(key, .different) }
        entry = try cursor.next()
        row += 1
      }
      return keys.next().map { difference($0, .missing) }
    }
  }
}

/// The bytes of every row, by table and key: for comparing views in tests.
package typealias EncodedRows = [String: [RowKey: [UInt8]]]

extension ViewSet {
  package func encodedRows(of projector: any Projector.Type) throws -> EncodedRows {
    switch try rows(of: projector) {
    case let stored as StoredRows: try stored.encodedRows()
    case let frozen as FrozenRows: try frozen.encodedRows()
    default: [:]
    }
  }
}

extension StoredRows {
  fileprivate func encodedRows() throws -> EncodedRows {
    try tables.mapValues { table in
      try transaction.read { transaction in
        var rows: [RowKey: [UInt8]] = [:]
        var cursor = try transaction.cursor(over: table)
        while let entry = try cursor.next() {
          rows[RowKey(copying: entry.key)] = [UInt8](copying: entry.value)
        }
        return rows
      }
    }
  }
}

extension FrozenRows {
  fileprivate func encodedRows() throws -> EncodedRows {
    try tables.mapValues { table in
      var rows: [RowKey: [UInt8]] = [:]
      for (key, row) in zip(table.keys, table.rows) {
        rows[key] = try row?.serializedBytes(options: .deterministic)
      }
      return rows
    }
  }
}

extension BinaryEncodingOptions {
  /// What `PlainEncoder` must write, from the library.
  fileprivate static let deterministic: BinaryEncodingOptions = {
    var options = BinaryEncodingOptions()
    options.useDeterministicOrdering = true
    return options
  }()
}
