import Crypto

/// The name of a signer, such as `clinic.example/log/7c1e`: not empty, no space, no `+`.
///
/// Compared byte by byte: two names that merely look the same are two names.
public struct KeyName: Sendable, CustomStringConvertible {
  public let description: String

  public init(_ name: String) throws(EvidenceError) {
    guard !name.isEmpty, StrictText.line(name.utf8) != nil,
      !name.unicodeScalars.contains(where: { $0 == "+" || $0.properties.isWhitespace })
    else {
      throw .malformed(.keyName, reason: "a name has characters, but no space, control or plus")
    }
    description = name
  }

  var utf8: [UInt8] { Array(description.utf8) }
}

extension KeyName: Hashable {
  public static func == (left: KeyName, right: KeyName) -> Bool {
    left.description.utf8.elementsEqual(right.description.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(utf8)
  }
}

/// What a key signs. The raw value is the type byte of C2SP signed-note.
public enum KeyKind: UInt8, Hashable, Sendable {
  /// A log's Ed25519 signature over the note's text.
  case log = 0x01
  /// A witness's Ed25519 cosignature of a checkpoint, with the time of signing.
  case witness = 0x04
}

/// A public key and the name under which it signs; written `name+id+base64` (C2SP signed-note).
public struct VerifierKey: Hashable, Sendable {
  public let name: KeyName
  public let kind: KeyKind
  /// 32 bytes, Ed25519 (RFC 8032).
  public let publicKey: [UInt8]
  /// The first four bytes, big-endian, of SHA-256(name ‖ newline ‖ kind ‖ public key): a hint
  /// for finding the key, no proof of it.
  public let id: UInt32

  public init(name: KeyName, kind: KeyKind, publicKey: [UInt8]) throws(EvidenceError) {
    guard publicKey.count == 32 else {
      throw .malformed(.verifierKey, reason: "an Ed25519 public key has 32 bytes")
    }
    self.name = name
    self.kind = kind
    self.publicKey = publicKey
    var hasher = ByteHasher()
    hasher.update(name.utf8 + [StrictText.newline, kind.rawValue] + publicKey)
    id = hasher.finish().bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Reads `name+id+base64`.
  public init(_ encoded: String) throws(EvidenceError) {
    let fields = try KeyFields(encoded.utf8, format: .verifierKey)
    try self.init(name: fields.name, kind: fields.kind, publicKey: fields.material)
    guard id == fields.id else {
      throw .malformed(.verifierKey, reason: "its id does not belong to its name and key")
    }
  }

  /// True if `signature` is a valid Ed25519 signature of `message`.
  func isValid(_ signature: some Collection<UInt8>, for message: [UInt8]) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else {
      return false
    }
    return key.isValidSignature(Array(signature), for: message)
  }
}

extension VerifierKey: CustomStringConvertible {
  /// `name+id+base64`, the form that others configure.
  public var description: String {
    KeyFields(name: name, id: id, kind: kind, material: publicKey).encoded
  }
}

/// The shared form of verifier and signing keys: `name+id+base64(kind ‖ material)`.
struct KeyFields {
  let name: KeyName
  let id: UInt32
  let kind: KeyKind
  let material: [UInt8]

  init(name: KeyName, id: UInt32, kind: KeyKind, material: [UInt8]) {
    self.name = name
    self.id = id
    self.kind = kind
    self.material = material
  }

  init(_ encoded: some Collection<UInt8>, format: EvidenceFormat) throws(EvidenceError) {
    // Only the first two: base64 may contain a plus of its own.
    let parts = encoded.split(
      separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let name = StrictText.line(parts[0]) else {
      throw .malformed(format, reason: "it must be name+id+base64")
    }
    guard let id = StrictText.hexBytes(parts[1]), id.count == 4 else {
      throw .malformed(format, reason: "its id must be eight lowercase hexadecimal digits")
    }
    guard let data = StrictText.base64Bytes(parts[2]), data.count == 33 else {
      throw .malformed(format, reason: "its last part must be 33 bytes in base64")
    }
    guard let kind = KeyKind(rawValue: data[0]) else {
      throw .malformed(format, reason: "its kind must be 1 (log) or 4 (witness)")
    }
    self.init(
      name: try KeyName(name), id: id.reduce(0) { $0 << 8 | UInt32($1) }, kind: kind,
      material: Array(data.dropFirst()))
  }

  var encoded: String {
    let material = StrictText.base64([kind.rawValue] + material)
    return "\(name)+\(StrictText.hex(id.bigEndianBytes))+\(material)"
  }
}

extension FixedWidthInteger {
  var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { [UInt8]($0) } }
}
