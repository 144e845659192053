import Foundation
import Glibc

/// What the figures were measured on.
struct Machine: Encodable {
  var processor: String
  var cores: Int
  var memoryGiB: Int
  var system: String
  var fileSystem: String
  /// Processes that wanted to run at the beginning, over the last minute: above the number of cores
  /// the figures suffer.
  var load: Double
  var storageLibrary: String

  /// - Parameter directory: where the measured data lies.
  init(directory: String) {
    let process = ProcessInfo.processInfo
    processor =
      Self.lines(of: "/proc/cpuinfo").first { $0.hasPrefix("model name") }?
      .split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
    cores = process.activeProcessorCount
    memoryGiB = Int((Double(process.physicalMemory) / Double(1 << 30)).rounded())
    system = process.operatingSystemVersionString
    fileSystem = Self.fileSystem(of: directory)
    var averages = [0.0]
    load = getloadavg(&averages, 1) == 1 ? averages[0] : 0
    storageLibrary = BareStore.libraryVersion
  }

  /// On tmpfs a flush costs nothing, and so says nothing.
  private static func fileSystem(of directory: String) -> String {
    let path = URL(filePath: directory).resolvingSymlinksInPath().path
    let mounts = lines(of: "/proc/self/mounts").map { $0.split(separator: " ").map(String.init) }
    let mount = mounts.filter { mount in
      mount.count > 2
        && (mount[1] == "/" || path == mount[1] || path.hasPrefix(mount[1] + "/"))
    }.max { $0[1].count < $1[1].count }
    return mount?[2] ?? "unknown"
  }

  private static func lines(of file: String) -> [String] {
    ((try? String(contentsOfFile: file, encoding: .utf8)) ?? "")
      .split(separator: "\n").map(String.init)
  }
}
