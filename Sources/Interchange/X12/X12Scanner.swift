/// Cuts the bytes of an X12 file into segments, whatever separators each interchange declares.
///
/// Tolerated and noted: a UTF-8 byte order mark, indentation and line breaks between and within
/// segments, blanks before a line break that ends segments, text that is not UTF-8, empty segments,
/// a last segment without its terminator, an ISA without its component separator.
struct X12Scanner {
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var count = 0
  private(set) var notes: [X12Note] = []
  private var separators = X12Separators()
  private var noted: Set<String> = []

  init(_ bytes: [UInt8]) throws(X12Error) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      position = 3
      note("the file begins with a byte order mark")
    }
    skipBlanks()
    guard bytes[position...].starts(with: "ISA".utf8) else {
      throw X12Error(
        bytes.isEmpty ? "the file is empty" : "it does not begin with ISA: it is no X12 file",
        remedy: "give the file as the clearinghouse delivers it, unpacked")
    }
  }

  /// The next segment with the separators of its interchange; nil at the end of the file.
  mutating func next() throws(X12Error) -> (segment: X12Segment, separators: X12Separators)? {
    while true {
      if skipBlanks() { note("segments stand on lines of their own, or are indented") }
      guard position < bytes.endIndex else { return nil }
      count += 1
      let start = line
      if bytes[position...].starts(with: "ISA".utf8) { try readSeparators() }
      let text = try readText(from: start)
      guard !text.isEmpty else {
        count -= 1
        note("empty segments")
        continue
      }
      var elements = text.split(separator: separators.element, omittingEmptySubsequences: false)
        .map(String.init)
      let id = elements.removeFirst()
      let segment = X12Segment(id: id, elements: elements, number: count, line: start)
      guard (2...3).contains(id.utf8.count),
        id.utf8.allSatisfy({ (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) })
      else {
        throw X12Error(
          "this is no segment; the file is damaged or cut off",
          at: X12Segment(id: "?", elements: [], number: count, line: start))
      }
      return (segment, separators)
    }
  }

  private mutating func note(_ text: String) {
    guard noted.insert(text).inserted else { return }
    notes.append(X12Note(segment: count, line: line, text: text))
  }

  /// Skips white space and end-of-file marks between segments.
  @discardableResult
  private mutating func skipBlanks() -> Bool {
    let start = position
    while position < bytes.endIndex, [0x20, 0x09, 0x0A, 0x0D, 0x1A].contains(bytes[position]) {
      if bytes[position] == 0x0A { line += 1 }
      position += 1
    }
    return position > start
  }

  /// ISA has 16 elements; what follows the sixteenth separator are the component separator and the
  /// segment terminator. Its fixed width is not relied on.
  private mutating func readSeparators() throws(X12Error) {
    let header = X12Segment(id: "ISA", elements: [], number: count, line: line)
    let start = position + 3
    guard start < bytes.endIndex, Self.isSeparator(bytes[start]) else {
      throw X12Error("ISA is not followed by an element separator", at: header)
    }
    let element = bytes[start]
    var starts: [Int] = []
    for index in start..<min(bytes.endIndex, start + 200) where bytes[index] == element {
      starts.append(index)
      if starts.count == 16 { break }
    }
    guard starts.count == 16, starts[15] + 2 < bytes.endIndex else {
      throw X12Error("ISA does not have its 16 elements; the file is cut off", at: header)
    }
    let last = starts[15] + 1
    var (component, terminator) = (bytes[last], bytes[last + 1])
    if bytes[(last + 1)...].starts(with: "GS".utf8) || (terminator == element) {
      // The component separator is missing: what stands there ends the segment.
      (component, terminator) = (UInt8(ascii: ":"), bytes[last])
      note("ISA16 is missing; a colon is taken as the component separator")
    }
    if terminator == 0x0D, bytes[(last + 2)...].first == 0x0A { terminator = 0x0A }
    guard Self.isSeparator(component),
      Self.isSeparator(terminator) || terminator == 0x0A || terminator == 0x0D,
      terminator != element, component != element, component != terminator
    else {
      throw X12Error("ISA does not say which characters separate", at: header, element: 16)
    }
    let repetition = bytes[(starts[10] + 1)..<starts[11]]
    separators = X12Separators(
      element: Self.character(element), component: Self.character(component),
      repetition: repetition.count == 1 && Self.isSeparator(repetition[starts[10] + 1])
        ? Self.character(repetition[starts[10] + 1]) : "^",
      terminator: terminator)
    if separators.repetition == separators.component {
      note("one character separates components and repetitions")
    }
  }

  private mutating func readText(from start: Int) throws(X12Error) -> String {
    let terminator = separators.terminator
    let here = X12Segment(id: "?", elements: [], number: count, line: start)
    var text: [UInt8] = []
    var isWrapped = false
    while true {
      guard position < bytes.endIndex else {
        // A terminator is commonly lost from the very last segment, and from no other.
        guard text.starts(with: "IEA".utf8) else {
          throw X12Error("the file is cut off in the middle of a segment", at: here)
        }
        note("the last segment has no terminator")
        break
      }
      let byte = bytes[position]
      position += 1
      if byte == 0x0A { line += 1 }
      if byte == terminator { break }
      if byte == 0x0A || byte == 0x0D {
        isWrapped = isWrapped || byte == 0x0A
        continue
      }
      guard byte >= 0x20 || byte == 0x09 || Self.isSeparator(byte) else {
        throw X12Error("there are bytes that are no text; the file is damaged", at: here)
      }
      text.append(byte)
    }
    if isWrapped { note("line breaks within segments") }
    if terminator == 0x0A || terminator == 0x0D {
      if text.last == 0x20 { note("blanks before the line break that ends a segment") }
      while text.last == 0x20 || text.last == 0x09 { text.removeLast() }
    }
    if let decoded = String(validating: text, as: UTF8.self) { return decoded }
    note("text that is not UTF-8; it is read as Latin-1")
    return String(String.UnicodeScalarView(text.map { UnicodeScalar($0) }))
  }

  private static func character(_ byte: UInt8) -> Character { Character(UnicodeScalar(byte)) }

  /// Anything but a letter, a digit, white space or NUL. Old systems use control characters.
  private static func isSeparator(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x01...0x08, 0x0B, 0x0C, 0x0E...0x1F: true
    case 0x21...0x7E: !character(byte).isLetter && !character(byte).isNumber
    default: false
    }
  }
}

/// What separates in one interchange.
public struct X12Separators: Hashable, Sendable {
  var element: Character = "*"
  var component: Character = ":"
  var repetition: Character = "^"
  var terminator = UInt8(ascii: "~")
}
