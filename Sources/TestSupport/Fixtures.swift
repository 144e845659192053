import Foundation

/// Where the data files of others are, which tests read but the project does not contain.
///
/// They lie in `../shared/fixtures` beside the package, or where `CHARTLEDGER_FIXTURES` says.
/// Guard tests with `.enabled(if: Fixtures.directory != nil, "…")`.
public enum Fixtures {
  /// The folder of all fixtures; nil if this machine has none.
  public static var directory: URL? {
    let candidate =
      if let path = ProcessInfo.processInfo.environment["CHARTLEDGER_FIXTURES"] {
        URL(filePath: path, directoryHint: .isDirectory)
      } else {
        packageRoot.deletingLastPathComponent()
          .appending(path: "shared/fixtures", directoryHint: .isDirectory)
      }
    return exists(candidate) ? candidate : nil
  }

  /// A file or folder below the fixtures; nil if it is not there.
  public static func url(_ path: String) -> URL? {
    guard let url = directory?.appending(path: path), exists(url) else { return nil }
    return url
  }

  /// This file is `<package>/Sources/TestSupport/Fixtures.swift`; a link to its folder does not
  /// count as the package.
  private static var packageRoot: URL {
    URL(filePath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  }

  private static func exists(_ url: URL) -> Bool {
    FileManager.default.fileExists(atPath: url.path(percentEncoded: false))
  }
}
