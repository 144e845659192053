internal import CMapFault

/// Pages of a memory map that cannot be had: the disk fails or is full, or the file was cut short
/// while it is open. The system tells the thread that touches one by a signal, which no code can
/// throw as an error.
public enum MapFaults {
  /// From now on such a page ends the process with a message that names the file, and exit status 74,
  /// in place of a crash. Nothing of a transaction under way is kept. For programs to call when they
  /// begin; a library leaves signals alone.
  public static func endProcessWithMessage() { chartledger_report_map_faults() }
}
