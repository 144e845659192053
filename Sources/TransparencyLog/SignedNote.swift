/// A text and the signatures under it (C2SP signed-note v1).
///
/// The text of a parsed note is a claim by nobody until ``verify(with:)`` has named a signer.
public struct SignedNote: Hashable, Sendable {
  /// The signed bytes, including the final newline.
  public let text: [UInt8]
  /// In the order of the note.
  public private(set) var signatures: [NoteSignature]

  /// Larger notes are refused unread.
  public static let maximumByteCount = 1_000_000
  /// A note with more signatures is refused.
  public static let maximumSignatureCount = 100

  /// Joins a text and at least one signature.
  public init(text: [UInt8], signatures: [NoteSignature]) throws(EvidenceError) {
    self.text = text
    self.signatures = signatures
    // What is written must read back as the same: a text may not smuggle in a signature line.
    guard try SignedNote(parsing: encoded) == self else {
      throw .malformed(.signedNote, reason: "the text must end in a newline")
    }
  }

  /// Parses the exact bytes of a note.
  public init(parsing bytes: some Collection<UInt8>) throws(EvidenceError) {
    guard bytes.count <= Self.maximumByteCount else {
      throw .malformed(.signedNote, reason: "it is larger than a megabyte")
    }
    let bytes = Array(bytes)
    guard bytes.allSatisfy({ $0 >= 0x20 || $0 == StrictText.newline }),
      String(validating: bytes, as: UTF8.self) != nil
    else {
      throw .malformed(.signedNote, reason: "it has control characters or broken UTF-8")
    }
    let separator = bytes.indices.dropLast().last {
      bytes[$0] == StrictText.newline && bytes[$0 + 1] == StrictText.newline
    }
    guard let separator else {
      throw .malformed(.signedNote, reason: "no empty line separates text and signatures")
    }
    text = Array(bytes[...separator])
    var reader = LineReader(bytes[(separator + 2)...], format: .signedNote)
    signatures = []
    repeat {
      guard signatures.count < Self.maximumSignatureCount else {
        throw .malformed(.signedNote, reason: "it has too many signatures")
      }
      let line = try reader.next("signature")
      guard let signature = NoteSignature(line: line) else {
        throw .malformed(
          .signedNote, reason: "signature line \(signatures.count + 1) is not a signature")
      }
      signatures.append(signature)
    } while !reader.isAtEnd
  }

  /// The bytes to store and hand out.
  public var encoded: [UInt8] {
    signatures.reduce(into: text + [StrictText.newline]) { $0 += $1.line }
  }

  /// The same note with one more signature at its end.
  public func adding(_ signature: NoteSignature) throws(EvidenceError) -> SignedNote {
    try SignedNote(text: text, signatures: signatures + [signature])
  }

  /// Whether a line says that it is a signature of this key; `verify` tells whether it is.
  public func isSigned(under key: VerifierKey) -> Bool {
    signatures.contains { $0.keyID == key.id && $0.name == key.name }
  }

  /// Checks every signature of the given keys and ignores those of unknown keys.
  ///
  /// - Returns: the valid signatures, at least one.
  /// - Throws: if one signature of a given key is false, or if none of the keys has signed.
  public func verify(
    with keys: [VerifierKey]
  ) throws(EvidenceError) -> [VerifiedSignature] {
    var verified: [VerifiedSignature] = []
    for signature in signatures {
      let signer = keys.first { $0.id == signature.keyID && $0.name == signature.name }
      guard let signer else { continue }
      verified.append(try signature.verified(text: text, by: signer))
    }
    guard !verified.isEmpty else { throw .unsigned(by: keys.map(\.name)) }
    return verified
  }
}

/// A signature that was checked against a known key.
public struct VerifiedSignature: Hashable, Sendable {
  public let key: VerifierKey
  /// Seconds since 1970 UTC as stated, and signed, by a witness; nil for a log's signature.
  public let time: UInt64?
}

/// One signature line of a note, not yet verified.
public struct NoteSignature: Hashable, Sendable {
  public let name: KeyName
  public let keyID: UInt32
  /// For a log 64 bytes of Ed25519; for a witness 8 bytes of time, big-endian, before them.
  public let bytes: [UInt8]

  public init(name: KeyName, keyID: UInt32, bytes: [UInt8]) {
    self.name = name
    self.keyID = keyID
    self.bytes = bytes
  }

  /// Em dash (U+2014) and space.
  private static let lead = Array("\u{2014} ".utf8)

  /// Reads a signature line without its newline; nil if it is none.
  public init?(line: some Collection<UInt8>) {
    guard line.starts(with: Self.lead) else { return nil }
    let fields = line.dropFirst(Self.lead.count)
      .split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard fields.count == 2, let text = StrictText.line(fields[0]),
      let name = try? KeyName(text), let data = StrictText.base64Bytes(fields[1]), data.count > 4
    else { return nil }
    self.init(
      name: name, keyID: data.prefix(4).reduce(0) { $0 << 8 | UInt32($1) },
      bytes: Array(data.dropFirst(4)))
  }

  /// The line with its newline.
  public var line: [UInt8] {
    let data = StrictText.base64(keyID.bigEndianBytes + bytes)
    return Self.lead + name.utf8 + Array(" \(data)\n".utf8)
  }

  /// What a witness signs (C2SP tlog-cosignature): the header keeps it apart from any note.
  static func cosignedMessage(text: [UInt8], time: UInt64) -> [UInt8] {
    Array("cosignature/v1\ntime \(time)\n".utf8) + text
  }

  func verified(text: [UInt8], by key: VerifierKey) throws(EvidenceError) -> VerifiedSignature {
    switch key.kind {
    case .log:
      guard bytes.count == 64, key.isValid(bytes, for: text) else {
        throw .invalidSignature(by: name)
      }
      return VerifiedSignature(key: key, time: nil)
    case .witness:
      let time = bytes.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
      guard bytes.count == 72, time <= Int64.max,
        key.isValid(bytes.dropFirst(8), for: Self.cosignedMessage(text: text, time: time))
      else { throw .invalidSignature(by: name) }
      return VerifiedSignature(key: key, time: time)
    }
  }
}
