/// A ZIP file of stored (uncompressed) members, the one form that a packet has: the same files give
/// the same bytes, and other bytes are refused, so nothing can hide between the members.
public enum ZipArchive {
  /// The most a packet may hold, so that 32-bit sizes suffice.
  public static let maximumBytes = 1 << 30

  /// The most members that the format can count.
  private static let maximumCount = 65_535

  /// - Throws: `PacketFault` for more than a ZIP file of this simple form can hold.
  public static func encode(_ files: PacketFiles) throws(PacketFault) -> [UInt8] {
    let size = files.byPath.reduce(0) { $0 + 2 * $1.key.utf8.count + $1.value.count + 100 }
    guard files.byPath.count <= maximumCount, size <= 2 * maximumBytes,
      files.byPath.keys.allSatisfy({ $0.utf8.count < 1000 })
    else { throw PacketFault("", "it is too large for a ZIP file; write it into a folder") }
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for (path, bytes) in files.sorted {
      let name = Array(path.utf8)
      let offset = UInt32(archive.count)
      // Version 1.0, UTF-8 names, stored, 1 January 1980.
      var common: [UInt8] = []
      common.little(10 as UInt16, 0x0800 as UInt16, 0 as UInt16, 0 as UInt16, 0x0021 as UInt16)
      common.little(crc32(bytes), UInt32(bytes.count), UInt32(bytes.count))
      common.little(UInt16(name.count), 0 as UInt16)
      archive.little(0x0403_4b50 as UInt32)
      archive += common + name + bytes
      directory.little(0x0201_4b50 as UInt32)
      directory.little(0x0314 as UInt16)
      directory += common
      // No comment, first disk, no internal attributes; a regular file with mode 0644.
      directory.little(0 as UInt16, 0 as UInt16, 0 as UInt16)
      directory.little(0o100_644 << 16 as UInt32, offset)
      directory += name
    }
    let start = UInt32(archive.count)
    let count = UInt16(files.sorted.count)
    archive += directory
    archive.little(0x0605_4b50 as UInt32)
    archive.little(0 as UInt16, 0 as UInt16, count, count)
    archive.little(UInt32(directory.count), start)
    archive.little(0 as UInt16)
    return archive
  }

  /// - Throws: `PacketFault` for anything that `encode` would not write.
  public static func decode(_ archive: [UInt8]) throws(PacketFault) -> PacketFiles {
    guard archive.count <= maximumBytes else { throw PacketFault("", "the file is too large") }
    var files: [String: [UInt8]] = [:]
    var offset = 0
    while archive.number(at: offset, 4) == 0x0403_4b50 {
      guard let crc = archive.number(at: offset + 14, 4),
        let size = archive.number(at: offset + 18, 4),
        let nameSize = archive.number(at: offset + 26, 2),
        offset + 30 + nameSize + size <= archive.count,
        let path = String(
          validating: archive[(offset + 30)..<(offset + 30 + nameSize)], as: UTF8.self)
      else { throw PacketFault("", "the ZIP file is cut off") }
      let start = offset + 30 + nameSize
      let bytes = Array(archive[start..<(start + size)])
      guard PacketFiles.isSafe(path) else {
        throw PacketFault("", "the ZIP file has a member with an unsafe name")
      }
      guard Int(crc32(bytes)) == crc else {
        throw PacketFault(path, "its checksum in the ZIP file is wrong")
      }
      guard files.updateValue(bytes, forKey: path) == nil else {
        throw PacketFault(path, "the ZIP file has it twice")
      }
      offset = start + size
    }
    let found = PacketFiles(files)
    guard !files.isEmpty, try encode(found) == archive else {
      throw PacketFault("", "the ZIP file is cut off, changed, or not as `audit packet` writes it")
    }
    return found
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? 0xedb8_8320 ^ crc >> 1 : crc >> 1 }
  }

  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(0xffff_ffff as UInt32) { table[Int(($0 ^ UInt32($1)) & 0xff)] ^ $0 >> 8 }
  }
}

extension [UInt8] {
  fileprivate mutating func little<Number: FixedWidthInteger>(_ numbers: Number...) {
    for number in numbers {
      Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
  }

  fileprivate func number(at offset: Int, _ count: Int) -> Int? {
    guard offset >= 0, offset + count <= self.count else { return nil }
    return self[offset..<(offset + count)].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
