import Crypto

/// A secret key of a log or a witness.
///
/// Printing it shows the public half only; ``encodedSecret`` is the one way to the secret.
public struct SigningKey: Sendable {
  /// The public half: give it to everybody who shall be able to check.
  public let verifierKey: VerifierKey
  private let secret: Curve25519.Signing.PrivateKey

  /// A new random key.
  public static func generate(name: KeyName, kind: KeyKind) throws(EvidenceError) -> SigningKey {
    try SigningKey(name: name, kind: kind, secret: Curve25519.Signing.PrivateKey())
  }

  /// The key of a 32-byte Ed25519 seed.
  public init(name: KeyName, kind: KeyKind, seed: [UInt8]) throws(EvidenceError) {
    guard let secret = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
      throw .malformed(.signingKey, reason: "an Ed25519 seed has 32 bytes")
    }
    try self.init(name: name, kind: kind, secret: secret)
  }

  /// Reads `PRIVATE+KEY+name+id+base64`, the form of Go's `sumdb/note`.
  public init(_ encodedSecret: String) throws(EvidenceError) {
    guard encodedSecret.utf8.starts(with: Self.prefix.utf8) else {
      throw .malformed(.signingKey, reason: "it must begin with \(Self.prefix)")
    }
    let fields = try KeyFields(
      encodedSecret.utf8.dropFirst(Self.prefix.utf8.count), format: .signingKey)
    try self.init(name: fields.name, kind: fields.kind, seed: fields.material)
    guard verifierKey.id == fields.id else {
      throw .malformed(.signingKey, reason: "its id does not belong to its name and key")
    }
  }

  private init(
    name: KeyName, kind: KeyKind, secret: Curve25519.Signing.PrivateKey
  ) throws(EvidenceError) {
    self.secret = secret
    verifierKey = try VerifierKey(
      name: name, kind: kind, publicKey: Array(secret.publicKey.rawRepresentation))
  }

  /// `PRIVATE+KEY+name+id+base64`: whoever has it can sign as this key.
  public var encodedSecret: String {
    Self.prefix
      + KeyFields(
        name: verifierKey.name, id: verifierKey.id, kind: verifierKey.kind,
        material: Array(secret.rawRepresentation)
      ).encoded
  }

  /// A log's signature of a note's text. The same text always gives the same bytes with
  /// BoringSSL (Linux); Apple's CryptoKit randomises.
  public func sign(text: [UInt8]) throws(EvidenceError) -> NoteSignature {
    guard verifierKey.kind == .log else { throw .wrongKeyKind(verifierKey.name) }
    return try signature(prefix: [], of: text)
  }

  /// A witness's statement: at this time, this was the largest tree of its log known to me, and
  /// it extends the ones before (C2SP tlog-cosignature).
  ///
  /// - Parameter time: seconds since 1970 UTC, at most 2^63 − 1.
  public func cosign(
    _ checkpoint: Checkpoint, at time: UInt64
  ) throws(EvidenceError) -> NoteSignature {
    guard verifierKey.kind == .witness else { throw .wrongKeyKind(verifierKey.name) }
    guard time <= Int64.max else { throw .outOfRange(reason: "a time after 2^63 seconds") }
    return try signature(
      prefix: time.bigEndianBytes,
      of: NoteSignature.cosignedMessage(text: checkpoint.text, time: time))
  }

  private func signature(
    prefix: [UInt8], of message: [UInt8]
  ) throws(EvidenceError) -> NoteSignature {
    guard let signed = try? secret.signature(for: message) else {
      throw .signingFailed(verifierKey.name)
    }
    return NoteSignature(
      name: verifierKey.name, keyID: verifierKey.id, bytes: prefix + Array(signed))
  }

  private static let prefix = "PRIVATE+KEY+"
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
  public var description: String { "signing key of \(verifierKey)" }

  public var customMirror: Mirror { Mirror(self, children: ["verifierKey": verifierKey]) }
}
